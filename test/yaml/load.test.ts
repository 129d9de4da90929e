import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dict, PyFloat, UnsafeText, VaultText } from '../../src/python/values.js'
import { VaultSecrets } from '../../src/vault/index.js'
import {
  copyPosition,
  DataLoader,
  deepCopy,
  FileNotFoundError,
  keyPositionOf,
  loadYaml,
  loadYamlAll,
  loadYamlSafe,
  positionOf,
  YamlError,
} from '../../src/yaml/index.js'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'read-yaml-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (name: string, text: string): string => {
  const path = join(root, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}
const messageOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
/** Everything up to the arrow: the advice after it is in other words than Ansible's. */
const untilArrow = (text: string): string => text.slice(0, text.indexOf('^ here'))

const ANSIBLE_ERROR = `
import sys
from ansible.parsing.dataloader import DataLoader
for path in sys.argv[1:]:
    try:
        DataLoader().load_from_file(path)
    except Exception as error:
        print(str(error), end='\\0')
`

describe('loadYaml', () => {
  it('reads JSON before YAML, and both with Python types', () => {
    const value = loadYaml('{"a": 1.0, "b": [1, 2.5, true, null], "c": 12345678901234567890}') as Dict
    expect(value.get('a')).toEqual(new PyFloat(1))
    expect(value.get('b')).toEqual([1, new PyFloat(2.5), true, null])
    expect(value.get('c')).toBe(12345678901234567890n)
  })

  it('turns the markers of AnsibleJSONEncoder back into vault and unsafe values', () => {
    const value = loadYaml('{"a": {"__ansible_unsafe": "{{ x }}"}, "b": {"__ansible_vault": "$ANSIBLE_VAULT;1.1"}}')
    expect((value as Dict).get('a')).toEqual(new UnsafeText('{{ x }}'))
    expect((value as Dict).get('b')).toBeInstanceOf(VaultText)
  })

  it('gives null for nothing, comments and a bare document start', () => {
    for (const text of ['', '\n', '# only words\n', '---\n']) expect(loadYaml(text)).toBeNull()
  })

  it('keeps the order and the types of keys', () => {
    const value = loadYaml('10: a\n2: b\n"2": c\nx: d\n1.5: e\ntrue: f') as Dict
    expect([...value.keys()]).toEqual([10, 2, '2', 'x', new PyFloat(1.5), true])
  })

  it('warns of duplicate keys, refuses them or stays silent, as told', () => {
    const warnings: string[] = []
    const text = 'a: 1\nb:\n  c: 1\n  c: 2\n'
    const value = loadYaml(text, 'f.yml', { warn: message => warnings.push(message) }) as Dict
    expect((value.get('b') as Dict).get('c')).toBe(2)
    expect(warnings).toEqual([
      'While constructing a mapping from f.yml, line 3, column 3, found a duplicate dict key (c). Using last defined value only.',
    ])
    expect(messageOf(() => loadYaml(text, 'f.yml', { duplicateKeys: 'error' }))).toContain('duplicate dict key (c)')
    loadYaml(text, 'f.yml', { duplicateKeys: 'ignore', warn: message => warnings.push(message) })
    expect(warnings).toHaveLength(1)
  })

  it('knows where mappings, lists, keys and values stand', () => {
    const value = loadYaml('---\n- name: x\n  when:\n    - a\n    - b\n', 'tasks.yml') as Dict[]
    const task = value[0] as Dict
    expect(positionOf(value)).toEqual({ file: 'tasks.yml', line: 2, column: 1 })
    expect(positionOf(task)).toEqual({ file: 'tasks.yml', line: 2, column: 3 })
    expect(keyPositionOf(task, 'when')).toEqual({ file: 'tasks.yml', line: 3, column: 3 })
    expect(positionOf(task, 'name')).toEqual({ file: 'tasks.yml', line: 2, column: 9 })
    expect(positionOf(task.get('when') as string[], 1)).toEqual({ file: 'tasks.yml', line: 5, column: 7 })
    expect(positionOf(copyPosition(task, new Dict()))).toEqual(positionOf(task))
    const copy = deepCopy(task) as Dict
    expect(copy).not.toBe(task)
    expect(positionOf(copy.get('when') as string[])).toEqual({ file: 'tasks.yml', line: 4, column: 5 })
  })

  it('reads streams of several documents', () => {
    expect(loadYamlAll('a\n---\n- 1\n---\n')).toEqual(['a', [1], null])
  })

  it('says what Ansible says about broken files', () => {
    const files = [
      write('colon.yml', '- hosts: all\n  tasks:\n    - debug: msg=a: b\n'),
      write('template.yml', 'a: 1\npath: {{ base }}/x\n'),
      write('tab.yml', 'a:\n\tb: c\n'),
      write('quote.yml', '- a\n- when: "ok" in x\n'),
      write('indent.yml', 'a:\n  - b\n c: d\n'),
      write('end.yml', 'a: [1,\n\n\n'),
      write('shorthand.yml', '- copy: src=a dest=b\n    mode: 1\n'),
      write('json.json', '{"a": 1,}}'),
    ]
    const expected = execFileSync('/usr/bin/python3', ['-c', ANSIBLE_ERROR, ...files], { encoding: 'utf8' }).split('\0')
    const loader = new DataLoader(new VaultSecrets())
    files.forEach((file, index) => {
      const message = messageOf(() => loader.loadFile(file))
      expect(untilArrow(message)).toBe(untilArrow(expected[index] as string))
      expect(message).toContain('^ here')
    })
  })

  it('does not quote the lines of a decrypted file', () => {
    const file = write('secret.yml', 'password: "abc\n')
    const message = messageOf(() => loadYaml('password: "abc\n', file, { showContent: false }))
    expect(message).toContain(`The error appears to be in '${file}': line 2, column 1`)
    expect(message).not.toContain('abc')
  })
})

