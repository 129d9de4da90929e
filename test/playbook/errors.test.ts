// Mistakes in playbooks are refused with Ansible's words, file, line and exit code.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, askAnsible, folderOf, type Scenario } from './support.js'

const play = (tasks: string) => `- hosts: all\n  tasks:\n${tasks.replace(/^(?=.)/gm, '    ')}\n`

/** Text of a playbook, by the mistake in it. */
const MISTAKES: Record<string, string> = {
  'unknown module': play('- name: x\n  nosuchmodule: a=1\n'),
  'unknown module of a collection': play('- no.such.module: {}\n'),
  'two actions': play('- copy: src=a\n  file: path=b\n'),
  'action and local_action': play('- action: copy src=a\n  local_action: ping\n'),
  'no action': play('- name: nothing\n  when: x\n'),
  'unknown task keyword': play('- debug: msg=a\n  wehn: x\n'),
  'unknown play keyword': '- hosts: all\n  task: []\n',
  'unknown block keyword': play('- block: []\n  loop: [1]\n'),
  'extra parameters': play('- ping: foo bar\n'),
  'bare variable as args': play('- debug: {}\n  args: foo\n'),
  'args as a list': play('- debug: {}\n  args: [1]\n'),
  'internal argument': play('- debug: {_ansible_x: 1}\n'),
  'action of a wrong type': play('- debug: [1]\n'),
  'cmd twice': play('- command: ls\n  args: {cmd: ls}\n'),
  'unbalanced quotes': play('- command: echo "a\n'),
  'duplicate loop': play('- debug: {}\n  loop: [1]\n  with_items: [2]\n'),
  'empty loop': play('- debug: {}\n  with_items:\n'),
  'loop_control as text': play('- debug: {}\n  loop: [1]\n  loop_control: "{{ x }}"\n'),
  'unknown loop_control keyword': play('- debug: {}\n  loop: [1]\n  loop_control: {lop: 1}\n'),
  'import_tasks with a loop': play('- import_tasks: x.yml\n  loop: [1]\n'),
  'import_role with a loop': play('- import_role: {name: x}\n  with_items: [1]\n'),
  'import of a missing file': play('- import_tasks: missing.yml\n'),
  'import of an undefined name': play('- import_tasks: "{{ nope }}.yml"\n'),
  'import of a mapping': play('- import_tasks: mapping.yml\n'),
  'import of a text': play('- import_tasks: text.yml\n'),
  'import without a file': play('- import_tasks: {}\n'),
  'import with unknown options': play('- import_tasks: {file: a.yml, foo: 1}\n'),
  'apply on an import': play('- import_tasks: {file: a.yml, apply: {tags: x}}\n'),
  'apply as text': play('- include_tasks: {file: a.yml, apply: x}\n'),
  'keyword that includes lack': play('- include_tasks: a.yml\n  become: yes\n'),
  'include_role without a name': play('- include_role: {tasks_from: x}\n'),
  'include_role with unknown options': play('- include_role: {name: x, foo: 1}\n'),
  'public import_role': play('- import_role: {name: x, public: yes}\n'),
  'tasks_from of a wrong type': play('- include_role: {name: x, tasks_from: [1]}\n'),
  'missing imported role': play('- import_role:\n    name: missing\n'),
  'missing role': '- hosts: all\n  roles:\n    - ok\n    - missing\n',
  'missing role with parameters': '- hosts: all\n  roles:\n    - role: missing\n      a: 1\n',
  'role without a name': '- hosts: all\n  roles:\n    - {a: 1}\n',
  'old style role requirement': '- hosts: all\n  roles:\n    - a,b\n',
  'roles of a wrong type': '- hosts: all\n  roles: foo\n',
  'role entry of a wrong type': '- hosts: all\n  roles: [[1]]\n',
  'missing part of a role': play('- import_role: {name: ok, tasks_from: nope}\n'),
  'role with tasks of a wrong type': '- hosts: all\n  roles: [badtasks]\n',
  'role with a text for tasks': '- hosts: all\n  roles: [texttasks]\n',
  'role with vars of a wrong type': '- hosts: all\n  roles: [badvars]\n',
  'role with meta of a wrong type': '- hosts: all\n  roles: [badmeta]\n',
  'role with unknown meta keyword': '- hosts: all\n  roles: [unknownmeta]\n',
  'a role that depends on itself': '- hosts: all\n  roles: [loop1]\n',
  'missing dependency': '- hosts: all\n  roles: [needy]\n',
  'tasks of a wrong type': '- hosts: all\n  tasks: {a: 1}\n',
  'task of a wrong type': '- hosts: all\n  tasks: [foo]\n',
  'handlers of a wrong type': '- hosts: all\n  handlers: foo\n',
  'block as a handler': '- hosts: all\n  handlers: [{block: [{block: []}]}]\n',
  'role as a handler': '- hosts: all\n  handlers: [{include_role: {name: x}}]\n',
  'rescue without block': play('- rescue: [{debug: {}}]\n'),
  'empty hosts': '- hosts:\n',
  'hosts with None': '- hosts: [a, null]\n',
  'hosts with a number': '- hosts: [1]\n',
  'hosts as a mapping': '- hosts: {a: 1}\n',
  'vars of a wrong type': '- hosts: all\n  vars: foo\n',
  'vars with a bad name': '- hosts: all\n  vars: {a-b: 1}\n',
  'task vars with a keyword': play('- debug: {}\n  vars: {class: 1}\n'),
  'tags of a wrong type': play('- debug: {}\n  tags: {a: 1}\n'),
  'name as a list': play('- debug: {}\n  name: [1]\n'),
  'both user and remote_user': '- hosts: all\n  user: a\n  remote_user: b\n',
  'vars_prompt without name': '- hosts: all\n  vars_prompt: [{prompt: x}]\n',
  'vars_prompt with unknown key': '- hosts: all\n  vars_prompt: [{name: x, foo: 1}]\n',
  'module_defaults of a wrong type': '- hosts: all\n  module_defaults: foo\n',
  'module_defaults for an unknown module': '- hosts: all\n  module_defaults: {nosuch: {a: 1}}\n',
  'module_defaults for an unknown group': '- hosts: all\n  module_defaults: {group/nosuch: {a: 1}}\n',
  'a mapping instead of plays': 'hosts: all\n',
  'a text instead of plays': '# comment\n--- some text\n',
  'an empty list of plays': '[]\n',
  'an empty playbook': '---\n',
  'an entry of a wrong type': '- foo\n',
  'import_playbook without a file': '- import_playbook:\n',
  'import_playbook of a wrong type': '- import_playbook: [1]\n',
  'import_playbook with vars as a list': '- import_playbook: x.yml\n  vars: [1]\n',
  'import_playbook with unknown keyword': '- import_playbook: x.yml\n  hosts: all\n',
  'missing imported playbook': '- import_playbook: nope.yml\n',
}

