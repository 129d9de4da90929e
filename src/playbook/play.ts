// A play: hosts, roles, tasks and handlers. Mirrors ansible/playbook/play.py (2.14).

import type { Templar } from '../jinja/index.js'
import { str, truth } from '../python/index.js'
import { Dict, isText, Tuple, textOf, type Value } from '../python/values.js'
import { preprocessVars } from '../variables/variable-files.js'
import { positionOf } from '../yaml/index.js'
import { PlaybookObject } from './base.js'
import { Block } from './block.js'
import { explainMalformed, type MalformedDataError, malformed, parserError } from './errors.js'
import type { LoadContext } from './load-context.js'
import { loadBlocks } from './load-tasks.js'
import { postValidate, type ValidatedAttributes } from './post-validate.js'
import { Role } from './role.js'
import { RoleInclude } from './role-definition.js'
import { Task } from './task.js'

const PROMPT_KEYS: ReadonlySet<string> = new Set([
  'name',
  'prompt',
  'default',
  'private',
  'confirm',
  'encrypt',
  'salt_size',
  'salt',
  'unsafe',
])
const TASK_LISTS = { pre_tasks: 'preTasks', tasks: 'tasks', post_tasks: 'postTasks' } as const

export class Play extends PlaybookObject {
  readonly kind = 'Play'
  /** Folder that relative names start from while the play runs. */
  basedir: string
  /** Folder of the imported playbook it came from, as written. */
  includedPath: string | undefined
  roles: Role[] = []
  preTasks: Block[] = []
  tasks: Block[] = []
  postTasks: Block[] = []
  handlers: Block[] = []
  onlyTags: ReadonlySet<string>
  skipTags: ReadonlySet<string>
  /** `when` of import_playbook, which also holds for the implicit gathering of facts. */
  includedConditional: readonly Value[] | undefined
  /** Names of hosts that failed or became unreachable. */
  removedHosts: readonly string[] = []
  /** Uses of roles by name and parameters. */
  roleCache = new Map<string, Map<string, Role>>()
  /** Action → groups it is in, of module_defaults. */
  readonly actionGroups: Map<string, string[]>
  /** Group → its actions. */
  readonly groupActions: Map<string, string[]>
  #name: string | undefined
  #validated: ValidatedAttributes | undefined

  constructor(context: LoadContext, groups?: Pick<Play, 'actionGroups' | 'groupActions'>) {
    super(context)
    this.basedir = context.loader.basedir
    this.onlyTags = new Set(context.options.tags.length > 0 ? context.options.tags : ['all'])
    this.skipTags = new Set(context.options.skipTags)
    this.actionGroups = groups?.actionGroups ?? new Map()
    this.groupActions = groups?.groupActions ?? new Map()
  }

  static of(data: Dict, context: LoadContext, vars?: Dict): Play {
    const play = new Play(context)
    if (vars !== undefined && vars.size > 0) play.vars = vars.copy()
    return play.load(data)
  }

  override get play(): Play {
    return this
  }
  /** Host pattern or patterns; templated once the play was post-validated. */
  get hosts(): Value {
    return this.get('hosts')
  }
  get varsFiles(): readonly Value[] {
    const files = this.get('vars_files')
    return Array.isArray(files) ? files : files === null ? [] : [files]
  }
  get varsPrompt(): readonly Dict[] {
    const prompts = this.get('vars_prompt')
    return Array.isArray(prompts) ? prompts.filter(prompt => prompt instanceof Dict) : []
  }
  get name(): string {
    return this.getName()
  }
  /** `name:`, else the host pattern. */
  getName(): string {
    const own = this.own('name') ?? ''
    if (own !== '') return str(own)
    if (this.#name === undefined) {
      const { hosts } = this
      this.#name =
        Array.isArray(hosts) || hosts instanceof Tuple
          ? (Array.isArray(hosts) ? hosts : [...hosts.items]).map(str).join(',')
          : str(hosts ?? '')
    }
    return this.#name
  }
  /** Whether values are templated. */
  get isFinal(): boolean {
    return this.#validated !== undefined
  }

  protected override preprocess(data: Value): Dict {
    if (!(data instanceof Dict)) throw malformed('a play must be a mapping')
    if (!data.has('user')) return data
    if (data.has('remote_user'))
      throw parserError(
        "both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and should be removed",
        { at: data },
      )
    const renamed = data.copy()
    renamed.set('remote_user', data.get('user') as Value)
    renamed.delete('user')
    return renamed
  }

  protected override loadField(name: string, value: Value): void {
    switch (name) {
      case 'tasks':
      case 'pre_tasks':
      case 'post_tasks':
        this[TASK_LISTS[name]] = this.loadBlockList(name, value, false)
        return
      case 'handlers':
        this.handlers = [...this.loadBlockList(name, value, true), ...this.handlers]
        return
      case 'roles':
        return this.loadRoles(value)
      case 'vars_prompt':
        return this.setOwn(name, loadPrompts(value))
      default:
        super.loadField(name, value)
    }
  }

