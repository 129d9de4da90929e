// The keywords of each playbook object, in the order Ansible validates them, with types, defaults and inheritance.
// Mirrors ansible/playbook/attribute.py and the FieldAttribute declarations of base, block, task, play, role (2.14).

import type { Value } from '../python/values.js'
import type { LoadContext } from './load-context.js'

export type Isa =
  | 'any'
  | 'string'
  | 'str'
  | 'int'
  | 'float'
  | 'bool'
  | 'percent'
  | 'list'
  | 'set'
  | 'dict'
  | 'class'
  | 'GalaxyInfo'

export interface AttributeSpec {
  readonly name: string
  readonly isa: Isa
  /** Taken from the parents when the object itself has no value. */
  readonly inherit: boolean
  /** Values of parents are added to, not replaced. */
  readonly extend: boolean
  /** Extended values of parents stand in front. */
  readonly prepend: boolean
  /** Never templated. */
  readonly static: boolean
  /** Validated for objects that are no tasks, too. */
  readonly alwaysPostValidate: boolean
  readonly required: boolean
  /** An option of the object that users do not write as a keyword. */
  readonly private: boolean
  /** Higher ones are loaded first. */
  readonly priority: number
  readonly alias: string | undefined
  readonly listOf: 'string' | 'string or int' | undefined
  /** Value when nothing else is given; a fresh one for lists and dicts. */
  readonly defaultValue: (context: LoadContext) => Value
}

export type ObjectKind =
  | 'Play'
  | 'Block'
  | 'Task'
  | 'Handler'
  | 'TaskInclude'
  | 'HandlerTaskInclude'
  | 'IncludeRole'
  | 'Role'
  | 'RoleInclude'
  | 'RoleMetadata'
  | 'PlaybookInclude'
  | 'LoopControl'

type Options = Partial<Omit<AttributeSpec, 'name' | 'isa' | 'defaultValue'>> & {
  readonly default?: Value | ((context: LoadContext) => Value)
}

function attribute(name: string, isa: Isa, options: Options = {}): AttributeSpec {
  const { default: given = null, ...rest } = options
  return {
    inherit: true,
    extend: false,
    prepend: false,
    static: false,
    alwaysPostValidate: false,
    required: false,
    private: false,
    priority: 0,
    alias: undefined,
    listOf: undefined,
    ...rest,
    name,
    isa,
    defaultValue: typeof given === 'function' ? given : () => given,
  }
}
const own = (name: string, isa: Isa, options: Options = {}) => attribute(name, isa, { inherit: false, ...options })
const emptyList = (): Value => []

const collections = attribute('collections', 'list', {
  listOf: 'string',
  priority: 100,
  static: true,
  alwaysPostValidate: true,
  default: context => (context.defaultCollection ? [context.defaultCollection, 'ansible.legacy'] : []),
})
const tags = attribute('tags', 'list', { listOf: 'string or int', extend: true, default: emptyList })
const when = attribute('when', 'list', { extend: true, prepend: true, default: emptyList })

const BASE: readonly AttributeSpec[] = [
  own('name', 'string', { default: '', alwaysPostValidate: true }),
  attribute('connection', 'string', { default: c => c.options.connection ?? null }),
  attribute('port', 'int'),
  attribute('remote_user', 'string', { default: c => c.options.remoteUser ?? null }),
  own('vars', 'dict', { priority: 100, static: true }),
  attribute('module_defaults', 'list', { extend: true, prepend: true }),
  attribute('environment', 'list', { extend: true, prepend: true }),
  attribute('no_log', 'bool', { default: c => c.config.get('DEFAULT_NO_LOG') as Value }),
  attribute('run_once', 'bool'),
  attribute('ignore_errors', 'bool'),
  attribute('ignore_unreachable', 'bool'),
  attribute('check_mode', 'bool', { default: c => c.options.check }),
  attribute('diff', 'bool', { default: c => c.options.diff }),
  attribute('any_errors_fatal', 'bool', { default: c => c.config.get('ANY_ERRORS_FATAL') as Value }),
  attribute('throttle', 'int', { default: 0 }),
  attribute('timeout', 'int', { default: c => c.config.get('TASK_TIMEOUT') as Value }),
  attribute('debugger', 'string'),
  attribute('become', 'bool', { default: c => c.options.become ?? null }),
  attribute('become_method', 'string', { default: c => c.options.becomeMethod ?? null }),
  attribute('become_user', 'string', { default: c => c.options.becomeUser ?? null }),
  attribute('become_flags', 'string'),
  attribute('become_exe', 'string'),
]

const DELEGATION: readonly AttributeSpec[] = [attribute('delegate_to', 'string'), attribute('delegate_facts', 'bool')]

const TASK: readonly AttributeSpec[] = [
  collections,
  tags,
  when,
  ...BASE,
  own('args', 'dict'),
  own('action', 'string'),
  own('async_val', 'int', { default: 0, alias: 'async' }),
  own('changed_when', 'list', { default: emptyList }),
  own('delay', 'int', { default: 5 }),
  ...DELEGATION,
  own('failed_when', 'list', { default: emptyList }),
  own('loop', 'any'),
  own('loop_control', 'class'),
  attribute('notify', 'list'),
  own('poll', 'int', { default: c => c.config.get('DEFAULT_POLL_INTERVAL') as Value }),
  own('register', 'string', { static: true }),
  own('retries', 'int', { default: 3 }),
  own('until', 'list', { default: emptyList }),
  own('loop_with', 'string', { private: true }),
]
const HANDLER = [...TASK, own('listen', 'list', { listOf: 'string', static: true, default: emptyList })]

