// Settles how one task reaches its host and as whom: connection plugin, its options, privilege escalation,
// interpreter. Mirrors _get_connection, _set_become_plugin and _set_connection_options of executor/task_executor.py
// and Connection.update_vars of plugins/connection/__init__.py (ansible-core 2.14).

import { userInfo } from 'node:os'
import type { BecomeSettings } from '../agent/index.js'
import type { Config, SettingValue } from '../config/index.js'
import { MadansibleError } from '../errors.js'
import type { Host } from '../inventory/index.js'
import type { Templar } from '../jinja/index.js'
import { strictBoolean } from '../python/boolean.js'
import { str, truth } from '../python/index.js'
import { Mapping, type Value } from '../python/values.js'
import { type ConnectionSettings, isServed } from '../transport/index.js'
import type { TaskVars } from '../variables/index.js'
import { InputCache } from './input-cache.js'
import { COMMON_CONNECTION_VARIABLES, MAGIC_SETTINGS } from './magic-variables.js'
import type { PlayContext } from './play-context.js'
import type { EngineServices } from './services.js'
import type { TaskFields } from './task-fields.js'
import { mayHoldTemplate } from './template-text.js'

export interface ConnectionChoice {
  readonly connection: ConnectionSettings
  readonly become: BecomeSettings | undefined
  /** Variables an action sees besides those of the host. */
  readonly extraVars: ReadonlyMap<string, Value>
}

export interface ConnectionQuery {
  readonly fields: TaskFields
  /** The host that is connected to. */
  readonly host: Host
  /** Its variables. */
  readonly vars: TaskVars
  readonly templar: Templar
  readonly playContext: PlayContext
  readonly services: EngineServices
  /** Variables of the task's own host: what `extraVars` must not hide. */
  readonly ownVars: TaskVars
}

type PluginKind = 'connection' | 'shell' | 'become'
type Options = ReadonlyMap<string, SettingValue>

const choices = new InputCache<ConnectionChoice>()

/** Throws when a variable that is needed cannot be templated. */
export function chooseConnection(query: ConnectionQuery): ConnectionChoice {
  const { vars, templar, fields } = query
  const chosen = vars.get('ansible_connection')
  const kind = str(chosen === undefined || chosen === null ? fields.get('connection') : templar.template(chosen))
  const becomeMethod = becomeMethodOf(query)
  return choices.get(query.host, inputsOf(query, kind, becomeMethod), () => choose(query, kind, becomeMethod))
}

/** Everything the choice is made of; undefined when a variable has to be templated, because templates may change. */
function inputsOf(query: ConnectionQuery, kind: string, becomeMethod: string | undefined): unknown[] | undefined {
  const { fields, ownVars, playContext, services, vars } = query
  // The context stands for the variables and keywords it was made of, as long as it was not made anew.
  const inputs: unknown[] = [kind, becomeMethod, playContext, services.loader.basedir]
  for (const keyword of KEYWORDS) inputs.push(fields.get(keyword))
  for (const variable of optionVariables(services.config, kind, becomeMethod)) {
    const value = vars.get(variable)
    if (value !== undefined && mayHoldTemplate(value)) return undefined
    inputs.push(value)
  }
  if (vars !== ownVars) for (const variable of COMMON_CONNECTION_VARIABLES) inputs.push(ownVars.has(variable))
  return inputs
}

const variableNames = new WeakMap<Config, Map<string, readonly string[]>>()

/** Variables that set any option of the plugins. */
function optionVariables(config: Config, kind: string, becomeMethod = ''): readonly string[] {
  let known = variableNames.get(config)
  if (known === undefined) {
    known = new Map()
    variableNames.set(config, known)
  }
  const key = `${kind}\0${becomeMethod}`
  let names = known.get(key)
  if (names === undefined) {
    const all = [
      ...config.pluginVariables('connection', pluginFile(kind)),
      ...config.pluginVariables('shell', 'sh'),
      ...config.pluginVariables('become', shortName(becomeMethod)),
      ...COMMON_CONNECTION_VARIABLES,
    ]
    names = [...new Set(all)]
    known.set(key, names)
  }
  return names
}

function shortName(plugin: string): string {
  return plugin.replace(/^ansible\.(builtin|legacy)\./, '')
}
/** Name that a connection plugin's options are found by. */
function pluginFile(kind: string): string {
  const plugin = shortName(kind)
  return plugin === 'paramiko' ? 'paramiko_ssh' : plugin
}

