import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ansibleInventories, ownInventory, type PatternRequest, type Request } from './oracle.js'

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'inventory-')))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function write(name: string, text: string, mode?: number): string {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  if (mode !== undefined) chmodSync(path, mode)
  return path
}

/** Reads the sources with both and compares everything. */
async function compare(requests: readonly Request[], env: Record<string, string> = {}): Promise<unknown[]> {
  const expected = ansibleInventories(requests, root, env)
  const actual: unknown[] = []
  for (const request of requests) actual.push(await ownInventory(request, root, env))
  expect(actual).toEqual(expected)
  // Order of groups and hosts matters, too: toEqual does not see it.
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
  return actual
}
const single = (name: string, text: string): Request => ({ sources: [write(name, text)] })

describe('INI sources', () => {
  it('read hosts, variables, children, ranges, ports, comments and literals', async () => {
    await compare([
      single(
        'full.ini',
        `; comment
# comment
loose ansible_host=10.0.0.1   # trailing comment
"quoted name"

[web]
web[01:03] http_port=80 max=0808 name="a b" flag=True nothing=None
db-[a:c].example.com:2222
[2001:db8::1]:2022 kind=six
10.0.[0:1].[1:3]
step[1:10:3] t=(1,2) l=[1,'x'] d="{'a': 1, 'b': [2.50, 1e3]}" s='"8"' n=-5 h=0x1f big=12345678901234567890

[web:vars]
port = 8080
text= a = b # not a comment
list=[1, 2]
literal='quoted'
empty=
ansible_group_priority=5

[prod:children]
web   # comment
late
[late]
last
[late:children]
deep
[deep]
deepest x=1
[all:vars]
everywhere=yes
[ungrouped]
alone
`,
      ),
    ])
  })

  it('tell errors with their line, as Ansible', async () => {
    const bad: Record<string, string> = {
      'bad-var.ini': '[web]\nweb1 novalue\n',
      'bad-section.ini': '[web one]\nweb1\n',
      'bad-type.ini': '[web:things]\nweb1\n',
      'bad-child.ini': '[web:children]\nmissing\n[other]\na\n',
      'bad-vars.ini': '[web:vars]\na=1\n',
      'bad-kv.ini': '[web]\na\n[web:vars]\njust words\n',
      'bad-quote.ini': '[web]\na x="1\n',
      'bad-range.ini': '[web]\na[3:]\n',
      'bad-range2.ini': '[web]\na[01:9]\n',
      'bad-range3.ini': '[web]\na[c:a]\n',
      'bad-range4.ini': '[web]\na[1:3:0]\n',
      'bad-range5.ini': '[web]\na[1\n',
      'bad-port.ini': '[web]\na:\n',
      'bad-yaml.ini': '---\n[web]\na\n',
      'bad-loop.ini': '[a:children]\nb\n[b:children]\na\n',
      'bad-self.ini': '[a:children]\na\n',
      'bad-priority.ini': '[a]\nx\n[a:vars]\nansible_group_priority=high\n',
      'bad-group.ini': '[a:children]\nb c\n',
    }
    await compare(Object.entries(bad).map(([name, text]) => single(name, text)))
  })

  it('warn of odd group names and of names that are both', async () => {
    const text = '[web-servers]\na\n[web.x:children]\nweb-servers\n[a]\nb\n'
    await compare([single('odd.ini', text)])
    await compare([single('odd2.ini', text)], { ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS: 'always' })
  })
})