  private loadBlockList(name: string, value: Value, useHandlers: boolean): Block[] {
    const text = `A malformed block was encountered while loading ${name}`
    const explain = (cause: MalformedDataError) => (name === 'tasks' ? `${text}: ${cause.message}` : text)
    return explainMalformed(explain, this.data, () =>
      loadBlocks(value, { context: this.context, play: this, useHandlers }),
    )
  }

  private loadRoles(value: Value): void {
    const collections = this.get('collections')
    const definitions = explainMalformed('A malformed role declaration was encountered.', this.data, () => {
      if (value === null) return []
      if (!Array.isArray(value)) throw malformed(`ds (${str(value)}) should be a list`)
      return value.map((entry, index) =>
        RoleInclude.of(typeof entry === 'number' ? String(entry) : entry, {
          context: this.context,
          play: this,
          collections: Array.isArray(collections) ? collections.map(name => textOf(name as string)) : [],
          position: positionOf(value, index),
        }),
      )
    })
    const roles = definitions.map(definition => Role.of(definition, this))
    this.roles = [...roles, ...this.roles]
  }

  protected override validateField(name: string): boolean {
    if (name !== 'hosts') return super.validateField(name)
    if (!(this.data instanceof Dict) || !this.data.has('hosts')) return true
    const hosts = this.own('hosts') ?? null
    if (
      hosts === null ||
      hosts === '' ||
      hosts === false ||
      hosts === 0 ||
      (Array.isArray(hosts) && hosts.length === 0)
    )
      throw parserError('Hosts list cannot be empty. Please check your playbook')
    if (isText(hosts)) return true
    if (!Array.isArray(hosts)) throw parserError('Hosts list must be a sequence or string. Please check your playbook.')
    for (const entry of hosts) {
      if (entry === null) throw parserError("Hosts list cannot contain values of 'None'. Please check your playbook")
      if (!isText(entry)) throw parserError(`Hosts list contains an invalid host value: '${str(entry)}'`)
    }
    return true
  }

  /** All blocks in the order they run, with points where handlers are flushed. */
  compile(): Block[] {
    const flush = this.flushBlock()
    const roles = this.roles.filter(role => !role.fromInclude).flatMap(role => role.compile(this))
    if (!truth(this.get('force_handlers')))
      return [...this.preTasks, flush, ...roles, ...this.tasks, flush, ...this.postTasks, flush]
    return [this.preTasks, [...roles, ...this.tasks], this.postTasks].map(tasks => {
      const block = new Block({ context: this.context, play: this })
      block.block = tasks.length > 0 ? tasks : [this.metaTask('noop')]
      block.always = [flush]
      return block
    })
  }
  private flushBlock(): Block {
    const block = Block.load(Dict.of({ meta: 'flush_handlers' }), { context: this.context, play: this })
    for (const task of block.getTasks()) task.implicit = true
    return block
  }
  private metaTask(what: string): Task {
    const task = new Task({ context: this.context })
    task.action = 'meta'
    task.args.set('_raw_params', what)
    task.implicit = true
    return task
  }

  /** Handlers of all roles in `roles:`. */
  compileRolesHandlers(): Block[] {
    return this.roles.filter(role => !role.fromInclude).flatMap(role => role.getHandlerBlocks(this))
  }

  /** Templated, typed values of the play's own keywords. */
  validated(templar: Templar): ValidatedAttributes {
    return postValidate(this, templar)
  }
  /** Puts templated values in the place of the raw ones, as is done before a play runs. */
  postValidate(templar: Templar): void {
    if ((this.own('name') ?? '') === '') this.setOwn('name', this.getName())
    const values = this.validated(templar)
    for (const spec of this.attributes()) {
      if (!spec.alwaysPostValidate || spec.static) continue
      const value = values.get(spec.name)
      if (this.get(spec.name) !== null) this.setOwn(spec.name, value)
    }
    this.#validated = values
  }

  /** A copy for one batch of hosts: roles and handlers that are added later stay in that batch. */
  copy(): Play {
    const copy = new Play(this.context, this)
    copy.copyIdentityFrom(this)
    copy.basedir = this.basedir
    copy.includedPath = this.includedPath
    copy.includedConditional = this.includedConditional
    copy.roles = [...this.roles]
    copy.preTasks = this.preTasks
    copy.tasks = this.tasks
    copy.postTasks = this.postTasks
    copy.handlers = [...this.handlers]
    copy.onlyTags = this.onlyTags
    copy.skipTags = this.skipTags
    copy.roleCache = new Map(this.roleCache)
    copy.#validated = this.#validated
    return copy
  }
}

function loadPrompts(value: Value): Value[] {
  const prompts = preprocessVars(value) ?? []
  for (const prompt of prompts) {
    if (!prompt.has('name')) throw parserError("Invalid vars_prompt data structure, missing 'name' key", { at: value })
    for (const key of prompt.keys())
      if (!isText(key) || !PROMPT_KEYS.has(textOf(key)))
        throw parserError(`Invalid vars_prompt data structure, found unsupported key '${str(key)}'`, { at: value })
  }
  return prompts
}