function choose(query: ConnectionQuery, kind: string, becomeMethod: string | undefined): ConnectionChoice {
  const options = pluginOptions(query, 'connection', pluginFile(kind))
  const shell = pluginOptions(query, 'shell', 'sh')
  const connection = connectionSettings(query, kind, options, shell)
  const become = becomeMethod === undefined ? undefined : becomeSettings(query, becomeMethod, connection)
  return { connection, become, extraVars: actionVars(query, shortName(kind), options, isServed(connection)) }
}

function becomeMethodOf({ vars, templar, fields }: ConnectionQuery): string | undefined {
  const wanted = vars.get('ansible_become')
  const becomes =
    wanted === undefined || wanted === null ? fields.isTrue('become') : strictBoolean(templar.template(wanted))
  if (!becomes) return undefined
  const method = vars.get('ansible_become_method')
  return str(method !== undefined && truth(method) ? templar.template(method) : fields.get('become_method'))
}

/** Options of a plugin: variables first, then keywords, command line, environment, ansible.cfg. */
function pluginOptions(query: ConnectionQuery, kind: PluginKind, plugin: string): Options {
  const { vars, templar, fields, services, playContext } = query
  const keyword = (name: string): Value => {
    if (name === 'timeout') return playContext.settings.get('timeout') ?? null
    if (name === 'password') return truthyOrNull(playContext.settings.get('password'))
    if (name === 'become_pass') return truthyOrNull(playContext.settings.get('become_pass'))
    if (name === 'retries') return null
    return KEYWORDS.has(name) ? fields.get(name) : null
  }
  return services.config.pluginOptions(kind, plugin, {
    vars: name => {
      const value = vars.get(name)
      return value === undefined ? undefined : templar.template(value)
    },
    keywords: keyword,
    cli: name => services.options.connectionOptions?.[name],
  })
}

/** Keywords whose names are options of connection, shell or become plugins. */
const KEYWORDS = new Set([
  'port',
  'remote_user',
  'connection',
  'become',
  'become_method',
  'become_user',
  'become_flags',
  'become_exe',
])

function truthyOrNull(value: Value | undefined): Value {
  return value !== undefined && truth(value) ? value : null
}

function connectionSettings(
  query: ConnectionQuery,
  kind: string,
  options: Options,
  shell: Options,
): ConnectionSettings {
  const { host, playContext, services } = query
  const address = text(options, 'host') ?? text(options, 'remote_addr') ?? contextText(playContext, 'remote_addr')
  const port = options.get('port')
  return {
    kind,
    hostName: host.name,
    address: address === undefined || address === 'inventory_hostname' ? host.address : address,
    port: typeof port === 'number' ? port : contextNumber(playContext, 'port'),
    user: text(options, 'remote_user') ?? contextText(playContext, 'remote_user'),
    password: text(options, 'password') ?? contextText(playContext, 'password'),
    privateKeyFile: text(options, 'private_key_file') ?? contextText(playContext, 'private_key_file'),
    hostKeyChecking: flag(options, 'host_key_checking', services.config.get('HOST_KEY_CHECKING')),
    timeoutSeconds: integer(options, 'timeout') ?? contextNumber(playContext, 'timeout') ?? 10,
    ssh: {
      args: text(options, 'ssh_args') ?? '',
      commonArgs: text(options, 'ssh_common_args') ?? '',
      extraArgs: text(options, 'ssh_extra_args') ?? '',
      executable: text(options, 'ssh_executable') ?? 'ssh',
    },
    reconnectionRetries: integer(options, 'reconnection_retries') ?? 0,
    useTty: flag(options, 'use_tty', true),
    shellExecutable: contextText(playContext, 'executable') ?? '/bin/sh',
    pkcs11Provider: text(options, 'pkcs11_provider') || undefined,
    sshpassPrompt: text(options, 'sshpass_prompt') || undefined,
    controlPath: text(options, 'control_path') || undefined,
    controlPathDir: text(options, 'control_path_dir') || undefined,
    localDirectory: services.loader.basedir,
    remoteTmp: text(shell, 'remote_tmp') || undefined,
  }
}

