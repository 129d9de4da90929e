// What is loaded from playbooks equals, value by value, what ansible-core's own classes load.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, askAnsible, folderOf, type Scenario } from './support.js'

const COLLECTION = {
  'collections/ansible_collections/acme/tools/galaxy.yml': 'namespace: acme\nname: tools\nversion: 1.0.0\n',
  'collections/ansible_collections/acme/tools/meta/runtime.yml': [
    'action_groups:',
    '  web:',
    '    - fetcher',
    '    - acme.tools.pusher',
    '    - metadata: {extend_group: [more]}',
    '  more: [ansible.builtin.copy]',
    'plugin_routing:',
    '  modules:',
    '    oldname: {redirect: acme.tools.fetcher}',
  ].join('\n'),
  'collections/ansible_collections/acme/tools/plugins/modules/fetcher.py':
    '# from ansible.module_utils.basic import x\n',
  'collections/ansible_collections/acme/tools/plugins/modules/pusher.py':
    '# from ansible.module_utils.basic import x\n',
  'collections/ansible_collections/acme/tools/roles/web/tasks/main.yml': '- fetcher: {}\n- import_tasks: sub.yml\n',
  'collections/ansible_collections/acme/tools/roles/web/tasks/sub.yml': '- name: in sub\n  pusher: a=1\n',
  'collections/ansible_collections/acme/tools/roles/web/meta/main.yml':
    'dependencies: [base]\ncollections: [acme.other]\n',
  'collections/ansible_collections/acme/tools/roles/base/tasks/main.yml': '- debug: msg=base\n',
  'collections/ansible_collections/acme/tools/playbooks/setup.yml':
    '- hosts: all\n  roles: [web]\n  tasks: [{pusher: {}}]\n',
}

