// The lookups of ansible-core on real files and variables, asked of the installed Ansible in the same words.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { str } from '../../../src/python/index.js'
import { controllerAt, disagreements, templarOf, type Variables } from '../support.js'

const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'hello\nworld\n',
  'files/b.txt': '  padded  \n\n',
  'files/sub/c.cfg': 'cfg',
  'files/z1.dat': '1',
  'files/z2.dat': '2',
  'd.csv': 'key,one,two\nli,3,"6,9"\n"qu""ote",x,"multi\nline"\nempty,,\n\n',
  't.tsv': 'a\tb\tc\nx\ty\tz\n',
  'u.ini':
    '[DEFAULT]\nbase=/opt\n[global]\nUser=bob\npath: %(base)s/x\nraw=50%%\nmulti=one\n  two\n\n  three\n# c\n' +
    '[s two]\nk v = sp ace\nempty=\n[bad]\nx=%(nope)s\ny=%z\n',
  'novalue.ini': '[s]\nflag\nother=1\n',
  'twice.ini': '[s]\na=1\nA=2\n',
  'headless.ini': 'a=1\n',
  'p.properties': 'user.name=joe\nuser.pass: secret\n! c\nurl=http://x/y\n',
  'templates/t.j2': 'T {{ name }} {{ template_path }}\n{% include "inc.j2" %}\n',
  'templates/inc.j2': 'inc {{ name }}',
  'list.j2': '[{{ name }}, 2]',
  'marks.j2': '<< name >> {{ name }} [# k #]',
  'role/files/r.txt': 'of the role',
  'role/tasks/main.yml': '[]',
  'role/tasks/near.txt': 'beside the tasks',
  'role/a.txt': 'a of the role',
  'passwords/kept': 'kept-one\n',
}

const VARS: Variables = {
  name: 'Al',
  list: [1, 2, [3, 4]],
  words: ['a', 'b'],
  dict: { x: 1, y: { z: 2 } },
  users: [
    { name: 'al', keys: ['k1', 'k2'], m: { h: ['h1'] } },
    { name: 'bo', keys: [], m: { h: [] } },
  ],
  lazy: '{{ name }}!',
  broken: '{{ nope }}',
  qz_1: 'one',
  qz_2: 'two',
  groups: {
    all: ['h1', 'h2', 'db1', 'db2'],
    ungrouped: [],
    db: ['db1', 'db2'],
    web: ['h2', 'h1'],
    prod: ['db1', 'h1'],
  },
  inventory_hostname: 'h1',
  hostvars: { h1: { hv: 'from hostvars' } },
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'madansible-lookups-'))
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function compare(expressions: readonly string[], options: { messages?: boolean; vars?: Variables } = {}) {
  const vars = { ...VARS, here: folder, ...options.vars }
  const cases = expressions.map(expression => ({
    mode: 'expr' as const,
    template: `{{ ${expression} }}`,
    vars,
    basedir: folder,
  }))
  return disagreements(cases, options)
}

/** A lookup as text and as list. */
const both = (name: string, calls: readonly string[]): string[] =>
  calls.flatMap(call => [`lookup('${name}', ${call})`, `query('${name}', ${call})`])