function becomeSettings(
  query: ConnectionQuery,
  method: string,
  connection: ConnectionSettings,
): BecomeSettings | undefined {
  const options = pluginOptions(query, 'become', shortName(method))
  if (options.size === 0 && !method.includes('.') && query.services.foreignBecome?.(method) !== true) {
    throw new MadansibleError(
      `Invalid become method specified, could not find matching plugin: '${method}'. ` +
        'Use `ansible-doc -t become -l` to list available plugins.',
    )
  }
  const user = text(options, 'become_user') ?? query.fields.text('become_user') ?? 'root'
  const allowsSameUser = query.services.config.get('BECOME_ALLOW_SAME_USER')
  if (!allowsSameUser && user === loginUser(connection)) return undefined
  const prompts = options.get('prompt_l10n')
  return {
    method,
    user,
    flags: text(options, 'become_flags'),
    exe: text(options, 'become_exe'),
    password: text(options, 'become_pass') ?? (contextText(query.playContext, 'become_pass') || undefined),
    promptTexts: Array.isArray(prompts) && prompts.length > 0 ? prompts.map(prompt => str(prompt as Value)) : undefined,
  }
}

/** Who is logged in without privilege escalation, as far as that is known before connecting. */
function loginUser(connection: ConnectionSettings): string | undefined {
  return shortName(connection.kind) === 'local' ? localUser() : connection.user
}

/** Connection variables that nobody has set, as the action sees them. */
function actionVars(
  query: ConnectionQuery,
  plugin: string,
  options: Options,
  hasShell: boolean,
): ReadonlyMap<string, Value> {
  const extra = new Map<string, Value>()
  for (const variable of COMMON_CONNECTION_VARIABLES) {
    if (query.ownVars.has(variable)) continue
    // A connection plugin of Python may have another shell, and says so itself.
    if (variable === 'ansible_shell_type' && !hasShell) continue
    const value = actionVar(variable, query.playContext, plugin, options)
    if (value !== undefined && value !== null) extra.set(variable, value)
  }
  return extra
}

const OPTION_OF_VARIABLE: Readonly<Record<string, readonly string[]>> = {
  ansible_host: ['host', 'remote_addr'],
  ansible_user: ['remote_user'],
  ansible_port: ['port'],
  ansible_pipelining: ['pipelining'],
  ansible_timeout: [],
  ansible_private_key_file: ['private_key_file'],
}

function actionVar(variable: string, context: PlayContext, plugin: string, options: Options): Value | undefined {
  if (variable === 'ansible_connection') return plugin
  if (variable === 'ansible_shell_type') return 'sh'
  for (const option of OPTION_OF_VARIABLE[variable] ?? []) {
    if (options.has(option)) return (options.get(option) ?? null) as Value
  }
  const setting = MAGIC_SETTINGS.find(magic => magic.variables.includes(variable))
  return setting === undefined ? undefined : context.settings.get(setting.name)
}

/** `ansible_python_interpreter` of the host that is connected to, or what was discovered there before, or `auto…`. */
export function interpreterFor(vars: TaskVars, templar: Templar, services: EngineServices): string {
  const raw = vars.get('ansible_python_interpreter')
  const wanted = raw === undefined || raw === null ? services.config.get('INTERPRETER_PYTHON') : templar.template(raw)
  const interpreter = wanted === null ? '' : str(wanted as Value).trim()
  if (interpreter !== '' && !interpreter.startsWith('auto')) return interpreter
  const facts = vars.get('ansible_facts')
  const discovered = facts instanceof Mapping ? facts.get('discovered_interpreter_python') : undefined
  if (discovered !== undefined && discovered !== null) return str(discovered)
  return interpreter === '' ? 'auto' : interpreter
}

function text(options: Options, name: string): string | undefined {
  const value = options.get(name)
  return value === undefined || value === null ? undefined : str(value as Value)
}
function integer(options: Options, name: string): number | undefined {
  const value = options.get(name)
  return typeof value === 'number' ? value : undefined
}
function flag(options: Options, name: string, fallback: boolean): boolean {
  const value = options.get(name)
  return typeof value === 'boolean' ? value : fallback
}
function contextText(context: PlayContext, name: string): string | undefined {
  const value = context.settings.get(name)
  return value === undefined || value === null ? undefined : str(value)
}
function contextNumber(context: PlayContext, name: string): number | undefined {
  const value = context.settings.get(name)
  return typeof value === 'number' ? value : undefined
}

/** getpass.getuser() */
function localUser(): string {
  const { LOGNAME, USER, LNAME, USERNAME } = process.env
  return LOGNAME || USER || LNAME || USERNAME || userInfo().username
}
