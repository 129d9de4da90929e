// Tasks made at random: few files and few variable names, so that tasks get in one another's way.
import type { Random } from './random.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Fields = { [key: string]: Json }

/** What a repository may hold and how its tasks may end. */
export interface Habits {
  readonly hosts: readonly string[]
  /** Tasks may fail for good; each host then keeps to its own files, because tasks after the failure may have run. */
  readonly mayFail: boolean
  /** Hosts may touch what others touch, too. */
  readonly shares: boolean
  /** See Wealth. */
  readonly isRich: boolean
  readonly roles: readonly string[]
  readonly taskFiles: readonly string[]
  readonly handlers: readonly string[]
  readonly topics: readonly string[]
  readonly templates: readonly string[]
  readonly varsFiles: readonly string[]
}

const VARIABLES = ['va', 'vb', 'vc', 'vd']
const RESULTS = ['ra', 'rb', 'rc']
const FILES = ['f1', 'f2', 'd1/f3', 'd1/f4', 'd2/d3/f5']
/** Directories that are made when they are missing are then of some use to several. */
const MORE_FILES = [...FILES, 'd1/f6', 'd2/d3/f7', 'd2/f8']
const DIRECTORIES = ['d1', 'd2', 'd2/d3']

export class RandomTasks {
  #count = 0
  constructor(
    readonly random: Random,
    readonly habits: Habits,
  ) {}

  /** Tasks in a row. `depth`: how deep blocks and includes may yet nest. */
  list(count: number, depth: number, where: 'play' | 'role' | 'handlers' = 'play'): Fields[] {
    const tasks = Array.from({ length: count }, () => this.task(depth, where))
    return this.habits.isRich && where !== 'handlers' ? tasks.flatMap(task => [...this.riches(), task]) : tasks
  }

  private riches(): Fields[] {
    const { random } = this
    if (random.chance(0.15)) return [{ name: this.name(), package: { name: 'tool', state: 'present' } }]
    if (!random.chance(0.2)) return []
    const name = this.name()
    const path = `{{ base }}/${name}.late`
    const waits = { register: `w${name}`, until: `w${name}.stat.exists`, retries: 500, delay: 0 }
    return [
      { name: `${name} begins`, shell: `(sleep 0.02; echo late > ${path}) &` },
      { name: `${name} waits`, stat: { path }, ...waits },
      { name: `${name} reads`, command: `cat ${path}`, ignore_errors: true },
    ]
  }

  private file(): string {
    return this.random.pick(this.habits.isRich ? MORE_FILES : FILES)
  }

  task(depth: number, where: 'play' | 'role' | 'handlers'): Fields {
    const { random } = this
    const kind = random.weighted({
      file: 34,
      variable: 24,
      show: 8,
      guard: where === 'handlers' ? 0 : 5,
      block: depth > 0 && where !== 'handlers' ? 8 : 0,
      include: depth > 0 && where !== 'handlers' ? 9 : 0,
      meta: where === 'handlers' ? 0 : 5,
      inventory: where === 'handlers' ? 0 : 2,
    })
    switch (kind) {
      case 'block':
        return this.block(depth, where)
      case 'meta':
        return this.meta()
      case 'include':
        return this.include()
      case 'file':
        return this.decorated(this.fileTask(), true)
      case 'variable':
        return this.decorated(this.variableTask(), false)
      case 'show':
        return this.decorated({ debug: random.chance(0.3) ? { var: this.variable() } : { msg: this.text() } }, false)
      case 'guard':
        return this.guard()
      case 'inventory':
        return this.inventoryTask()
    }
  }

  name(): string {
    return `t${++this.#count}`
  }
  variable(): string {
    return this.random.pick(VARIABLES)
  }
  result(): string {
    return this.random.pick(RESULTS)
  }
  /** A folder of the host's own, or now and then one that all share. */
  path(what = this.file()): string {
    const isShared = this.habits.shares && this.random.chance(0.15)
    return `${isShared ? '{{ shared }}' : '{{ base }}'}/${what}`
  }