describe('loadYamlSafe', () => {
  it('knows no tags of Ansible and tells errors as PyYAML does', () => {
    expect(loadYamlSafe('a: 2001-12-14\n')).toBeInstanceOf(Dict)
    let error: unknown
    try {
      loadYamlSafe('a: !unsafe b')
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(YamlError)
    expect((error as YamlError).pyType).toBe('ConstructorError')
    expect((error as YamlError).message).toBe(
      'could not determine a constructor for the tag \'!unsafe\'\n  in "<unicode string>", line 1, column 4',
    )
  })

  it('words errors with their context, as PyYAML', () => {
    const texts = ['a: [b', 'a: b: c', '- a\nb: c', 'a: "\\q"', '? {a: b}\n: c', 'a: @b', 'x: *y', 'a\n---\nb', 'a: |x']
    const script = [
      'import json, sys, yaml',
      'for text in json.loads(sys.argv[1]):',
      '    try: yaml.load(text, Loader=yaml.CSafeLoader)',
      "    except yaml.YAMLError as error: print(type(error).__name__, error, sep='\\n', end='\\0')",
    ].join('\n')
    const output = execFileSync('/usr/bin/python3', ['-c', script, JSON.stringify(texts)], { encoding: 'utf8' })
    const expected = output.split('\0').slice(0, -1)
    const actual = texts.map(text => {
      try {
        return String(loadYamlSafe(text))
      } catch (error) {
        return `${(error as YamlError).pyType}\n${(error as YamlError).message}`
      }
    })
    expect(actual).toEqual(expected)
  })
})

describe('DataLoader', () => {
  it('reads a file once and gives every caller a copy', () => {
    const file = write('vars.yml', 'a: {b: 1}\n')
    const loader = new DataLoader(new VaultSecrets())
    const first = loader.loadFile(file) as Dict
    ;(first.get('a') as Dict).set('b', 2)
    writeFileSync(file, 'a: changed\n')
    expect(((loader.loadFile(file) as Dict).get('a') as Dict).get('b')).toBe(1)
    expect(loader.loadFile(file, { copy: false })).toBe(loader.loadFile(file, { copy: false }))
    expect((loader.loadFile(file, { cache: false }) as Dict).get('a')).toBe('changed')
  })

  it('names missing and unreadable files in the words of Ansible', () => {
    const loader = new DataLoader(new VaultSecrets())
    loader.basedir = root
    const missing = messageOf(() => loader.loadFile('missing.yml'))
    expect(missing.split('\n').slice(0, 2)).toEqual([
      'Unable to retrieve file contents',
      `Could not find or access '${join(root, 'missing.yml')}' on the Ansible Controller.`,
    ])
    expect(() => loader.loadFile('missing.yml')).toThrow(FileNotFoundError)
    expect(messageOf(() => loader.readFile(root))).toContain('[Errno 21] Is a directory')
  })

  it('decrypts what it reads, and gives real paths of decrypted copies', () => {
    const vault = new VaultSecrets([{ id: 'default', password: Buffer.from('secret') }])
    const file = write('sealed.yml', vault.encrypt('a: 1\n'))
    const loader = new DataLoader(vault)
    expect((loader.loadFile(file) as Dict).get('a')).toBe(1)
    expect(loader.readFile(file).wasEncrypted).toBe(true)
    const copy = loader.realFile(file)
    expect(copy).not.toBe(file)
    expect(loader.readText(copy)).toBe('a: 1\n')
    loader.cleanup()
    expect(loader.exists(copy)).toBe(false)
    expect(loader.exists(file)).toBe(true)
    expect(messageOf(() => new DataLoader(new VaultSecrets()).realFile(file))).toBe(
      `A vault password or secret must be specified to decrypt ${file}`,
    )
  })

  it('finds variable files by name, extension and directory, as Ansible', () => {
    write('group_vars/all.yml', 'a: 1')
    write('group_vars/web/10-first.yml', 'a: 1')
    write('group_vars/web/20-second', 'a: 1')
    write('group_vars/web/notes.txt', 'a: 1')
    write('group_vars/web/.hidden.yml', 'a: 1')
    write('group_vars/web/old.yml~', 'a: 1')
    write('group_vars/web/deep/x.json', '{}')
    const loader = new DataLoader(new VaultSecrets())
    const folder = join(root, 'group_vars')
    expect(loader.findVarsFiles(folder, 'all')).toEqual([join(folder, 'all.yml')])
    expect(loader.findVarsFiles(folder, 'web')).toEqual(
      ['10-first.yml', '20-second', 'deep/x.json'].map(name => join(folder, 'web', name)),
    )
    expect(loader.findVarsFiles(folder, 'none')).toEqual([])
  })

  it('looks for files in roles and playbooks in the order of Ansible', () => {
    write('play/roles/r/tasks/main.yml', '[]')
    write('play/roles/r/files/x', 'role')
    write('play/files/x', 'play')
    write('play/files/y', 'play')
    const loader = new DataLoader(new VaultSecrets())
    loader.basedir = join(root, 'play')
    const role = join(root, 'play/roles/r')
    expect(loader.pathDwimRelative(role, 'files', 'x')).toBe(join(role, 'files/x'))
    expect(loader.pathDwimRelativeStack([role, loader.basedir], 'files', 'y')).toBe(join(root, 'play/files/y'))
    expect(messageOf(() => loader.pathDwimRelativeStack([role], 'files', 'zzz'))).toContain(
      `Could not find or access 'zzz'\nSearched in:\n\t${role}/files/zzz\n\t${role}/zzz\n\t${root}/play/files/zzz`,
    )
  })

  it('tells executable files', () => {
    const file = write('run.sh', '')
    const loader = new DataLoader(new VaultSecrets())
    expect(loader.isExecutable(file)).toBe(false)
    chmodSync(file, 0o755)
    expect(loader.isExecutable(file)).toBe(true)
  })
})
