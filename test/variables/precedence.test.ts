// Every variable that every task sees equals what ansible-core's VariableManager gives.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, askAnsible, folderOf, type Scenario } from '../playbook/support.js'

const FILES: Record<string, string> = {
  hosts: `
h1 level=host_inventory only_host=1 ansible_host=10.0.0.1
h2 level=host_inventory
h3

[web]
h1
h2

[db]
h2
h3

[sites:children]
web
db

[all:vars]
level=all_inventory
only_all=1

[web:vars]
level=web_inventory
dict={'a': 1}

[db:vars]
level=db_inventory
ansible_group_priority=10
`,
  'group_vars/all.yml': 'level: all_play\nall_play: 1\ndict: {all: 1, deep: {x: 1, y: [1]}}\n',
  'group_vars/web/main.yml': 'level: web_play\nweb_play: 1\ndict: {web: 1, deep: {x: 2, z: 1}}\n',
  'group_vars/web/more.json': '{"web_more": [1, 2.5, null, true]}',
  'group_vars/db': 'level: db_play\ndb_play: 1\n',
  'host_vars/h1.yaml': 'level: host_play\nhost_play: 1\ndict: {host: 1}\n',
  'inventory/hosts': 'h1\nh2\n[web]\nh1\n',
  'inventory/group_vars/all': 'level: all_beside_inventory\nbeside: 1\n',
  'inventory/host_vars/h2.yml': 'level: host_beside_inventory\n',
  'site.yml': `
- hosts: all
  vars: {level: play, pv: "{{ level }}", dict: {play: 1}}
  vars_files: ['files/{{ kind }}.yml', [files/missing.yml, files/fixed.yml]]
  roles:
    - role: one
      level: param
      vars: {role_entry: 1}
    - two
  tasks:
    - name: plain
      debug: {}
      vars: {level: task, tv: 1}
    - block:
        - name: in block
          debug: {}
        - name: included
          include_tasks: x.yml
          vars: {level: include_param, iv: 1}
      vars: {level: block, bv: 1}
    - import_tasks: t.yml
      vars: {level: import, imv: 1}
    - import_role: {name: three}
      vars: {level: import_role, irv: 1}
    - name: dynamic role
      include_role: {name: two}
      vars: {level: include_role}
    - name: delegated
      debug: {}
      delegate_to: h2
    - name: delegated in a loop
      debug: {}
      delegate_to: "{{ item }}"
      loop: [h2, h3, elsewhere]
    - name: delegated by lookup
      debug: {}
      delegate_to: "{{ it }}"
      with_items: [[h1], h2]
      loop_control: {loop_var: it}
`,
  'files/special.yml': 'level: vars_file\nvf: special\ndict: {file: 1}\n',
  'extra.yml': 'from_file: {a: 1}\nlevel: extra_file\n',
  'files/fixed.yml': '[{fixed: 1}, {fixed: 2, dict: {fixed: 2}}]\n',
  't.yml': '- {name: imported, debug: {}}\n- {name: imported with vars, debug: {}, vars: {level: own}}\n',
  'roles/one/defaults/main.yml': 'level: one_default\none_default: 1\nshared_default: one\n',
  'roles/one/vars/main.yml': 'level: one_vars\none_vars: 1\n',
  'roles/one/tasks/main.yml': '- {name: one task, debug: {}}\n- import_tasks: more.yml\n  vars: {mv: 1}\n',
  'roles/one/tasks/more.yml': '- {name: one more, debug: {}}\n',
  'roles/one/meta/main.yml': 'dependencies: [{role: dep, depparam: 1}]\n',
  'roles/dep/defaults/main.yml': 'level: dep_default\nshared_default: dep\ndep_default: 1\n',
  'roles/dep/vars/main.yml': 'level: dep_vars\ndep_vars: 1\n',
  'roles/dep/tasks/main.yml': '- {name: dep task, debug: {}}\n',
  'roles/two/defaults/main.yml': 'shared_default: two\ntwo_default: 1\ndict: {two: 1}\n',
  'roles/two/tasks/main.yml': '- {name: two task, debug: {}}\n',
  'roles/three/defaults/main.yml': 'three_default: 1\n',
  'roles/three/vars/main.yml': 'three_vars: 1\n',
  'roles/three/tasks/main.yml': '- {name: three task, debug: {}}\n- import_role: {name: two}\n',
}

const FACTS = {
  h1: {
    ansible_os_family: 'Debian',
    ansible_local: { l: 1 },
    module_setup: true,
    kind: 'special',
    level: 'fact',
    ansible_ssh_user: 'x',
    ansible_ssh_host_key_rsa_public: 'k',
    ansible_python_interpreter: 'p',
    ansible_docker0: { a: { _ansible_x: 1, b: 2 } },
    ansible_ssh_bridge: 1,
    _ansible_hidden: 1,
  },
}
const base = { playbook: 'site.yml', inventory: ['hosts'], vars: 'all', options: { extra_vars: ['kind=special'] } }

const SCENARIOS: Record<string, Omit<Scenario, 'cwd'>> = {
  'from files and playbook': base,
  'with facts': { ...base, facts: FACTS, options: {} },
  'with facts that are not injected': { ...base, facts: FACTS, env: { ANSIBLE_INJECT_FACT_VARS: 'false' } },
  'with registered results and include_vars': {
    ...base,
    registered: { h1: { level: 'registered', r: 1 }, h2: { r: { a: 1 } } },
    included: { h1: { level: 'included', i: 1 }, h3: { dict: { included: 1 } } },
  },
  'with extra vars of all kinds': {
    ...base,
    options: { extra_vars: ['kind=special level=extra', '{"j": [1, {"a": null}]}', '@extra.yml', '', 'q="a b"'] },
  },
  'with merged mappings': {
    ...base,
    env: { ANSIBLE_HASH_BEHAVIOUR: 'merge' },
    facts: FACTS,
    included: { h3: { dict: { included: 1 } } },
  },
  'with private role variables': { ...base, env: { ANSIBLE_PRIVATE_ROLE_VARS: 'true' } },
  'with variables beside the inventory': { ...base, inventory: ['inventory'] },
  'with another order of groups': {
    ...base,
    env: { ANSIBLE_PRECEDENCE: 'groups_plugins_play,all_plugins_play,groups_inventory,all_inventory' },
  },
  'with variables of the task folder': { ...base, env: { ANSIBLE_PLAYBOOK_VARS_ROOT: 'all' } },
  'with vars plugins at the start': { ...base, inventory: ['inventory'], env: { ANSIBLE_RUN_VARS_PLUGINS: 'start' } },
}

describe('variables of tasks', () => {
  const folder = folderOf(FILES)
  const names = Object.keys(SCENARIOS)
  const scenarios = names.map(name => ({ cwd: folder.path, ...SCENARIOS[name] }) as Scenario)
  let expected: { plays: { vars: unknown }[] }[] = []
  beforeAll(() => {
    expected = askAnsible(scenarios) as typeof expected
  })
  afterAll(() => folder.remove())

  for (const [index, name] of names.entries())
    it(`equal Ansible's ${name}`, async () => {
      expect(expected[index]).not.toHaveProperty('error')
      const ours = (await ask(scenarios[index] as Scenario)) as (typeof expected)[number]
      expect(ours.plays.map(play => play.vars)).toEqual(expected[index]?.plays.map(play => play.vars))
    })
})
