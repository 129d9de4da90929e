// What the tests of playbooks and variables share: a load context over the real rooms, real Ansible as oracle, and
// the same dump of a playbook from both.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CollectionFinder, DiskCache, PluginFinder, resolveActionName } from '../../src/collections/index.js'
import { Config } from '../../src/config/index.js'
import { MadansibleError } from '../../src/errors.js'
import { type Host, type Inventory, loadInventory } from '../../src/inventory/index.js'
import { TemplateEnvironment } from '../../src/jinja/index.js'
import { findAnsible } from '../../src/modules/index.js'
import {
  Block,
  findIncludedFile,
  IncludeRole,
  isAction,
  isHandler,
  type LoadContext,
  loadIncludedRole,
  loadIncludedTasks,
  loadPlaybook,
  type Play,
  type PlaybookObject,
  postValidate,
  type Task,
  type TaskInclude,
  templateIncludedRole,
  type ValidatedAttributes,
} from '../../src/playbook/index.js'
import { fromJs, str, toJs } from '../../src/python/index.js'
import { Dict, isText, Mapping, type Value } from '../../src/python/values.js'
import { loadExtraVars, type TaskVars, VariableManager } from '../../src/variables/index.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { DataLoader } from '../../src/yaml/index.js'

const cacheFolder = mkdtempSync(join(tmpdir(), 'madansible-playbook-cache-'))
process.on('exit', () => rmSync(cacheFolder, { recursive: true, force: true }))
const cache = new DiskCache(cacheFolder)
const install = findAnsible({ cache })

/** A folder with these files (path → text), and its removal. */
export function folderOf(files: Readonly<Record<string, string>>): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'madansible-playbook-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export interface Scenario {
  readonly cwd: string
  readonly playbook: string
  readonly inventory?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, unknown>>
  readonly facts?: Readonly<Record<string, unknown>>
  readonly registered?: Readonly<Record<string, unknown>>
  readonly included?: Readonly<Record<string, unknown>>
  /** Validate plays before they are dumped. */
  readonly final?: boolean
  /** Host for which every task is validated. */
  readonly validate?: string
  /** Host for which includes are loaded, three deep. */
  readonly expand?: string
  /** Pattern of hosts whose variables are dumped for every task. */
  readonly vars?: string
}

export interface Opened {
  readonly context: LoadContext
  readonly inventory: Inventory
  readonly variables: VariableManager
  readonly warnings: string[]
}

