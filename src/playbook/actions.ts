// Families of action names that the language itself knows. Mirrors the _ACTION_* tables of ansible/constants.py and
// the sets at the top of parsing/mod_args.py (2.14).

/** Every way to write built-in names: short, ansible.builtin.x, ansible.legacy.x. Names with dots stay as they are. */
function builtin(...names: string[]): string[] {
  return names.flatMap(name =>
    name.includes('.') ? [name] : [name, `ansible.builtin.${name}`, `ansible.legacy.${name}`],
  )
}

const FAMILIES = {
  debug: builtin('debug'),
  importPlaybook: builtin('import_playbook'),
  importRole: builtin('import_role'),
  importTasks: builtin('import_tasks'),
  include: builtin('include'),
  includeRole: builtin('include_role'),
  includeTasks: builtin('include_tasks'),
  includeVars: builtin('include_vars'),
  inventoryTasks: builtin('add_host', 'group_by'),
  meta: builtin('meta'),
  setFact: builtin('set_fact'),
  setup: builtin('setup'),
  hasCmd: builtin('command', 'shell', 'script'),
  allowsRawArgs: builtin('command', 'shell', 'script', 'raw'),
  allIncludes: builtin('include', 'include_tasks', 'include_role'),
  allIncludeImportTasks: builtin('include', 'include_tasks', 'import_tasks'),
  allProperIncludeImportRoles: builtin('include_role', 'import_role'),
  allProperIncludeImportTasks: builtin('include_tasks', 'import_tasks'),
  allIncludeRoleTasks: builtin('include_role', 'include_tasks'),
  allIncludeTasks: builtin('include', 'include_tasks'),
  factGathering: builtin('setup', 'gather_facts'),
  withCleanFacts: builtin('set_fact', 'include_vars'),
  /** Take free text as their first argument. */
  freeForm: builtin(
    'command',
    'win_command',
    'ansible.windows.win_command',
    'shell',
    'win_shell',
    'ansible.windows.win_shell',
    'raw',
    'script',
  ),
  /** Known without looking for a plugin. */
  builtinTasks: builtin('meta', 'include', 'include_tasks', 'include_role', 'import_tasks', 'import_role'),
} satisfies Record<string, readonly string[]>

export type ActionFamily = keyof typeof FAMILIES

const SETS = new Map(Object.entries(FAMILIES).map(([family, names]) => [family, new Set(names)]))

/** Whether a name is one of the family, written short or with ansible.builtin. or ansible.legacy. in front. */
export function isAction(name: string, family: ActionFamily): boolean {
  return (SETS.get(family) as Set<string>).has(name)
}

/** All names of a family, for messages. */
export function actionNames(family: ActionFamily): readonly string[] {
  return FAMILIES[family]
}

/** Actions that accept free text (`_raw_params`). */
export const RAW_PARAM_ACTIONS: readonly string[] = [
  ...FAMILIES.freeForm,
  ...builtin(
    'include',
    'include_vars',
    'include_tasks',
    'include_role',
    'import_tasks',
    'import_role',
    'add_host',
    'group_by',
    'set_fact',
    'meta',
  ),
]
const RAW_PARAM_SET: ReadonlySet<string> = new Set(RAW_PARAM_ACTIONS)
export const takesRawParams = (name: string): boolean => RAW_PARAM_SET.has(name)