describe('lookups of files', () => {
  it('read them', () => {
    const calls = [
      "'a.txt'",
      "'b.txt'",
      "'b.txt', rstrip=false",
      "'b.txt', lstrip='yes'",
      "'a.txt', 'b.txt'",
      "'sub/c.cfg'",
      "here ~ '/a.txt'",
      "'./a.txt'",
      "'nope.txt'",
      "'nope.txt', errors='ignore'",
      "['a.txt']",
      'none',
    ]
    expect(compare([...both('file', calls), ...both('unvault', ["'a.txt'", "'nope'", "'files'"])])).toEqual([])
  })

  it('list them in the order of the folder', () => {
    const calls = ["'*.txt'", "'files/*.dat'", "'z?.dat'", "'sub/*'", "'nope/*'", "here ~ '/*.ini'", "'*'"]
    expect(compare(both('fileglob', calls))).toEqual([])
  })

  it('choose the first that exists', () => {
    const calls = [
      "'nope', 'a.txt'",
      "['nope', ['b.txt']]",
      "{'files': 'nope,b.txt', 'paths': 'files:x'}",
      "{'files': ['c.cfg'], 'paths': ['files/sub']}",
      "{'files': ['x'], 'skip': true}",
      "'x', skip=true",
      "'x', errors='ignore'",
      "'a.txt', files=['b.txt']",
      "files=['a.txt']",
      "broken, 'a.txt'",
      "'{{ nope }}', 'a.txt'",
      '5',
      "'nope'",
    ]
    expect(compare(both('first_found', calls))).toEqual([])
  })

  it('search the folders of the task, the role and the play in order', () => {
    const search = [
      "lookup('file', 'r.txt')",
      "lookup('file', 'a.txt')",
      "lookup('file', 'near.txt')",
      "lookup('file', 'b.txt')",
      "query('fileglob', '*.txt')",
      "lookup('first_found', 'near.txt', 'r.txt')",
    ]
    const role = join(folder, 'role')
    expect(compare(search, { vars: { role_path: role } })).toEqual([])
    expect(compare(search, { vars: { ansible_search_path: [role, join(role, 'tasks'), folder] } })).toEqual([])
    expect(compare(search, { vars: { ansible_search_path: [join(role, 'tasks', 'sub')] } })).toEqual([])
  })

  it('render templates', () => {
    const calls = [
      "'t.j2'",
      "'t.j2', template_vars={'name': 'Zed'}",
      "'list.j2'",
      "'list.j2', convert_data=false",
      "'marks.j2', variable_start_string='<<', variable_end_string='>>'",
      "'marks.j2', comment_start_string='[#', comment_end_string='#]'",
      "'t.j2', 'list.j2'",
      "'nope.j2'",
    ]
    expect(compare(both('template', calls))).toEqual([])
  })

  it('find cells of CSV files', () => {
    const calls = [
      "'li', file='d.csv', delimiter=','",
      "'li file=d.csv delimiter=, col=2'",
      "'key', file='d.csv', delimiter=',', col=-1",
      "'x', file='t.tsv'",
      "'nope', file='d.csv', delimiter=',', default='D'",
      "'nope', file='d.csv', delimiter=','",
      "'empty', file='d.csv', delimiter=','",
      "'li', file='none.csv'",
      "'li', file='d.csv', delimiter=',,'",
      "'li', file='d.csv', delimiter=',', col=9",
      "'li foo=1 file=d.csv'",
      "'file=d.csv'",
    ]
    expect(compare(both('csvfile', calls), { messages: true })).toEqual([])
  })

  it('find values of INI and properties files', () => {
    const calls = [
      "'user', file='u.ini'",
      "'path', file='u.ini'",
      "'raw', file='u.ini'",
      "'multi', file='u.ini'",
      "'k v', section='s two', file='u.ini'",
      "'empty', section='s two', file='u.ini'",
      "'nope', file='u.ini', default='D'",
      "'x', section='none', file='u.ini'",
      "'x', section='bad', file='u.ini'",
      "'.*', file='u.ini', re=true",
      "'user section=global file=u.ini'",
      "'section=global file=u.ini'",
      "'flag', section='s', file='novalue.ini'",
      "'flag', section='s', file='novalue.ini', allow_no_value=true",
      "'a', section='s', file='twice.ini'",
      "'A', section='s', file='twice.ini', case_sensitive=true",
      "'a', file='headless.ini'",
      "'user.name', type='properties', file='p.properties'",
      "'url', type='properties', file='p.properties'",
      "'x', type='nosuch', file='p.properties'",
    ]
    expect(compare(both('ini', calls))).toEqual([])
  })
})