  /** An expression, short and of simple type. `isOwn`: nothing of other hosts is read. */
  expression(isOwn = false): string {
    const { random } = this
    const host = random.pick(this.habits.hosts)
    const share = isOwn ? 0 : 1
    const kind = random.weighted({
      own: 30,
      result: 18,
      other: 10 * share,
      otherResult: 5 * share,
      name: 4,
      hosts: (this.habits.mayFail ? 6 : 3) * share,
      groups: 2 * share,
      rescued: 4,
      lookup: 4 * share,
      all: 2,
      number: 4,
      missing: 2,
    })
    switch (kind) {
      case 'own':
        return `(${this.variable()} | default('-') | string)[:14]`
      case 'result':
        return `${this.result()}.${random.pick(['changed', 'failed', 'skipped', 'stat.exists', 'rc', 'stdout', 'content'])} | default('-')`
      case 'other':
        return `(hostvars['${host}'].${this.variable()} | default('-') | string)[:14]`
      case 'otherResult':
        return `hostvars['${host}']['${this.result()}'].changed | default('-')`
      case 'name':
        return random.pick(['inventory_hostname', "role_name | default('-')", "ansible_role_names | join(',')"])
      case 'hosts':
        return random.pick([
          "ansible_play_hosts | join(',')",
          "ansible_play_batch | join(',')",
          "ansible_failed_hosts | default([]) | join(',')",
        ])
      case 'groups':
        return "groups.keys() | select('match', 'made') | sort | join(',')"
      case 'rescued':
        return random.pick(["ansible_failed_task.name | default('-')", "ansible_failed_result.failed | default('-')"])
      case 'lookup':
        return random.pick([
          "lookup('file', shared ~ '/f1', errors='ignore') | string | length",
          `lookup('vars', '${this.variable()}', default='-') | string | length`,
        ])
      case 'all':
        return `vars | dict2items | selectattr('key', 'equalto', '${this.variable()}') | list | length`
      case 'number':
        return String(random.between(0, 9))
      case 'missing':
        return this.variable()
    }
  }
  text(isOwn = false): string {
    const parts = Array.from({ length: this.random.between(1, 3) }, () =>
      this.random.chance(0.25) ? this.random.pick(['one', 'two', 'three']) : `{{ ${this.expression(isOwn)} }}`,
    )
    return parts.join(' ')
  }
  condition(isOwn = false): string {
    const { random } = this
    return random.weighted({
      [`${this.result()} is ${random.pick(['changed', 'not changed', 'failed', 'skipped', 'succeeded'])}`]: 4,
      [`(${this.variable()} | default('-') | string) is ${random.pick(['search', 'match'])}('${random.pick(['one', 't', '-', 'True', '1'])}')`]: 6,
      [`${this.result()} is ${random.pick(['defined', 'undefined'])}`]: 3,
      [`inventory_hostname ${random.pick(['==', '!='])} '${random.pick(this.habits.hosts)}'`]: 5,
      [`${this.variable()} is defined`]: 3,
      [`(${this.expression(isOwn)}) | string | length > ${random.between(0, 4)}`]: 4,
      [String(random.chance(0.7))]: 1,
    })
  }

  fileTask(): Fields {
    const { random } = this
    const kind = random.weighted({
      copy: 8,
      template: 4,
      lineinfile: 8,
      directory: 3,
      absent: 4,
      link: 1,
      stat: 5,
      slurp: 5,
      creates: 3,
      look: 5,
      append: 4,
      remoteCopy: 2,
    })
    switch (kind) {
      case 'copy':
        return { copy: { content: `${this.text()}\n`, dest: this.path() } }
      case 'template':
        return { template: { src: random.pick(this.habits.templates), dest: this.path() } }
      case 'lineinfile':
        return { lineinfile: { path: this.path(), line: this.text(), create: true, ...this.insertion() } }
      case 'directory':
        return { file: { path: this.path(random.pick(DIRECTORIES)), state: 'directory', ...this.mode('0755', '0700') } }
      case 'absent':
        return { file: { path: this.path(random.pick([...FILES, 'd2', 'd1'])), state: 'absent' } }
      case 'link':
        return { file: { src: this.path(), path: this.path('link'), state: 'link', force: true } }
      case 'stat':
        return { stat: { path: this.path(random.pick([...FILES, 'd1', 'link'])), get_checksum: true } }
      case 'slurp':
        return { slurp: { src: this.path() } }
      case 'creates':
        return { command: { cmd: `touch ${this.path('made')}`, creates: this.path('made') } }
      case 'look':
        return random.chance(0.5) ? { command: `cat ${this.path()}` } : { shell: `cat ${this.path()} | wc -l` }
      case 'append':
        return { shell: `echo ${random.pick(['one', 'two'])} >> ${this.path(random.pick(['f1', 'f2', 'log']))}` }
      case 'remoteCopy':
        return { copy: { src: this.path(), dest: this.path(), remote_src: true } }
    }
  }
  private insertion(): Fields {
    return this.random.chance(0.3) ? { insertbefore: 'BOF' } : {}
  }
  private mode(...modes: readonly string[]): Fields {
    return this.random.chance(0.5) ? { mode: this.random.pick(modes) } : {}
  }

