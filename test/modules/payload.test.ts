// Payloads hold exactly the files that ansible-core's own archives hold, byte for byte.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askPython, openLibrary, readZip, temporaryDirectory } from './support.js'

type Members = Readonly<Record<string, string>>
const oracleScript = join(import.meta.dirname, 'payload-oracle.py')

function membersOf(zip: Uint8Array): Members {
  const hashes: Record<string, string> = {}
  for (const [name, content] of readZip(zip as Buffer))
    hashes[name] = createHash('sha256').update(content).digest('hex')
  return hashes
}

function compareWithOracle(
  library: ReturnType<typeof openLibrary>,
  names: readonly string[],
  moduleUtils: string[] = [],
) {
  const modules = names.map(name => library.modules.find(name))
  const expected = askPython(oracleScript, {
    modules: modules.map(module => [basename(module.path, '.py'), module.path]),
    moduleUtils,
  }) as Record<string, Members>
  for (const module of modules) {
    expect({ module: module.name, files: membersOf(library.modules.payload(module).zip) }).toEqual({
      module: module.name,
      files: expected[module.path],
    })
  }
  return modules.length
}

describe('module payloads', () => {
  test('of every core module hold what ansible-core would send', () => {
    const library = openLibrary()
    const names = readdirSync(join(library.install.libraryPath, 'modules'))
      .filter(file => file.endsWith('.py') && file !== '__init__.py')
      .map(file => `ansible.builtin.${basename(file, '.py')}`)
      .filter(name => library.modules.find(name).style === 'python')
    expect(compareWithOracle(library, names)).toBeGreaterThan(40)
  }, 120_000)

  test('of collection modules hold what ansible-core would send', () => {
    const library = openLibrary()
    const wanted = ['ansible.posix.mount', 'community.general.ini_file', 'community.docker.docker_container']
    const installed = wanted.filter(name => library.plugins.find('modules', name).path !== undefined)
    if (installed.length > 0) compareWithOracle(library, installed)
  }, 60_000)

  test('take module_utils beside the playbook before those of ansible-core', () => {
    const directory = temporaryDirectory()
    const library = makePlaybookDirectory(directory)
    compareWithOracle(library, ['uses_own_utils'], [join(directory, 'module_utils')])
  }, 60_000)
})

describe('the payload cache', () => {
  test('gives the same archive in another run and notices a changed support file', () => {
    const directory = temporaryDirectory()
    const cacheDirectory = temporaryDirectory()
    const first = makePlaybookDirectory(directory, cacheDirectory)
    const before = first.modules.payload(first.modules.find('uses_own_utils'))
    const second = openLibrary({ playbookDirectory: directory, cacheDirectory })
    expect(second.modules.payload(second.modules.find('uses_own_utils'))).toEqual(before)

    writeFileSync(join(directory, 'module_utils', 'own_helper.py'), 'VALUE = "changed"\n')
    const third = openLibrary({ playbookDirectory: directory, cacheDirectory })
    const after = third.modules.payload(third.modules.find('uses_own_utils'))
    expect(after.sha256).not.toBe(before.sha256)
    expect(
      readZip(after.zip as Buffer)
        .get('ansible/module_utils/own_helper.py')
        ?.toString(),
    ).toBe('VALUE = "changed"\n')
  })

  test('notices a support file that newly hides one of ansible-core', () => {
    const directory = temporaryDirectory()
    const cacheDirectory = temporaryDirectory()
    const first = makePlaybookDirectory(directory, cacheDirectory)
    const before = first.modules.payload(first.modules.find('uses_own_utils'))
    writeFileSync(join(directory, 'module_utils', 'yumdnf.py'), 'HIDDEN = True\n')
    const second = openLibrary({ playbookDirectory: directory, cacheDirectory })
    const after = second.modules.payload(second.modules.find('uses_own_utils'))
    expect(after.sha256).not.toBe(before.sha256)
  })
})

test('a missing support file is named as ansible-core names it', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'library'))
  writeFileSync(
    join(directory, 'library', 'broken.py'),
    '#!/usr/bin/python\nfrom ansible.module_utils.basic import AnsibleModule\nfrom ansible.module_utils.nowhere import thing\n',
  )
  const library = openLibrary({ playbookDirectory: directory })
  expect(() => library.modules.payload(library.modules.find('broken'))).toThrow(
    "Could not find imported module support code for ansible.modules.broken.  Looked for (['ansible.module_utils.nowhere.thing', 'ansible.module_utils.nowhere'])",
  )
})

function makePlaybookDirectory(directory: string, cacheDirectory?: string) {
  mkdirSync(join(directory, 'library'), { recursive: true })
  mkdirSync(join(directory, 'module_utils', 'own_package'), { recursive: true })
  writeFileSync(join(directory, 'module_utils', 'own_helper.py'), 'VALUE = "first"\n')
  writeFileSync(join(directory, 'module_utils', 'own_package', '__init__.py'), 'from .inner import INNER\n')
  writeFileSync(
    join(directory, 'module_utils', 'own_package', 'inner.py'),
    'import os; from ansible.module_utils.six.moves import configparser\nINNER = 1\n',
  )
  writeFileSync(
    join(directory, 'library', 'uses_own_utils.py'),
    [
      '#!/usr/bin/python',
      '"""from ansible.module_utils.not_this import x"""',
      'from ansible.module_utils.basic import (  # a comment with "quotes',
      '    AnsibleModule,',
      '    missing_required_lib)',
      'import ansible.module_utils.own_package.inner as inner, os',
      'try: from ansible.module_utils.nowhere_optional import thing',
      'except ImportError: pass',
      'TEXT = r"\\\\"; from ansible.module_utils.own_helper import VALUE',
      'if True:',
      '    from ansible.module_utils.yumdnf import YumDnf',
      'def main():',
      '    yield from ansible.module_utils.nothing',
    ].join('\n'),
  )
  return openLibrary({ playbookDirectory: directory, ...(cacheDirectory && { cacheDirectory }) })
}