describe('lookups of values', () => {
  it('rearrange their terms', () => {
    const terms = ['[1, 2], [3, [4]]', '[1, [2, 3]]', 'list', "'a'", 'dict', 'words, list', '(1, 2)', 'none']
    const names = ['items', 'list', 'indexed_items', 'together', 'nested', 'dict']
    expect(compare(names.flatMap(name => both(name, terms)))).toEqual([])
  })

  it('walk subelements', () => {
    const calls = [
      "users, 'keys'",
      "users, 'm.h'",
      "users, 'nope'",
      "users, 'nope', {'skip_missing': true}",
      "users, 'name'",
      "{'a': users[0]}, 'keys'",
      'users',
      "5, 'x'",
      "[1], 'x'",
    ]
    expect(compare(both('subelements', calls), { messages: true })).toEqual([])
  })

  it('count', () => {
    const calls = [
      "'5'",
      "'2-10/3'",
      "'4:h%02d'",
      "'start=0x0f count=2 format=%04x'",
      "'count=0'",
      "'start=5 end=1 stride=-2'",
      "'start=5 end=1'",
      "'end=3 format=%d%d'",
      "'end=x'",
      "'foo=1 end=2'",
      "'010'",
      "'end=2 format=%z'",
      '5',
    ]
    expect(compare(both('sequence', calls), { messages: true })).toEqual([])
  })

  it('read variables and the environment', () => {
    const expressions = [
      ...both('vars', ["'name'", "'lazy'", "'hv'", "'nope'", "'nope', default='x'", "'broken', default='x'", '5']),
      "query('varnames', '^qz_', 'nam')",
      "query('varnames', '(')",
      ...both('env', ["'PATH'", "'NO_SUCH_X'", "'NO_SUCH_X', default='d'", "'NO_SUCH_X', default=undef()"]),
      ...both('inventory_hostnames', ["'all'", "'db:web'", "'all:!db'", "'db:&prod'", "'~h[12]'", "'db[0]'", "'nope'"]),
    ]
    expect(compare(expressions)).toEqual([])
  })

  it('run commands', () => {
    const calls = [
      "'echo hi'",
      '\'printf "a\\\\nb\\\\n"\'',
      "'exit 3'",
      "'cat a.txt'",
      "'kill -9 $$'",
      "'echo a', 'echo b'",
    ]
    expect(compare([...both('pipe', calls), ...both('lines', calls)], { messages: true })).toEqual([])
  })

  it('refuse what does not exist', () => {
    const expressions = ["lookup('nosuch', 1)", "query('ansible.builtin.items', [1])", "lookup('config', 'NOPE')"]
    expect(compare(expressions)).toEqual([])
  })
})

describe('the password lookup', () => {
  it('makes the same passwords from the same seeds', () => {
    const calls = [
      "'/dev/null seed=a'",
      "'/dev/null seed=a length=5 chars=digits'",
      "'/dev/null', seed='a', chars=['ascii_letters', '@']",
      "'/dev/null', seed='a', chars='digits,,,x'",
      "'/dev/null foo=1'",
      "'/dev/null length=3 junk'",
      "'/dev/null', seed='a', length='x'",
      "'passwords/kept'",
      "'passwords/kept length=3'",
    ]
    expect(compare(both('password', calls), { messages: true })).toEqual([])
  })

  it('keeps a new password in a private file and finds it again', () => {
    const templar = templarOf({}, { basedir: folder, controller: controllerAt(folder) })
    const first = templar.template("{{ lookup('password', 'passwords/new/one length=8 chars=digits') }}")
    const path = join(folder, 'passwords/new/one')
    const kept = readFileSync(path, 'utf8')
    expect(kept).toMatch(/^\d{8}\n$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(str(templar.template("{{ lookup('password', 'passwords/new/one') }}"))).toBe(str(first))
    expect(compare(["lookup('password', 'passwords/new/one')"])).toEqual([])
  })

  it('keeps the salt of an encrypted password, so that the hash stays the same', () => {
    const templar = templarOf({}, { basedir: folder, controller: controllerAt(folder) })
    const template = "{{ lookup('password', 'passwords/hashed encrypt=md5_crypt length=6') }}"
    const hash = str(templar.template(template))
    expect(hash).toMatch(/^\$1\$[./\w]{8}\$[./\w]{22}$/)
    expect(str(templar.template(template))).toBe(hash)
    expect(readFileSync(join(folder, 'passwords/hashed'), 'utf8')).toMatch(/^\S{6} salt=[./\w]{8}\n$/)
    expect(compare(["lookup('password', 'passwords/hashed encrypt=md5_crypt length=6')"])).toEqual([])
  })
})
