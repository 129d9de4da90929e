// Keywords of tasks, templated and typed for a host, and the errors in them, equal what Task.post_validate gives.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, askAnsible, folderOf, type Scenario } from './support.js'

/** One task each, by what it is about. */
const TASKS: Record<string, string> = {
  plain: 'debug: msg=hello',
  'templated arguments':
    'copy: {src: "{{ a }}", dest: "/{{ b.c }}", mode: "{{ omit }}", n: "{{ list }}", d: {k: "{{ a }}"}}',
  'arguments from a variable': 'copy: "{{ params }}"\nargs: {mode: 1}',
  'arguments from a variable with more': 'copy:\nargs: "{{ params }}"',
  'arguments from a wrong variable': 'ping: "{{ list }}"',
  'undefined in arguments': 'debug: msg="{{ nope }}"',
  'undefined attribute in arguments': 'debug: msg="{{ b.nope.x }}"',
  'syntax error in arguments': 'debug: msg="{{ a + }}"',
  booleans:
    'debug: {}\nbecome: "{{ yes_text }}"\nignore_errors: "{{ 1 }}"\nno_log: "no"\ncheck_mode: "{{ \'off\' }}"\ndiff: "{{ omit }}"',
  'wrong boolean': 'debug: {}\nbecome: "{{ a }}"',
  'boolean from undefined': 'debug: {}\nrun_once: "{{ nope }}"',
  numbers:
    'debug: {}\nretries: "{{ 3 }}"\ndelay: "7"\nthrottle: "{{ n }}"\ntimeout: 5.9\nport: "{{ n }}"\nasync: "30"\npoll: "{{ n }}"',
  'wrong number': 'debug: {}\nretries: "{{ a }}"',
  'wrong constant number': 'debug: {}\nretries: many',
  'number from a list': 'debug: {}\nport: [1]',
  strings: 'debug: {}\nbecome_user: "{{ n }}"\ndelegate_to: "{{ a }}"\nconnection: "{{ omit }}"\nremote_user: 5',
  lists: 'debug: {}\ntags: ["{{ a }}", 1]\nnotify: "{{ list }}"\nwhen: "{{ a }}"',
  environment: 'debug: {}\nenvironment:\n  - {X: "{{ a }}", Y: 1}\n  - "{{ envdict }}"\n  - "{{ a }}"\n  - {X: again}',
  'environment from undefined': 'debug: {}\nenvironment: {X: "{{ nope }}"}',
  'environment before facts':
    'setup: {}\nenvironment: {X: "{{ ansible_facts.env.PATH }}", Y: "{{ ansible_env.HOME }}"}',
  'late keywords':
    'debug: {}\nloop: "{{ nope }}"\nchanged_when: "{{ nope }}"\nfailed_when: nope\nuntil: nope\nregister: out',
  'name with undefined': 'name: "{{ nope }}"\ndebug: {}',
  'templated name': 'name: "task {{ a }}"\ndebug: {}',
  'omitted keywords':
    'debug: {}\nbecome: "{{ omit }}"\nretries: "{{ omit }}"\nenvironment: "{{ omit }}"\nrun_once: "{{ omit }}"',
  'templated register': 'debug: {}\nregister: "r{{ a }}"',
  'wrong debugger': 'debug: {}\ndebugger: "{{ \'never\' }}"',
  'module_defaults are templated': 'debug: {}\nmodule_defaults: {debug: {msg: "{{ a }}"}}',
  'vars are not templated': 'debug: {}\nvars: {x: "{{ nope }}"}',
  'unsafe text': 'debug: {msg: "{{ registered.stdout }}"}',
}

const FILES = {
  'site.yml': [
    '- hosts: all',
    '  become: yes',
    '  environment: {P: "{{ a }}"}',
    '  vars: {a: foo, b: {c: bar}, n: 4, list: [x, "{{ a }}"], yes_text: "yes", params: {src: s, mode: m}, envdict: {E: 1}}',
    '  tasks:',
    '    - name: "block {{ nope }}"',
    '      block:',
    ...Object.values(TASKS).map(task => `        - ${task.replaceAll('\n', '\n          ')}`),
    '',
  ].join('\n'),
}

describe('a validated task', () => {
  const folder = folderOf(FILES)
  const scenario: Scenario = {
    cwd: folder.path,
    playbook: 'site.yml',
    validate: 'localhost',
    registered: { localhost: { registered: { stdout: '{{ a }}' } } },
  }
  type Answer = { plays: { validated: unknown[] }[] }
  let ours: Answer
  let theirs: Answer
  beforeAll(async () => {
    theirs = askAnsible([scenario])[0] as Answer
    ours = (await ask(scenario)) as Answer
    expect(theirs).not.toHaveProperty('error')
    expect(ours).not.toHaveProperty('error')
  })
  afterAll(() => folder.remove())

  for (const [index, name] of Object.keys(TASKS).entries())
    it(`equals Ansible's: ${name}`, () => {
      // The first task of every play flushes handlers.
      expect(known(ours.plays[0]?.validated[index + 1])).toEqual(known(theirs.plays[0]?.validated[index + 1]))
    })
})

/** Advice below the offending line has words of its own; a set has no order. */
function known(value: unknown): unknown {
  const { error } = value as { error?: string }
  if (error === undefined) return value
  return { error: error.split('^ here')[0]?.replace(/(?<=Valid booleans include: |Must be one of ).*/, '…') }
}