const PLAY: readonly AttributeSpec[] = [
  collections,
  tags,
  ...BASE,
  own('hosts', 'list', { required: true, listOf: 'string', alwaysPostValidate: true, priority: -2 }),
  own('gather_facts', 'bool', { alwaysPostValidate: true }),
  own('gather_subset', 'list', {
    listOf: 'string',
    alwaysPostValidate: true,
    default: c => c.config.get('DEFAULT_GATHER_SUBSET') as unknown as Value,
  }),
  own('gather_timeout', 'int', {
    alwaysPostValidate: true,
    default: c => (c.config.get('DEFAULT_GATHER_TIMEOUT') ?? null) as Value,
  }),
  own('fact_path', 'string', { default: c => (c.config.get('DEFAULT_FACT_PATH') ?? null) as Value }),
  own('vars_files', 'list', { priority: 99, default: emptyList }),
  own('vars_prompt', 'list', { default: emptyList }),
  own('roles', 'list', { priority: 90, default: emptyList }),
  own('handlers', 'list', { priority: -1, default: emptyList }),
  own('pre_tasks', 'list', { priority: -1, default: emptyList }),
  own('post_tasks', 'list', { priority: -1, default: emptyList }),
  own('tasks', 'list', { priority: -1, default: emptyList }),
  own('force_handlers', 'bool', { alwaysPostValidate: true, default: c => c.options.forceHandlers }),
  own('max_fail_percentage', 'percent', { alwaysPostValidate: true }),
  own('serial', 'list', { alwaysPostValidate: true, default: emptyList }),
  own('strategy', 'string', { alwaysPostValidate: true, default: c => c.config.get('DEFAULT_STRATEGY') as Value }),
  own('order', 'string', { alwaysPostValidate: true }),
]

const ROLE = [collections, tags, when, ...BASE, ...DELEGATION]

/** Keywords of every kind of object, in Ansible's order of validation. */
export const ATTRIBUTES: Readonly<Record<ObjectKind, readonly AttributeSpec[]>> = {
  Play: PLAY,
  Block: [
    tags,
    collections,
    when,
    ...BASE,
    own('block', 'list', { default: emptyList }),
    own('rescue', 'list', { default: emptyList }),
    own('always', 'list', { default: emptyList }),
    attribute('notify', 'list'),
    ...DELEGATION,
  ],
  Task: TASK,
  Handler: HANDLER,
  TaskInclude: TASK,
  HandlerTaskInclude: HANDLER,
  IncludeRole: [
    ...TASK,
    own('allow_duplicates', 'bool', { default: true, private: true, alwaysPostValidate: true }),
    own('public', 'bool', { default: false, private: true, alwaysPostValidate: true }),
    own('rolespec_validate', 'bool', { default: true, private: true, alwaysPostValidate: true }),
  ],
  Role: ROLE,
  RoleInclude: [
    collections,
    tags,
    when,
    ...BASE,
    own('role', 'string'),
    attribute('delegate_to', 'string'),
    attribute('delegate_facts', 'bool', { default: false }),
  ],
  RoleMetadata: [
    collections,
    ...BASE,
    own('allow_duplicates', 'bool', { default: false }),
    own('dependencies', 'list', { default: emptyList }),
    own('galaxy_info', 'GalaxyInfo'),
    own('argument_specs', 'dict'),
  ],
  PlaybookInclude: [tags, when, ...BASE, own('import_playbook', 'string'), own('vars_val', 'dict')],
  LoopControl: [
    own('loop_var', 'str', { default: 'item', alwaysPostValidate: true }),
    own('index_var', 'str', { alwaysPostValidate: true }),
    own('label', 'str'),
    own('pause', 'float', { default: 0, alwaysPostValidate: true }),
    own('extended', 'bool', { alwaysPostValidate: true }),
    own('extended_allitems', 'bool', { default: true, alwaysPostValidate: true }),
  ],
}

export interface AttributeTable {
  /** By name; aliases lead to the same spec. */
  readonly byName: ReadonlyMap<string, AttributeSpec>
  /** Highest priority first, otherwise as declared: the order of loading. */
  readonly loadOrder: readonly AttributeSpec[]
}

const tables = new Map<ObjectKind, AttributeTable>()

/** Look-up table of a kind of object. */
export function attributeTable(kind: ObjectKind): AttributeTable {
  let table = tables.get(kind)
  if (table === undefined) {
    const byName = new Map<string, AttributeSpec>()
    for (const spec of ATTRIBUTES[kind]) {
      byName.set(spec.name, spec)
      if (spec.alias !== undefined) byName.set(spec.alias, spec)
    }
    table = { byName, loadOrder: [...ATTRIBUTES[kind]].sort((a, b) => b.priority - a.priority) }
    tables.set(kind, table)
  }
  return table
}