const FILES: Record<string, string> = {
  'mapping.yml': 'a: 1\n',
  'text.yml': '# first\n\nthis is no list\nof tasks\n',
  'roles/texttasks/tasks/main.yml': 'just a text\n',
  'a.yml': '- debug: {}\n',
  'roles/ok/tasks/main.yml': '- debug: {}\n',
  'roles/badtasks/tasks/main.yml': 'a: 1\n',
  'roles/badvars/vars/main.yml': '- a\n',
  'roles/badmeta/meta/main.yml': '- a\n',
  'roles/unknownmeta/meta/main.yml': 'dependencies: []\nfoo: 1\n',
  'roles/loop1/meta/main.yml': 'dependencies: [loop1]\n',
  'roles/needy/meta/main.yml': 'dependencies:\n  - ok\n  - missing\n',
}

/** Values whose Python words depend on the order of a set. */
const IN_ANY_ORDER = /(?<=allowed in the following modules: )[^\n]+/

describe('a mistake in a playbook', () => {
  const names = Object.keys(MISTAKES)
  const folder = folderOf({
    ...FILES,
    ...Object.fromEntries(names.map((name, index) => [`p${index}.yml`, MISTAKES[name] as string])),
  })
  const scenarios: Scenario[] = names.map((_, index) => ({ cwd: folder.path, playbook: `p${index}.yml` }))
  let expected: { error?: string; message: string }[] = []
  beforeAll(() => {
    expected = askAnsible(scenarios) as typeof expected
  })
  afterAll(() => folder.remove())

  for (const [index, name] of names.entries())
    it(`is told in Ansible's words: ${name}`, async () => {
      const ours = (await ask(scenarios[index] as Scenario)) as { error?: string; message: string }
      const theirs = expected[index] as { error?: string; message: string }
      expect(theirs.error, 'Ansible refuses it').toBeDefined()
      if (theirs.error === 'crash') return expect(ours.error, 'where Ansible breaks down').toBeDefined()
      /** Advice below the offending line has words of its own. */
      const known = (text: string) =>
        (text.split('^ here')[0] as string).replace(IN_ANY_ORDER, list => list.split(', ').sort().join(', '))
      expect(known(ours.message)).toBe(known(theirs.message))
      const isParser = theirs.error === 'AnsibleParserError'
      expect(ours.error).toBe(isParser ? 'AnsibleParserError' : 'AnsibleError')
    })
})
