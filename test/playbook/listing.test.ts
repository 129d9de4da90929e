// --list-tasks, --list-tags and --list-hosts have the data that ansible-playbook prints.
import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { listPlays, loadPlaybook, type PlayListing } from '../../src/playbook/index.js'
import { folderOf, open, plain } from './support.js'

const FILES = {
  hosts: '[web]\nh1\nh2\n[db]\nh3\n',
  'site.yml': `
- name: first
  hosts: web:db
  tags: [p1, p2]
  roles:
    - role: one
      tags: r
  pre_tasks:
    - meta: noop
    - debug: {}
  tasks:
    - name: a task
      debug: {}
      tags: [b, a]
    - block:
        - {name: inner, debug: {}, tags: "{{ more }}"}
      rescue:
        - {name: rescued, debug: {}}
    - import_tasks: t.yml
      tags: imported
    - include_tasks: t.yml
    - {name: never, debug: {}, tags: never}
- hosts: "{{ target }}"
  gather_facts: no
  vars_prompt:
    - {name: asked, default: db}
  vars: {target: "{{ asked }}"}
  tasks:
    - command: uptime
- hosts: nowhere
  tasks: [{debug: {}}]
`,
  't.yml': '- {name: from file, debug: {}}\n',
  'roles/one/tasks/main.yml': '- {name: role task, debug: {}}\n',
}

/** The listing in the form ansible-playbook prints, tags of plays and hosts sorted. */
function print(file: string, listing: readonly PlayListing[]): string {
  let text = `\nplaybook: ${file}\n`
  for (const [index, play] of listing.entries()) {
    const pattern = Array.isArray(play.pattern) ? play.pattern.map(plain) : [plain(play.pattern)]
    text += `\n  play #${index + 1} (${pattern.join(',')}): ${play.name}\tTAGS: [${[...play.playTags].sort().join(',')}]\n`
    text += `    pattern: [${pattern.map(host => `'${host}'`).join(', ')}]\n    hosts (${play.hosts.length}):`
    text += `${[...play.hosts]
      .sort()
      .map(host => `\n      ${host}`)
      .join('')}\n    tasks:\n`
    for (const task of play.tasks) text += `      ${task.name}\tTAGS: [${task.tags.join(', ')}]\n`
    text += `      TASK TAGS: [${play.allTags.join(', ')}]\n`
  }
  return text
}

/** Sorts what Ansible prints in the order of a Python set. */
function normal(text: string): string {
  return text
    .replace(/(?<=\): [^\n]*\tTAGS: \[)[^\]]*/g, tags => tags.split(',').sort().join(','))
    .replace(/(?<=hosts \(\d+\):)(\n {6}\S+)+/g, hosts => hosts.split('\n').sort().join('\n'))
}

describe('a listing', () => {
  const folder = folderOf(FILES)
  afterAll(() => folder.remove())
  const cases: Record<string, string[]> = {
    'of everything': [],
    'of selected tags': ['--tags', 'a,p2,never'],
    'of all but some tags': ['--skip-tags', 'imported,r'],
  }
  for (const [name, args] of Object.entries(cases))
    it(`equals ansible-playbook's ${name}`, async () => {
      const given = ['-i', 'hosts', '-e', 'more=m', '--list-tasks', '--list-tags', '--list-hosts', ...args, 'site.yml']
      const { stdout, stderr, status } = spawnSync('ansible-playbook', given, { cwd: folder.path, encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      const value = (option: string) => (args[0] === option ? (args[1] as string).split(',') : undefined)
      const options = {
        tags: value('--tags') ?? ['all'],
        skip_tags: value('--skip-tags') ?? [],
        extra_vars: ['more=m'],
      }
      const scenario = { cwd: folder.path, playbook: `${folder.path}/site.yml`, inventory: ['hosts'], options }
      const { context } = await open(scenario)
      const listing = listPlays(loadPlaybook(scenario.playbook, context))
      expect(print('site.yml', listing)).toBe(normal(stdout))
    })
})