const FILES: Record<string, string> = {
  ...COLLECTION,
  hosts: 'h1 x=1\nh2 x=2\n[g1]\nh1\n[g1:vars]\ngv=3\n[g2]\nh2\n',
  'forms.yml': `
- hosts: all
  gather_facts: no
  remote_user: bob
  tasks:
    - copy: src=a dest=b mode=0644
    - copy: {src: "{{ a }}", dest: b}
      args: {mode: '0600', src: overridden}
    - action: copy src=a dest="b c"
    - action: {module: copy, src: a, args: {dest: q}}
    - action: {module: 'copy src=x', dest: y}
    - local_action: shell echo "hi there" chdir=/tmp
    - local_action: {module: command, cmd: uptime, creates: /x}
    - name: with spaces
      shell: |
        echo a=b creates=/tmp/x
        echo two
      args: {executable: /bin/bash, warn: false}
    - command: echo {{ x }} 'quo ted' \\
        continued
    - ansible.builtin.command: {argv: [a, b]}
      register: out
      changed_when: "'x' in out.stdout"
      failed_when: [out.rc > 1, "not out"]
      until: out is success
      retries: "{{ n }}"
      delay: 1
    - script: {cmd: foo.sh a b}
    - ping:
    - setup: filter="ansible_*" gather_timeout=3
      async: 30
      poll: 0
    - debug: msg={{ item }}
      with_items: [1, 2, [3]]
    - debug: {msg: "{{ item }}"}
      loop: "{{ list }}"
      loop_control: {loop_var: it, index_var: i, label: "{{ it }}", pause: 1.5, extended: yes}
      with_nothing: 3
      when: no
    - ping: "{{ params }}"
    - set_fact: a=1 b='two words' c="{{ x }}"
    - meta: flush_handlers
    - add_host: name=foo groups=a,b
    - include_vars: vars/{{ x }}.yml
    - raw: uptime executable=/bin/sh
    - fail:
      any_errors_fatal: yes
      check_mode: no
      no_log: true
      ignore_errors: "{{ x }}"
      port: 22
      connection: smart
      throttle: 2
      timeout: 5
      debugger: on_failed
      diff: yes
      vars: [{a: 1}, {b: 2}]
    - acme.tools.fetcher: {}
    - acme.tools.oldname: {}
    - name: "with role"
      include_role: {name: plain, tasks_from: sub/other.yml, apply: {tags: x}, public: yes}
      loop: [1]
      vars: {v: 1}
    - include_tasks: {file: some.yml, apply: {become: yes}}
      tags: [a, b]
    - include_tasks: some.yml
      args: {apply: {tags: [inner]}}
`.replace('      with_nothing: 3\n', ''),
  'inherit.yml': `
- hosts: [h1, 'h2']
  name: play
  become: yes
  become_user: root
  tags: pt
  environment: {A: 1}
  module_defaults: {copy: {mode: 1}, group/acme.tools.web: {a: 1}}
  collections: [acme.tools]
  run_once: yes
  vars: {pv: 1}
  pre_tasks:
    - debug: msg=pre
  tasks:
    - name: outer
      block:
        - fetcher: {}
          tags: [t1, "t{{ pv }}"]
          when: one
          environment: [{C: 3}, "{{ more }}"]
        - block:
            - debug: {}
              become: no
              tags: t3,t4
              vars: {tv: 1}
              module_defaults: [{debug: {msg: 1}}]
          rescue:
            - debug: msg=r
          always:
            - debug: msg=a
          when: [two, three]
          delegate_to: h2
          delegate_facts: yes
          ignore_errors: yes
          vars: {bv: 2, when: x}
      when: zero
      tags: bt
      environment: [{B: 2}]
      become_user: alice
      notify: handler one
      any_errors_fatal: true
    - debug: msg=last
      environment: {A: 1}
      tags: []
  post_tasks:
    - debug: msg=post
  handlers:
    - name: handler one
      debug: msg=h
      listen: topic
    - name: second
      command: x
      listen: [a, b]
      when: c
    - import_tasks: h/more.yml
    - include_tasks: h/dynamic.yml
`,
  'h/more.yml': '- name: imported handler\n  debug: {}\n',
  'handlers/x.yml': '',
  'imports.yml': `
- hosts: all
  vars: {dir: tasks, flavour: red, nope: null}
  vars_files: [v/one.yml, [v/missing.yml, v/two.yml]]
  tasks:
    - import_tasks: tasks/a.yml
      vars: {av: 1}
      when: aw
      tags: [at, "{{ flavour }}"]
      become: yes
      become_user: x
    - name: block
      block:
        - import_tasks: "{{ dir }}/sub/b.yml"
        - import_tasks: tasks/empty.yml
      tags: blk
      vars: {blkv: 1}
    - import_role: {name: plain, tasks_from: other, vars_from: special, defaults_from: alt.yml, handlers_from: hh}
      vars: {irv: 1}
      tags: ir
      when: irw
    - import_role: {name: "{{ flavour }}_role"}
    - include: tasks/a.yml
    - import_tasks: file=tasks/sub/c.yml
`,
  'v/one.yml': 'one: 1\nshared: one\n',
  'v/two.yml': '- two: 2\n- shared: two\n',
  'tasks/a.yml':
    '- debug: msg=a\n  when: inner\n  tags: [own]\n- import_tasks: sub/b.yml\n- include_tasks: sub/c.yml\n',
  'tasks/sub/b.yml': '- name: in b\n  debug: msg=b\n- block:\n    - import_tasks: c.yml\n  when: bw\n',
  'tasks/sub/c.yml': '- name: in c\n  debug: msg=c\n',
  'tasks/empty.yml': '---\n',
  'roles/plain/tasks/main.yml': '- name: plain task\n  debug: {}\n',
  'roles/plain/tasks/other.yml':
    '- name: other task\n  debug: {}\n- import_tasks: deep/x.yml\n- include_tasks: deep/x.yml\n',
  'roles/plain/tasks/deep/x.yml': '- name: deep\n  debug: {}\n- import_tasks: y.yml\n',
  'roles/plain/tasks/deep/y.yml': '- name: deeper\n  debug: {}\n',
  'roles/plain/vars/special.yaml': 'sv: 1\n',
  'roles/plain/vars/main.yml': 'mv: 1\n',
  'roles/plain/defaults/alt.yml': 'alt: 1\n',
  'roles/plain/handlers/hh.yml': '- name: hh\n  debug: {}\n',
  'roles/red_role/tasks/main.yaml': '- name: red\n  debug: {}\n',
  'roles.yml': `
- hosts: all
  vars: {rn: top}
  roles:
    - role: "{{ rn }}"
      p1: v1
      tags: [rt]
      when: rw
      vars: {rv: 1}
      become: yes
    - {role: top, p1: v2}
    - name: top
      p1: v2
    - json
    - roles/plain
    - dirs
    - acme.tools.web
    - role: validated
      myopt: 3
      delegate_to: h2
      environment: {R: 1}
  tasks:
    - import_role: name=validated tasks_from=second
    - import_role: {name: validated, rolespec_validate: no}
    - import_role: {name: nested}
`,
  'roles/top/meta/main.yml': `
dependencies:
  - role: dep
    dp: 1
    tags: dt
    when: dw
  - {role: dep, dp: 2, become_user: zed}
  - name: shared
  - src: https://example.com/git/named.git
    version: 1
galaxy_info: {author: me}
`,
  'roles/top/tasks/main.yml': '- name: top task\n  debug: {}\n  notify: top handler\n',
  'roles/top/handlers/main.yml': '- name: top handler\n  debug: {}\n  listen: topic\n',
  'roles/top/defaults/main.yml': 'd: top\ntopd: 1\n',
  'roles/top/vars/main.yml': 'v: top\n',
  'roles/dep/tasks/main.yml':
    '- name: dep task\n  debug: {}\n- block:\n    - name: dep inner\n      debug: {}\n  tags: x\n',
  'roles/dep/meta/main.yml': 'allow_duplicates: yes\ndependencies: [shared]\n',
  'roles/dep/defaults/main.yml': 'd: dep\ndepd: 1\n',
  'roles/dep/handlers/main.yml': '- name: dep handler\n  debug: {}\n',
  'roles/shared/tasks/main.yml': '- name: shared task\n  debug: {}\n',
  'roles/shared/vars/main.yml': 'v: shared\nsv: 1\n',
  'roles/named/tasks/main.yml': '- name: named task\n  debug: {}\n',
  'roles/json/tasks/main.json': '[{"name": "json task", "debug": {}}]',
  'roles/json/defaults/main': 'noext: 1\n',
  'roles/dirs/defaults/main/a.yml': 'a: 1\nb: 1\n',
  'roles/dirs/defaults/main/b.yaml': 'b: 2\n',
  'roles/dirs/vars/main/one.json': '{"vone": 1}',
  'roles/dirs/vars/main/.hidden.yml': 'hidden: 1\n',
  'roles/validated/meta/argument_specs.yml': `
argument_specs:
  main:
    short_description: the main one
    options: {myopt: {type: int}}
  second:
    options: {}
`,
  'roles/validated/tasks/main.yml': '- name: validated task\n  debug: {}\n',
  'roles/validated/tasks/second.yml': '',
  'roles/nested/tasks/main.yml': '- import_role: {name: inner_role}\n  vars: {nv: 1}\n- include_role: name=plain\n',
  'roles/nested/meta/main.yaml': 'argument_specs: {main: {options: {}}}\n',
  'roles/inner_role/tasks/main.yml': '- name: inner\n  debug: {}\n',
  'master.yml': `
- import_playbook: sub/child.yml
  vars: {mv: 1, tags: "x,y"}
  tags: [m]
  when: mw
- hosts: h1
  tasks:
    - debug: {}
- ansible.builtin.import_playbook: "{{ 'sub' }}/child.yml"
- import_playbook: acme.tools.setup
`,
  'sub/child.yml': `
- name: child
  hosts: all
  roles: [local]
  tags: c
  pre_tasks: [{debug: {}}]
  tasks:
    - import_tasks: t.yml
- import_playbook: grand.yml
`,
  'sub/grand.yml': '- hosts: h2\n  tasks: [{debug: {}, when: [gw]}]\n',
  'sub/t.yml': '- debug: msg=t\n',
  'sub/roles/local/tasks/main.yml': '- name: local role\n  debug: {}\n',
  'tags.yml': `
- hosts: all
  tags: play
  vars: {two_tags: [x, y]}
  tasks:
    - {name: untagged-like, debug: {}}
    - {name: always, debug: {}, tags: always}
    - {name: never, debug: {}, tags: [never, nv]}
    - {name: one, debug: {}, tags: "one,two"}
    - {name: templated, debug: {}, tags: "{{ two_tags }}"}
    - {name: number, debug: {}, tags: [1]}
    - name: blk
      tags: b
      block:
        - {name: in block, debug: {}}
        - {name: in block never, debug: {}, tags: never}
    - {name: inc, include: tasks/a.yml, loop: [1], tags: inc}
    - {name: inc2, include_tasks: tasks/a.yml, tags: inc2}
- hosts: all
  tasks:
    - {name: truly untagged, debug: {}}
    - {name: second, debug: {}, tags: two}
`,
  'dynamic.yml': `
- hosts: all
  vars: {where: tasks, rolename: plain}
  tags: pt
  roles: [outer_role]
  tasks:
    - include_tasks: tasks/a.yml
      vars: {iv: 1}
      tags: it
      when: iw
    - include_tasks: "{{ where }}/sub/b.yml"
    - include_tasks: {file: "tasks/dyn.yml", apply: {tags: [ap], become: yes, when: apw, vars: {apv: 1}}}
      loop: [1]
    - include: tasks/dyn.yml
      loop: [1]
    - include_role: {name: "{{ rolename }}", tasks_from: "{{ other | default('other') }}", apply: {tags: ra}, handlers_from: hh}
      vars: {rv: 1}
      loop: [1]
    - include_role: {name: outer_role, public: "{{ 'yes' }}", allow_duplicates: no}
    - block:
        - include_role: name=acme.tools.web
        - include_tasks: tasks/empty.yml
      become: yes
      become_user: bu
      environment: {E: 1}
  handlers:
    - include_tasks: h/more.yml
`,
  'tasks/dyn.yml': '- name: dyn\n  debug: {}\n  notify: x\n- include_tasks: sub/rel.yml\n- import_tasks: sub/c.yml\n',
  'tasks/sub/rel.yml': '- name: rel\n  debug: {}\n- include_tasks: c.yml\n- include_role: {name: plain}\n',
  'roles/outer_role/tasks/main.yml': '- include_tasks: inner/one.yml\n- include_role: {name: plain}\n',
  'roles/outer_role/tasks/inner/one.yml':
    '- name: one\n  debug: {}\n- include_tasks: two.yml\n- import_tasks: three.yml\n',
  'roles/outer_role/tasks/inner/two.yml': '- name: two\n  debug: {}\n',
  'roles/outer_role/tasks/inner/three.yml': '- name: three\n  debug: {}\n',
  'roles/outer_role/meta/main.yml': 'dependencies: [{role: shared, when: sw}]\n',
  'roles/outer_role/handlers/main.yml': '- name: outer handler\n  debug: {}\n- include_tasks: extra.yml\n',
  'roles/outer_role/handlers/extra.yml': '- name: extra handler\n  debug: {}\n',
  'final.yml': `
- name: "play {{ title }}"
  hosts: "{{ target }}"
  gather_facts: "{{ 'no' }}"
  serial: [1, "{{ '30%' }}", 2]
  strategy: free
  max_fail_percentage: "{{ 50 }}%"
  order: sorted
  force_handlers: yes
  gather_subset: "!all"
  gather_timeout: "7"
  vars: {title: one, target: "h1,h2"}
  pre_tasks: [{debug: {}}]
- hosts: "{{ list }}"
  vars: {list: [h1, h2]}
  force_handlers: no
  tasks: []
`,
}

