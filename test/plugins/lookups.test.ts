// Lookups and whole templates of Python, compared with the installed ansible-core; what they say; vaults.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dict, VaultText } from '../../src/python/values.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { casesOf, differences, type OpenHost, openHost, shownValue } from './support.js'

let open: OpenHost
beforeAll(() => {
  open = openHost()
})
afterAll(() => open.close())

const VARS = { who: 'Ann', greeting: 'Hello {{ who }}', list: [1, 2], colour_of: 'green' }

describe('a lookup', () => {
  it('gets terms, raw variables and a templar as in ansible-core', () => {
    const templates = [
      '{{ lookup("deep", "<< greeting | upper >>") }}',
      '{{ query("deep", "greeting", "list", what="raw") }}',
      '{{ query("deep", "gree", what="names") }}',
      '{{ lookup("deep", "<< who >> << extra >>", what="own", vars={"extra": "more"}) }}',
      '{{ lookup("deep", "<< nowhere >>") }}',
      '{{ lookup("deep", "nowhere", what="raw") }}',
      '{{ lookup("deep", ["<< who >>", "x"]) }}',
    ]
    expect(differences(open, casesOf('expr', templates, VARS))).toEqual([])
  })

  it('has options from arguments, variables and defaults', () => {
    const cases = [
      ...casesOf('expr', ['{{ query("options") }}', '{{ query("options", size="7", colour="green") }}']),
      ...casesOf('expr', ['{{ query("options") }}'], { options_size: '9' }),
      ...casesOf('expr', ['{{ query("options", colour="blue") }}', '{{ query("options", size="many") }}']),
    ]
    expect(differences(open, cases)).toEqual([])
  })

  it('fails in the words of ansible-core, and may be allowed to', () => {
    const kinds = [
      'AnsibleError',
      'AnsibleLookupError',
      'AnsibleUndefinedVariable',
      'KeyError',
      'OSError',
      'ValueError',
    ]
    const templates = kinds.flatMap(kind => [
      `{{ lookup("failing", "${kind}", "it broke") }}`,
      `{{ lookup("failing", "${kind}", "it broke", errors="ignore") }}`,
      `{{ query("failing", "${kind}", "it broke", errors="warn") }}`,
    ])
    expect(differences(open, casesOf('expr', [...templates, '{{ lookup("no_such_lookup") }}']))).toEqual([])
  })

  it('opens vault texts through the controller, which keeps the passwords', async () => {
    const vault = new VaultSecrets([{ id: 'default', password: Buffer.from('secret password') }])
    const withVault = openHost({ vault })
    try {
      const text = new VaultText(vault.encrypt('plain'), envelope => vault.decryptText(envelope))
      const templar = withVault.templar().withScope(new Map([['hidden', text]]))
      expect(shownValue(templar, '{{ lookup("deep", "<< hidden >>!") }}')).toBe('plain!')
      expect(shownValue(templar, '{{ hidden | kind }}')).toBe('AnsibleVaultEncryptedUnicode')
      expect(templar.template('{{ {"a": hidden} | echo }}')).toBeInstanceOf(Dict)
    } finally {
      await withVault.close()
    }
  })
})

describe('a template with a Jinja2 extension of Python', () => {
  it('is rendered by ansible-core, which asks for the variables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'madansible-host-ext-'))
    writeFileSync(join(folder, 'ansible.cfg'), '[defaults]\njinja2_extensions = jinja2.ext.debug\n')
    const before = process.env.ANSIBLE_CONFIG
    const extended = openHost({
      jinjaExtensions: ['jinja2.ext.debug'],
      env: { ...process.env, ANSIBLE_CONFIG: join(folder, 'ansible.cfg'), PYTHONDONTWRITEBYTECODE: '1' },
    })
    try {
      const shown = shownValue(extended.templar(VARS), '{{ greeting }} {% debug %}')
      expect(shown).toMatch(/^Hello Ann \{'context': /)
      expect(extended.explain()).toContain('template {{ greeting }} {% debug %}: plugin host')
      expect(process.env.ANSIBLE_CONFIG).toBe(before)
      expect(() => extended.templar(VARS).template('{% no_such_tag %}')).toThrow(
        /template error while templating string/,
      )
    } finally {
      await extended.close()
      rmSync(folder, { recursive: true })
    }
  })
})