  variableTask(): Fields {
    const { random } = this
    const kind = random.weighted({ one: 10, two: 3, templated: 1, raw: 1, file: 3, named: 1, cacheable: 2 })
    switch (kind) {
      case 'one':
        return { set_fact: { [this.variable()]: this.text() } }
      case 'two':
        return { set_fact: { [this.variable()]: this.text(), [this.variable()]: this.text() } }
      case 'templated':
        return { set_fact: { [`v{{ '${random.pick(['a', 'b'])}' }}`]: this.text() } }
      case 'raw':
        return { set_fact: { [this.variable()]: [this.text(), this.text()] } }
      case 'cacheable':
        return { set_fact: { [this.variable()]: this.text(), cacheable: true } }
      case 'file':
        return { include_vars: { file: random.pick(this.habits.varsFiles) } }
      case 'named':
        return { include_vars: { file: random.pick(this.habits.varsFiles), name: this.variable() } }
    }
  }

  /** A task with keywords around it. */
  decorated(action: Fields, isOnHost: boolean): Fields {
    const { random, habits } = this
    const task: Fields = {
      name: random.chance(0.1) ? `${this.name()} {{ ${this.variable()} | default('-') }}` : this.name(),
    }
    Object.assign(task, action)
    if (random.chance(isOnHost ? 0.5 : 0.2)) task.register = this.result()
    if (random.chance(0.25)) task.when = random.chance(0.25) ? [this.condition(), this.condition()] : this.condition()
    if (random.chance(0.12)) Object.assign(task, this.loop(task))
    if (random.chance(isOnHost ? 0.25 : 0.08) && habits.handlers.length > 0) task.notify = this.notification()
    if (isOnHost && random.chance(0.1)) task.changed_when = random.pick<Json>([true, false, this.condition()])
    if (random.chance(0.06)) task.failed_when = random.pick<Json>([false, this.condition()])
    if (random.chance(0.08)) task.run_once = true
    if (isOnHost && random.chance(0.08)) this.delegate(task)
    if (random.chance(0.06)) task.vars = { [this.variable()]: this.text(true) }
    if (isOnHost && random.chance(0.03)) task.throttle = 1
    if (random.chance(0.05)) task.tags = [random.pick(['first', 'second'])]
    if (isOnHost && random.chance(0.05)) this.retry(task)
    if (random.chance(0.02)) task.no_log = true
    if (!this.habits.mayFail || random.chance(0.85)) task.ignore_errors = true
    return withoutRaces(task)
  }
  private retry(task: Fields): void {
    task.register ??= this.result()
    task.until = this.random.pick([`${String(task.register)} is succeeded`, this.condition()])
    task.retries = this.random.between(1, 2)
    task.delay = 0
  }
  /** Where it acts, it stays in the folders of that host. */
  private delegate(task: Fields): void {
    if (!this.habits.shares) return
    const host = this.random.pick(this.habits.hosts)
    const text = JSON.stringify(task).replaceAll('{{ base }}', `{{ hostvars['${host}'].base }}`)
    Object.assign(task, JSON.parse(text) as Fields)
    task.delegate_to = this.random.chance(0.7) ? host : `{{ '${host}' }}`
    if (this.random.chance(0.2)) task.delegate_facts = true
  }
  private loop(task: Fields): Fields {
    const items: Json = this.random.pick<Json>([
      ['one', 'two'],
      ['one', `{{ ${this.expression()} }}`],
      `{{ ${this.result()}.results | default(['x']) | map('type_debug') | list }}`,
      '{{ range(2) | list }}',
    ])
    if (this.random.chance(0.5) && task.copy !== undefined) task.copy = { content: '{{ item }}\n', dest: this.path() }
    if (this.random.chance(0.5) && task.set_fact !== undefined)
      task.set_fact = {
        [this.variable()]: `{{ ${this.variable()} | default('') | string | truncate(9, true, '') }}{{ item }}`,
      }
    return { loop: items }
  }
  private notification(): Json {
    const { random, habits } = this
    const one = () => random.pick([...habits.handlers, ...habits.topics])
    return random.chance(0.2) ? [one(), one()] : one()
  }

  guard(): Fields {
    const { random } = this
    const mayEnd = this.habits.mayFail && random.chance(0.35)
    const task: Fields = random.chance(0.5)
      ? { name: this.name(), assert: { that: [this.condition()] } }
      : { name: this.name(), fail: { msg: this.text() }, when: this.condition() }
    if (!mayEnd) task.ignore_errors = true
    if (random.chance(0.3)) task.register = this.result()
    return withoutRaces(task)
  }