const SCENARIOS: Record<string, Omit<Scenario, 'cwd'>> = {
  'every form a task can be written in': { playbook: 'forms.yml' },
  'inheritance and extension of keywords': { playbook: 'inherit.yml' },
  'imports of task files and roles': { playbook: 'imports.yml' },
  'roles, dependencies, argument specs, collection roles': { playbook: 'roles.yml' },
  'imported playbooks': { playbook: 'master.yml' },
  'a playbook of a collection': { playbook: 'acme.tools.setup', env: { ANSIBLE_COLLECTIONS_PATH: 'collections' } },
  'selection by tags': { playbook: 'tags.yml', options: { tags: ['two', 'x'] } },
  'tags all, never and always': { playbook: 'tags.yml', options: { tags: ['all', 'never'], skip_tags: ['always'] } },
  'tagged only': { playbook: 'tags.yml', options: { tags: ['tagged'] } },
  'untagged only': { playbook: 'tags.yml', options: { tags: ['untagged'] } },
  'skipping tags': { playbook: 'tags.yml', options: { skip_tags: ['one', 'b'] } },
  'skipping all': { playbook: 'tags.yml', options: { skip_tags: ['all'] } },
  'skipping tagged': { playbook: 'tags.yml', options: { skip_tags: ['tagged'] } },
  'includes, as loaded while the play runs': { playbook: 'dynamic.yml', expand: 'h1' },
  'validated plays': { playbook: 'final.yml', final: true },
  'forced handlers': { playbook: 'inherit.yml', options: { force_handlers: true } },
}

describe('a loaded playbook', () => {
  const folder = folderOf(FILES)
  const names = Object.keys(SCENARIOS)
  const scenarios = names.map(name => ({ cwd: folder.path, inventory: ['hosts'], ...SCENARIOS[name] }) as Scenario)
  let expected: unknown[] = []
  beforeAll(() => {
    expected = askAnsible(scenarios)
  })
  afterAll(() => folder.remove())

  for (const [index, name] of names.entries())
    it(`equals Ansible's: ${name}`, async () => {
      expect(expected[index]).not.toHaveProperty('error')
      expect(await ask(scenarios[index] as Scenario)).toEqual(expected[index])
    })
})