/** Opens everything a playbook needs, as the program does. */
export async function open(scenario: Scenario): Promise<Opened> {
  const warnings: string[] = []
  const { cwd } = scenario
  const env = { ...process.env, ...scenario.env }
  const config = Config.load({ env, cwd })
  const messages = {
    warning: (text: string) => void warnings.push(text),
    deprecated: (text: string) => void warnings.push(`deprecated: ${text}`),
    verbose: () => {},
    display: (text: string) => void warnings.push(`display: ${text}`),
  }
  const loader = new DataLoader(new VaultSecrets(), { cwd, warn: messages.warning })
  loader.basedir = cwd
  const sources = (scenario.inventory ?? ['localhost,']).map(name => (name.includes(',') ? name : join(cwd, name)))
  const inventory = await loadInventory(sources, {
    config,
    loader,
    cwd,
    warn: messages.warning,
    localPython: install.python,
  })
  const collections = new CollectionFinder({
    paths: config.get('COLLECTIONS_PATHS') as readonly string[],
    pythonPath: install.sysPath,
    corePath: install.libraryPath,
    coreVersion: install.version,
    cache,
  })
  const plugins = new PluginFinder({ collections, corePath: install.libraryPath, configuredPaths: () => [] })
  const given = (scenario.options ?? {}) as Record<string, unknown>
  const variables = new VariableManager({
    loader,
    config,
    inventory,
    environment: new TemplateEnvironment({
      warn: messages.warning,
      controller: { loader, setting: () => undefined, warn: messages.warning },
    }),
    extraVars: loadExtraVars((given.extra_vars ?? []) as string[], loader),
    optionVars: fromJs({
      ansible_version: {},
      ansible_check_mode: false,
      ansible_diff_mode: false,
      ansible_forks: 5,
      ansible_inventory_sources: [],
      ansible_skip_tags: given.skip_tags ?? [],
      ansible_run_tags: given.tags ?? ['all'],
      ansible_verbosity: 0,
    }) as Dict,
    python: install.python,
    messages,
  })
  for (const [host, facts] of Object.entries(scenario.facts ?? {})) variables.setHostFacts(host, fromJs(facts) as Dict)
  for (const [host, facts] of Object.entries(scenario.registered ?? {}))
    variables.setNonpersistentFacts(host, fromJs(facts) as Dict)
  for (const [host, facts] of Object.entries(scenario.included ?? {}))
    for (const [name, value] of Object.entries(facts as object)) variables.setHostVariable(host, name, fromJs(value))
  const playbookPaths: string[] = []
  const context: LoadContext = {
    loader,
    config,
    collections,
    variables,
    messages,
    options: {
      tags: (given.tags ?? ['all']) as string[],
      skipTags: (given.skip_tags ?? []) as string[],
      forceHandlers: (given.force_handlers ?? false) as boolean,
      connection: 'ssh',
      become: false,
      becomeMethod: 'sudo',
      check: false,
      diff: false,
    },
    resolveAction(name, searched) {
      for (const [kind, plugin] of [
        ['action', 'action'],
        ['module', 'modules'],
      ] as const) {
        const found = plugins.find(plugin, name, { collections: searched })
        if (found.path !== undefined) return { fqcn: found.fqcn, kind }
      }
      return undefined
    },
    resolveDefaultsAction: name => resolveActionName(plugins, name),
    hasLookup: name => plugins.find('lookup', name).path !== undefined,
    addPluginDirs: folder => plugins.addPluginDirectories(folder),
    addPlaybookPath(folder) {
      playbookPaths.push(folder)
      collections.setPlaybookPaths(playbookPaths)
    },
    defaultCollection: undefined,
  }
  return { context, inventory, variables, warnings }
}