describe('YAML sources', () => {
  it('read groups, children, hosts, ranges and variables', async () => {
    await compare([
      single(
        'full.yml',
        `all:
  hosts:
    lonely:
    web[1:3].example.com:
      ansible_port: 2222
      nested: {a: [1, 2.5, yes, null]}
  vars:
    everywhere: {x: 1}
  children:
    web:
      hosts: single
      vars:
        ansible_group_priority: 10
        everywhere: {y: 2}
    db:
      children:
        primary:
          hosts:
            db1: {role: first}
            db2:2022:
        replica: {}
      vars: null
    empty:
`,
      ),
      single('top.yaml', 'web:\n  hosts:\n    a:\n    b: {x: 1}\nungrouped:\n  hosts:\n    c:\n'),
      single('noext', 'web:\n  hosts:\n    a: {}\n'),
      single('json.json', '{"web": {"hosts": {"a": {"x": 1.0}}}}'),
    ])
  })

  it('warn and fail as Ansible', async () => {
    await compare([
      single('w1.yml', 'web:\n  hosts:\n    a:\n  other:\n    x: 1\n  odd: text\nlist: [1]\n'),
      single('w2.yml', '- a\n- b\n'),
      single('w3.yml', 'web:\n  hosts: [a, b]\n'),
      single('w4.yml', 'web:\n  hosts:\n    5:\n'),
      single('w5.yml', ''),
      single('w6.yml', 'a: [1\n'),
      single('w7.yml', 'web:\n  hosts:\n    a: [1]\n'),
      single('w8.yml', 'plain text'),
      single('w9.yml', 'web:\n  hosts:\n    a:\n    a:\n'),
      single('w10.yml', '5:\n  hosts:\n    a:\n'),
    ])
  })
})

describe('scripts', () => {
  it('run with --list and, without _meta, with --host', async () => {
    const list = { web: ['a', 'b'], db: { hosts: ['c'], vars: { p: 1 }, children: ['web'] }, d: { x: 1.5 } }
    const meta = { ...list, _meta: { hostvars: { a: { ansible_host: '10.0.0.1' }, c: { l: [1, 'x'] } } } }
    const body = '#!/bin/sh\nif [ "$1" = --host ]; then echo "{\\"name\\": \\"$2\\"}"; exit; fi\n'
    await compare([
      { sources: [write('meta.sh', `#!/bin/sh\ncat <<'E'\n${JSON.stringify(meta)}\nE\n`, 0o755)] },
      { sources: [write('hosts.sh', `${body}echo '{"web": ["a"]}'\n`, 0o755)] },
      {
        sources: [
          write('noisy.sh', `#!/bin/sh\necho oops >&2\necho '{"web": ["a"], "_meta": {"hostvars": {}}}'\n`, 0o755),
        ],
      },
    ])
  })

  it('fail in the words of Ansible', async () => {
    await compare([
      { sources: [write('fail.sh', '#!/bin/sh\necho broken >&2\nexit 3\n', 0o755)] },
      { sources: [write('nojson.sh', '#!/bin/sh\necho "[web]"\n', 0o755)] },
      { sources: [write('list.sh', '#!/bin/sh\necho "[1]"\n', 0o755)] },
      { sources: [write('badhosts.sh', `#!/bin/sh\necho '{"web": {"hosts": "a"}}'\n`, 0o755)] },
      { sources: [write('badvars.sh', `#!/bin/sh\necho '{"web": {"hosts": ["a"], "vars": [1]}}'\n`, 0o755)] },
      { sources: [write('executable', '[web]\na\n', 0o755)] },
      { sources: [write('unexecutable', '#!/bin/sh\necho\n', 0o644)] },
    ])
  })
})

