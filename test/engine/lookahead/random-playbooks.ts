// Whole repositories made at random: plays, roles, handlers, task files, templates, variable files. The same seed gives
// the same repository. Playbooks are written as JSON, which is YAML, too.
import { Random } from './random.js'
import { type Fields, type Habits, type Json, RandomTasks } from './random-tasks.js'

export interface RandomPlaybook {
  readonly seed: number
  /** Files below the folder of the playbook; what is no text is written as JSON. */
  readonly files: { readonly [path: string]: Json }
  readonly hosts: readonly string[]
  readonly mayFail: boolean
  readonly tags: readonly string[]
}

export const PLAYBOOK = 'site.yml'
/** Name of the last play of each. */
export const LAST_PLAY = 'end'

export interface Wealth {
  /**
   * Packages, work that goes on after its task has ended, and more files in one directory. For simple hosts alone: real
   * ones would install something.
   */
  readonly isRich?: boolean
}

export function randomPlaybook(seed: number, { isRich = false }: Wealth = {}): RandomPlaybook {
  const random = new Random(seed)
  const hosts = ['h1', 'h2', 'h3'].slice(0, random.between(1, 3))
  const mayFail = random.chance(0.4)
  const roles = ['one', 'two'].slice(0, random.between(0, 2))
  const habits: Habits = {
    hosts,
    mayFail,
    shares: !mayFail,
    isRich,
    roles,
    taskFiles: ['more.yml', 'other.yml'],
    handlers: ['handler a', 'handler b'],
    topics: ['topic'],
    templates: ['one.j2', 'two.j2'],
    varsFiles: ['one.yml', 'two.yml'],
  }
  const tasks = new RandomTasks(random, habits)
  const files: { [path: string]: Json } = {}
  const plays = Array.from({ length: random.between(1, 3) }, () => play(random, tasks, habits))
  files[PLAYBOOK] = [...plays, lastPlay()]
  const inner = new RandomTasks(random, { ...habits, roles: [] })
  for (const name of habits.taskFiles) files[name] = named(inner.list(random.between(1, 3), 0), 'i')
  for (const [index, role] of roles.entries()) {
    files[`roles/${role}/tasks/main.yml`] = named(inner.list(random.between(1, 4), 1, 'role'), role)
    files[`roles/${role}/tasks/other.yml`] = named(inner.list(random.between(1, 2), 0, 'role'), role)
    for (const task of habits.taskFiles) files[`roles/${role}/tasks/${task}`] = named(inner.list(1, 0, 'role'), role)
    if (random.chance(0.5))
      files[`roles/${role}/defaults/main.yml`] = { va: `default of ${role}`, vd: tasks.text(true) }
    if (random.chance(0.3)) files[`roles/${role}/vars/main.yml`] = { vb: `vars of ${role}` }
    const meta: Fields = { allow_duplicates: random.chance(0.3) }
    if (index > 0 && random.chance(0.3)) meta.dependencies = ['one']
    if (random.chance(0.6)) files[`roles/${role}/meta/main.yml`] = meta
    if (random.chance(0.5)) files[`roles/${role}/handlers/main.yml`] = [handler(inner, 'handler b')]
  }
  for (const name of habits.templates)
    files[`templates/${name}`] = withoutRacingResults(`${tasks.text()}\n{{ ${tasks.expression()} }}\n`)
  for (const name of habits.varsFiles)
    files[`vars/${name}`] = { [tasks.variable()]: `from ${name}`, [tasks.variable()]: tasks.text(true) }
  if (random.chance(0.5)) files['group_vars/all.yml'] = { [tasks.variable()]: 'group' }
  if (random.chance(0.3)) files['host_vars/h1.yml'] = { [tasks.variable()]: tasks.text(true) }
  const tags = random.chance(0.06) ? ['first'] : []
  return { seed, files, hosts, mayFail, tags }
}

/** Names that tell where a task stands. */
function named(tasks: readonly Fields[], prefix: string): Fields[] {
  return tasks.map(task => (typeof task.name === 'string' ? { ...task, name: `${prefix} ${task.name}` } : task))
}

/** Hosts render a template at the same time, and may all register its result. */
const withoutRacingResults = (text: string): string =>
  text.replaceAll(/hostvars\['\w+'\]\['r\w'\]\.changed/g, 'inventory_hostname')

function handler(tasks: RandomTasks, name: string): Fields {
  const task = tasks.task(0, 'handlers')
  delete task.notify
  delete task.tags
  if (tasks.random.chance(0.3)) task.listen = 'topic'
  if (tasks.random.chance(0.2) && task.loop === undefined) task.notify = 'handler a'
  return { ...task, name }
}

function play(random: Random, tasks: RandomTasks, habits: Habits): Fields {
  const play: Fields = {
    name: tasks.name(),
    hosts: random.weighted({
      all: 8,
      h1: 1,
      'all:!h1': habits.hosts.length > 1 ? 1 : 0,
      'made_x:all': 0.5,
      made_x: 0.5,
    }),
    gather_facts: false,
  }
  if (random.chance(0.3)) play.vars = { [tasks.variable()]: tasks.text(true) }
  if (random.chance(0.1)) play.vars_files = [`vars/${random.pick(habits.varsFiles)}`]
  if (random.chance(0.12)) play.serial = random.pick<Json>([1, 2, [1, 2]])
  if (habits.mayFail && random.chance(0.15)) play.any_errors_fatal = true
  if (habits.mayFail && random.chance(0.1)) play.max_fail_percentage = random.pick([0, 50])
  if (habits.mayFail && random.chance(0.2)) play.force_handlers = true
  if (habits.hosts.length === 1 && random.chance(0.05)) {
    // Among several hosts nobody says who is first.
    play.hosts = 'h1'
    play.strategy = 'free'
  }
  if (random.chance(0.2)) play.pre_tasks = tasks.list(random.between(1, 2), 1)
  if (habits.roles.length > 0 && random.chance(0.5)) {
    const count = random.between(1, 2)
    play.roles = Array.from({ length: count }, () => {
      const role = random.pick(habits.roles)
      return random.chance(0.3) ? { role, vars: { [tasks.variable()]: tasks.text(true) } } : { role }
    })
  }
  play.tasks = tasks.list(random.between(3, 8), 2)
  if (random.chance(0.15)) play.post_tasks = tasks.list(1, 1)
  play.handlers = [{ ...handler(tasks, 'handler a'), listen: 'topic' }, handler(tasks, 'handler b')]
  return play
}

/** Shows what all variables have come to. */
function lastPlay(): Fields {
  const shown = ['va', 'vb', 'vc', 'vd'].map(name => `{{ ${name} | default('-') }}`)
  const results = ['ra', 'rb', 'rc'].map(
    name =>
      `{{ ${name}.changed | default('-') }} {{ ${name}.results | default([]) | length }} {{ ${name}.msg | default('-') }}`,
  )
  return {
    name: LAST_PLAY,
    hosts: 'all',
    gather_facts: false,
    tasks: [{ name: 'shows variables', debug: { msg: [...shown, ...results] }, ignore_errors: true }],
  }
}