/** What ansible-core's own classes make of the scenarios, in order. */
export function askAnsible(scenarios: readonly Scenario[]): unknown[] {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url))
  const run = spawnSync(install.python, [script], {
    input: scenarios.map(scenario => `${JSON.stringify(scenario)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return run.stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
}

/** The same from our classes. */
export async function ask(scenario: Scenario): Promise<unknown> {
  const { context, inventory, warnings } = await open(scenario)
  const cwd = process.cwd()
  process.chdir(scenario.cwd)
  try {
    const book = loadPlaybook(scenario.playbook, context)
    const plays = book.plays.map(play => {
      context.loader.basedir = play.basedir
      return dumpPlay(play, scenario, inventory)
    })
    return { plays, warnings }
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    const name = { 1: 'AnsibleError', 4: 'AnsibleParserError', 5: 'AnsibleOptionsError' }[error.exitCode]
    return { error: name, message: error.message, warnings }
  } finally {
    process.chdir(cwd)
  }
}

const NAMES = [
  'when',
  'environment',
  'module_defaults',
  'no_log',
  'run_once',
  'ignore_errors',
  'become',
  'become_user',
  'become_method',
  'check_mode',
  'any_errors_fatal',
  'delegate_to',
  'delegate_facts',
  'connection',
  'throttle',
  'timeout',
  'collections',
  'remote_user',
  'port',
  'ignore_unreachable',
  'debugger',
  'notify',
]
const TASK_NAMES = [
  'changed_when',
  'failed_when',
  'until',
  'retries',
  'delay',
  'register',
  'loop',
  'loop_with',
  'args',
  'async_val',
  'poll',
]

/** Plain JSON of a value; texts of all kinds are texts. */
export function plain(value: Value): unknown {
  if (value instanceof Mapping)
    return Object.fromEntries([...value.entries()].map(([key, item]) => [str(key), plain(item)]))
  if (Array.isArray(value)) return value.map(plain)
  if (isText(value)) return str(value)
  return toJs(value)
}
const inherited = (object: PlaybookObject, names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, plain(object.get(name))]))
const sortedTags = (value: Value) => [...new Set((value as Value[]).map(tag => str(tag)))].sort()

function dumpTask(task: Task): unknown {
  return {
    ...inherited(task, [...NAMES, ...TASK_NAMES]),
    kind: task.kind,
    action: task.action,
    resolved: task.resolvedAction ?? null,
    name: task.name,
    title: task.getName(),
    tags: sortedTags(task.get('tags')),
    vars: plain(task.getVars()),
    include_params: plain(task.getIncludeParams()),
    path: task.getPath(),
    search: task.getSearchPath(),
    chain: (task.getDepChain() ?? []).map(role => role.getName()),
    implicit: task.implicit,
    role: task.role?.getName() ?? null,
    static: task.allParentsStatic(),
    loop_control: inherited(task.loopControl, ['loop_var', 'index_var', 'label', 'pause', 'extended']),
    ...(isHandler(task) ? { listen: plain(task.get('listen')) } : {}),
  }
}

function dumpBlock(block: Block): unknown {
  const section = (items: readonly (Task | Block)[]) =>
    items.map(item => (item instanceof Block ? dumpBlock(item) : dumpTask(item)))
  return {
    kind: 'Block',
    block: section(block.block),
    rescue: section(block.rescue),
    always: section(block.always),
    role: block.role?.getName() ?? null,
    name: str(block.get('name')),
    ...inherited(block, ['when', 'become', 'delegate_to']),
    tags: sortedTags(block.get('tags')),
  }
}

function dumpPlay(play: Play, scenario: Scenario, inventory: Inventory): unknown {
  const { variables } = play.context
  const data: Record<string, unknown> = {
    title: play.getName(),
    hosts: plain(play.hosts),
    tags: sortedTags(play.get('tags')),
    included_path: play.includedPath ?? null,
    included_conditional: play.includedConditional === undefined ? null : plain([...play.includedConditional]),
  }
  if (scenario.final) {
    play.postValidate(variables.getVars({ play }).templar())
    Object.assign(
      data,
      inherited(play, [
        'name',
        'hosts',
        'gather_facts',
        'serial',
        'strategy',
        'max_fail_percentage',
        'order',
        'force_handlers',
        'gather_subset',
        'gather_timeout',
      ]),
    )
  }
  const vars = variables.getVars({ play })
  const filtered = play.compile().map(block => block.filterTaggedTasks(vars))
  Object.assign(data, {
    blocks: filtered.filter(block => block.hasTasks()).map(dumpBlock),
    handlers: [...play.compileRolesHandlers(), ...play.handlers].map(dumpBlock),
    action_groups: Object.fromEntries(play.actionGroups),
    group_actions: Object.fromEntries(
      [...play.groupActions].map(([group, names]) => [group, [...new Set(names)].sort()]),
    ),
    roles: play.roles.map(role => ({
      name: role.getName(),
      path: role.path,
      defaults: plain(role.getDefaultVars()),
      vars: plain(role.getVars()),
      params: plain(role.getRoleParams()),
      deps: role.getAllDependencies().map(dependency => dependency.getName()),
    })),
  })
  if (scenario.validate !== undefined) {
    const host = inventory.listHosts(scenario.validate)[0] as Host
    data.validated = filtered.flatMap(block => block.getTasks()).map(task => validate(task, play, host))
  }
  if (scenario.expand !== undefined)
    data.expanded = expand(play, filtered, variables, inventory.listHosts(scenario.expand)[0] as Host, 3)
  if (scenario.vars !== undefined) {
    const hosts = inventory.listHosts(scenario.vars)
    data.vars = filtered.flatMap(block =>
      block.getTasks().flatMap(task =>
        hosts.map(host => ({
          task: task.getName(),
          host: host.name,
          vars: dumpVars(variables.getVars({ play, host, task })),
        })),
      ),
    )
  }
  return data
}

/** Templated, typed keywords of a task, or the error. */
function validate(task: Task, play: Play, host: Host): unknown {
  const { variables } = task.context
  let values: ValidatedAttributes
  try {
    values = postValidate(task, variables.getVars({ play, host, task }).templar())
  } catch (error) {
    return { task: task.getName(), error: (error as Error).message }
  }
  const names = [...NAMES, ...TASK_NAMES, 'name', 'vars']
  const dump = Object.fromEntries(
    names.filter(name => name !== 'environment' && name !== 'loop_with').map(name => [name, plain(values.get(name))]),
  )
  dump.tags = sortedTags(values.get('tags'))
  const text = JSON.stringify(dump).replaceAll(variables.omit, 'OMIT')
  const { environment } = values
  return {
    task: isText(values.get('name')) && values.get('name') !== '' ? titleOf(task, values) : task.getName(),
    values: JSON.parse(text),
    environment: plain(environment),
  }
}
const titleOf = (task: Task, values: ValidatedAttributes) =>
  task.role === undefined ? str(values.get('name')) : `${task.role.getName()} : ${str(values.get('name'))}`

/** What includes hold, loaded as while the play runs. */
function expand(
  play: Play,
  blocks: readonly Block[],
  variables: VariableManager,
  host: Host,
  depth: number,
): readonly unknown[] {
  const includes = blocks.flatMap(block => block.getTasks()).filter(task => isAction(task.action, 'allIncludes'))
  if (depth === 0) return []
  return includes.map(task => {
    const item = task.loop === undefined ? new Dict() : Dict.of({ item: 1 })
    const vars = variables.getVars({ play, host, task })
    const args = task.args.copy()
    let file: Value
    let loaded: { blocks: Block[]; handlerBlocks: Block[] }
    if (task instanceof IncludeRole) {
      const include = templateIncludedRole(task, args, vars.with(item).templar())
      file = include.roleName
      loaded = loadIncludedRole(include, item, play)
    } else {
      const target = vars.templar().template(args.get('_raw_params') as Value)
      file = findIncludedFile(task as TaskInclude, target, vars.with(item).templar())
      const isHandlerList = isHandler(task)
      loaded = {
        blocks: loadIncludedTasks(task as TaskInclude, file as string, item, { isHandler: isHandlerList, play }),
        handlerBlocks: [],
      }
    }
    return {
      file: plain(file),
      blocks: loaded.blocks.map(dumpBlock),
      handlers: loaded.handlerBlocks.map(dumpBlock),
      nested: expand(play, loaded.blocks, variables, host, depth - 1),
    }
  })
}

const HIDDEN = new Set([
  'hostvars',
  'vars',
  'omit',
  'role_uuid',
  'ansible_playbook_python',
  'ansible_version',
  'ansible_config_file',
  'ansible_role_names',
  'ansible_dependent_role_names',
  'environment',
])

function dumpVars(vars: TaskVars | Mapping): unknown {
  const names = vars instanceof Mapping ? [...vars.keys()].map(str) : [...vars.names()]
  const data: Record<string, unknown> = {}
  for (const name of names) {
    if (HIDDEN.has(name)) continue
    const value = vars.get(name) as Value
    data[name] =
      name === 'ansible_delegated_vars' && value instanceof Mapping
        ? Object.fromEntries([...value.entries()].map(([key, item]) => [str(key), dumpVars(item as Mapping)]))
        : plain(value)
  }
  const all = vars.get('vars')
  data.vars_names = all instanceof Mapping ? [...all.keys()].map(str).sort() : []
  const roles = vars.get('ansible_role_names') ?? []
  data.role_names_sorted = (roles as Value[]).map(str).sort()
  return data
}
