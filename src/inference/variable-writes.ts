// Names of variables that a task may write, told from the task as written.

import { isAction, type Task } from '../playbook/index.js'
import { str, truth } from '../python/index.js'
import { isText, textOf } from '../python/values.js'

export interface VariableWrites {
  /** Names, for the hosts of the task. */
  readonly names: ReadonlySet<string>
  /** Names that begin with one of these. */
  readonly prefixes: readonly string[]
  /** Any name: a file or a name that is not known yet. */
  readonly any: boolean
  /** Written for every host of the play: run_once. */
  readonly allHosts: boolean
  /** Facts go to the delegated host. */
  readonly delegatedFacts: boolean
  /** Hosts or groups change: add_host, group_by, meta refresh_inventory. */
  readonly inventory: boolean
  /** Facts are dropped: meta clear_facts. */
  readonly clears: boolean
}

export interface WritesOptions {
  /** Whether a module may return facts; undefined when that is not known. */
  readonly mayReturnFacts: (action: string) => boolean | undefined
}

/** What modules of these names return besides `ansible_*`. */
const SETUP_NAMES = ['ansible_facts', 'gather_subset', 'module_setup']

/** All that a task may write, whatever its arguments turn out to be. */
export function variableWritesOf(task: Task, options: WritesOptions): VariableWrites {
  const names = new Set<string>()
  let any = false
  let prefixes: readonly string[] = []
  if (task.register !== undefined) names.add(task.register)
  if (isAction(task.action, 'setFact')) {
    for (const key of task.args.keys()) {
      const name = isText(key) ? textOf(key) : str(key)
      if (name.includes('{')) any = true
      else if (name !== 'cacheable') names.add(name)
    }
    // `set_fact: "{{ a mapping }}"`
    if (task.args.has('_raw_params') || task.args.has('_variable_params')) any = true
  } else if (isAction(task.action, 'includeVars')) {
    const name = task.args.get('name')
    if (name !== undefined && isText(name) && !textOf(name).includes('{')) names.add(textOf(name))
    else any = true
  } else {
    const facts = factsOf(task, options)
    if (facts === 'any') any = true
    else if (facts === 'setup') {
      for (const name of SETUP_NAMES) names.add(name)
      prefixes = ['ansible_']
    }
  }
  const meta = isAction(task.action, 'meta') ? str(task.args.get('_raw_params') ?? '') : ''
  return {
    names,
    prefixes,
    any,
    allHosts: truth(task.get('run_once')),
    delegatedFacts:
      task.get('delegate_to') !== null && task.get('delegate_facts') !== null && truth(task.get('delegate_facts')),
    inventory: isAction(task.action, 'inventoryTasks') || meta === 'refresh_inventory',
    clears: meta === 'clear_facts',
  }
}

/** Built-in actions that return no facts, whatever their modules' texts say. */
const WITHOUT_FACTS: ReadonlySet<string> = new Set(
  (
    'assert debug fail command shell raw script copy template file stat lineinfile blockinfile replace fetch slurp ' +
    'package apt yum dnf pip service systemd sysvinit user group get_url uri unarchive find wait_for ping cron ' +
    'assemble tempfile git hostname_info include_tasks include_role import_tasks import_role meta pause add_host group_by'
  ).split(' '),
)

function factsOf(task: Task, { mayReturnFacts }: WritesOptions): 'none' | 'setup' | 'any' {
  const action = task.resolvedAction ?? task.action
  if (action.includes('{')) return 'any'
  const builtin = /^ansible\.(builtin|legacy)\.(\w+)$/.exec(action)?.[2]
  if (builtin === 'setup' || builtin === 'gather_facts') return 'setup'
  if (builtin !== undefined && WITHOUT_FACTS.has(builtin)) return 'none'
  return mayReturnFacts(action) === false ? 'none' : 'any'
}