  block(depth: number, where: 'play' | 'role'): Fields {
    const { random } = this
    const block: Fields = { name: this.name(), block: this.list(random.between(1, 3), depth - 1, where) }
    const rescues = random.chance(0.5)
    if (rescues) {
      // Something in it may fail.
      const tasks = block.block as Fields[]
      tasks.splice(random.between(0, tasks.length), 0, {
        name: this.name(),
        ...random.pick<Fields>([
          { fail: { msg: this.text(true) } },
          { slurp: { src: this.path() } },
          { command: `cat ${this.path()}` },
        ]),
        ...(random.chance(0.7) ? { when: this.condition() } : {}),
      })
      block.rescue = this.list(random.between(1, 2), depth - 1, where)
    }
    if (random.chance(0.4)) block.always = this.list(random.between(1, 2), depth - 1, where)
    if (random.chance(0.3)) block.when = this.condition(true)
    if (random.chance(0.15)) block.vars = { [this.variable()]: this.text(true) }
    if (random.chance(0.06)) block.run_once = true
    if (random.chance(0.1)) block.tags = [random.pick(['first', 'second'])]
    return block
  }

  include(): Fields {
    const { random, habits } = this
    const kind = random.weighted({
      tasks: 6,
      chosen: 4,
      role: habits.roles.length > 0 ? 4 : 0,
      public: habits.roles.length > 0 ? 1 : 0,
      importRole: habits.roles.length > 0 ? 2 : 0,
      importTasks: 2,
    })
    const task: Fields = { name: this.name() }
    const file = random.pick(habits.taskFiles)
    const role = random.pick(habits.roles.length > 0 ? habits.roles : ['none'])
    if (kind === 'tasks') task.include_tasks = file
    else if (kind === 'chosen')
      task.include_tasks = `{{ '${random.pick(habits.taskFiles)}' if ${this.condition()} else '${file}' }}`
    else if (kind === 'importTasks') task.import_tasks = file
    else if (kind === 'importRole') task.import_role = { name: role }
    else
      task.include_role = {
        name: role,
        ...(kind === 'public' ? { public: true } : {}),
        ...(random.chance(0.2) ? { tasks_from: 'other' } : {}),
      }
    if (random.chance(0.4)) task.when = this.condition()
    if (random.chance(0.2)) task.vars = { [this.variable()]: this.text(true) }
    const isStatic = kind === 'importTasks' || kind === 'importRole'
    if (!isStatic && random.chance(0.15)) {
      task.loop = ['one', 'two']
      task.loop_control = { loop_var: 'outer' }
    }
    return task
  }

  meta(): Fields {
    const { random } = this
    const meta = random.weighted({
      flush_handlers: 10,
      noop: 1,
      end_host: 2,
      clear_host_errors: this.habits.mayFail ? 3 : 0,
      clear_facts: 1,
      end_play: 0.4,
      end_batch: 0.4,
      refresh_inventory: 0.3,
      reset_connection: 0.5,
    })
    const task: Fields = { name: this.name(), meta }
    const isConditional = ['end_host', 'clear_facts', 'end_play', 'end_batch'].includes(meta)
    if (isConditional || (meta === 'flush_handlers' && random.chance(0.2))) task.when = this.condition()
    return task
  }

  inventoryTask(): Fields {
    const { random } = this
    const task: Fields = random.chance(0.7)
      ? { name: this.name(), group_by: { key: `made_${random.pick(['x', 'y'])}` } }
      : {
          name: this.name(),
          add_host: {
            name: 'added',
            groups: 'made_z',
            // A folder of its own: hosts do a task at the same time.
            base: '{{ shared }}/added',
            shared: '{{ shared }}',
            ansible_connection: 'local',
          },
        }
    if (random.chance(0.5)) task.when = this.condition(true)
    task.ignore_errors = true
    return task
  }
}

/**
 * Hosts do a task at the same time: which of them is first is nobody's to say, in Ansible neither. So what is shared is
 * touched by one host alone, and nobody reads of others what the same task writes.
 */
function withoutRaces(task: Fields): Fields {
  let text = JSON.stringify(task)
  if (text.includes('{{ shared }}') || task.delegate_to !== undefined) task.run_once = true
  if (task.run_once === true) return task
  text = JSON.stringify(task)
  const writes = task.set_fact !== undefined || task.include_vars !== undefined || task.register !== undefined
  if (writes) text = text.replace(/hostvars\['\w+'\]\.v\w/g, 'inventory_hostname')
  if (task.register !== undefined)
    text = text.replaceAll(
      new RegExp(`hostvars\\['\\w+'\\]\\['${String(task.register)}'\\]\\.changed`, 'g'),
      'inventory_hostname',
    )
  return JSON.parse(text) as Fields
}