describe('several sources', () => {
  it('read lists of hosts', async () => {
    await compare([
      { sources: ['localhost,'] },
      { sources: ['a, b:2222 ,10.0.0.1,[::1]:22,web[1:3],bad_,'] },
      { sources: ['127.0.0.1,localhost,'] },
      { sources: [`missing,${root}`] },
    ])
    await compare([{ sources: ['web[1:3],x[a:c]y:22,'] }], { ANSIBLE_INVENTORY_ENABLED: 'advanced_host_list' })
  })

  it('read directories in order, without what is to be ignored', async () => {
    write('dir/10-a', '[web]\nfirst x=1\n')
    write('dir/20-b.yml', 'web:\n  hosts:\n    second:\n    first: {x: 2}\n')
    write('dir/30-c.ini', '[web]\nignored\n')
    write('dir/.hidden', '[web]\nignored\n')
    write('dir/old~', '[web]\nignored\n')
    write('dir/sub/deep', '[deep]\nthird\n')
    write('dir/group_vars/web.yml', 'from: dir\n')
    write('dir/group_vars/all/main.yml', 'from: all\n')
    write('dir/host_vars/first.yml', 'own: true\n')
    write('other/hosts', '[web]\nfourth\n[db]\nfirst\n')
    write('other/group_vars/web', 'from: other\n')
    const sources = [join(root, 'dir'), join(root, 'other/hosts')]
    await compare([{ sources }, { sources: ['dir', 'other/hosts'] }, { sources: [join(root, 'empty-dir')] }])
    await compare([{ sources }], { ANSIBLE_INVENTORY_IGNORE_REGEX: '^10,^sub', ANSIBLE_INVENTORY_IGNORE: '.yml' })
    await compare([{ sources }], { ANSIBLE_RUN_VARS_PLUGINS: 'start' })
    await compare([{ sources }], { ANSIBLE_VARS_PLUGIN_STAGE: 'all', ANSIBLE_HASH_BEHAVIOUR: 'merge' })
    await compare([{ sources }], { ANSIBLE_VARS_ENABLED: '' })
  })

  it('say what is missing, and stop where they are told to', async () => {
    const missing = [join(root, 'nowhere')]
    await compare([{ sources: missing }, { sources: [] }, { sources: ['/etc/ansible/hosts'] }])
    await compare([{ sources: missing }], { ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1' })
    await compare([{ sources: missing }], { ANSIBLE_INVENTORY_UNPARSED_FAILED: '1' })
    await compare([{ sources: missing }], { ANSIBLE_INVENTORY_UNPARSED_WARNING: '0' })
    await compare([single('only.yml', 'web: {hosts: {a: }}\n')], { ANSIBLE_INVENTORY_ENABLED: 'ini' })
  })
})

describe('host patterns', () => {
  const inventory = `[web]
web[1:5].example.com
[db]
db1
db2
web1.example.com
[prod:children]
web
db
[zeta]
alone
`
  const patterns = [
    'all',
    '*',
    'web',
    'web:db',
    'web,db',
    'prod:!db',
    'web:&db',
    'prod:!web:&db',
    '!db',
    '&db',
    'web[0]',
    'web[-1]',
    'web[1:2]',
    'web[1:]',
    'web[0:0]',
    'web[2-3]',
    'web[9]',
    '*.example.com',
    'web?.example.com',
    'web[13].example.com',
    '~web[24].*',
    '~^(db|alone)$',
    '~(',
    'db*',
    'nothing',
    'nothing:db1',
    'ungrouped',
    'localhost',
    '127.0.0.1',
    'db1,db1,db2',
    ' db1 , db2 ',
    'web1.example.com:db2',
    'DB1',
    'all[1]',
    'prod[-2]',
    '',
  ]

  it('choose the hosts that Ansible chooses, in its order, with its warnings', async () => {
    const requests: PatternRequest[] = patterns.map(pattern => ({ pattern }))
    requests.push({ pattern: ['web', '!web1.example.com', 'db'] }, { pattern: [] })
    for (const order of ['inventory', 'sorted', 'reverse_sorted', 'reverse_inventory', 'upside_down']) {
      requests.push({ pattern: 'prod', order })
    }
    await compare([{ sources: [write('patterns.ini', inventory)], patterns: requests }])
  })

  it('limit them, also by files', async () => {
    write('limit.txt', 'db1\nweb2.example.com\n\n')
    const limits = [
      'web',
      'db1,web1*',
      '!db',
      'web:&db',
      '@limit.txt',
      '@missing.txt',
      `@${root}`,
      'nothing',
      'localhost',
    ]
    const requests = limits.flatMap(limit => [
      { pattern: 'all', limit },
      { pattern: 'db', limit },
    ])
    await compare([{ sources: [write('limits.ini', inventory)], patterns: requests }])
  })

  it('react to names without a host as told', async () => {
    const request = { sources: [write('mismatch.ini', inventory)], patterns: [{ pattern: 'nothing' }] }
    await compare([request], { ANSIBLE_HOST_PATTERN_MISMATCH: 'error' })
    await compare([request], { ANSIBLE_HOST_PATTERN_MISMATCH: 'ignore' })
  })
})
