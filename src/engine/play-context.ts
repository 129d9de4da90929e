// Connection settings as the task and the host's variables give them, before a connection plugin looks at them.
// They decide no_log of skipped tasks, and conditions and arguments see them as variables (ansible_host,
// ansible_user …) even when nobody set these. Mirrors playbook/play_context.py (ansible-core 2.14).

import { ParserError } from '../errors.js'
import type { Host } from '../inventory/index.js'
import { type Templar, UndefinedVariableError } from '../jinja/index.js'
import type { Task } from '../playbook/index.js'
import { strictBoolean } from '../python/boolean.js'
import { isPyError, str, toInt } from '../python/index.js'
import { isText, textOf, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import { InputCache } from './input-cache.js'
import { MAGIC_SETTINGS, type MagicType } from './magic-variables.js'
import type { EngineServices } from './services.js'
import { rawField } from './task-fields.js'
import { mayHoldTemplate } from './template-text.js'

export interface PlayContext {
  readonly settings: ReadonlyMap<string, Value>
  readonly noLog: Value
  /** Variables to put in front of the host's own: connection settings that it does not name. */
  readonly extraVars: ReadonlyMap<string, Value>
  /** Why the settings are wrong; shown only if the task is not skipped. */
  readonly error: Error | undefined
}

export interface PlayContextQuery {
  readonly task: Task
  readonly host: Host
  readonly vars: TaskVars
  readonly templar: Templar
  /** Variables of the delegated host with their defaults, undefined when the task is not delegated. */
  readonly delegatedVars: TaskVars | undefined
  readonly services: EngineServices
}

const NO_VARS: ReadonlyMap<string, Value> = new Map()

const contexts = new InputCache<PlayContext>()

export function resolvePlayContext(query: PlayContextQuery): PlayContext {
  return contexts.get(query.host, inputsOf(query), () => compute(query))
}

/** Everything the context is made of; undefined when that has to be templated, because templates may change. */
function inputsOf({ task, vars, delegatedVars, services }: PlayContextQuery): readonly unknown[] | undefined {
  const inputs: unknown[] = [services.options]
  const add = (value: Value | undefined) => {
    inputs.push(value)
    return value === undefined || !mayHoldTemplate(value)
  }
  for (const keyword of ALL_KEYWORDS) if (!add(rawField(task, keyword))) return undefined
  for (const { variables } of MAGIC_SETTINGS) {
    for (const variable of variables) {
      if (!add(vars.get(variable))) return undefined
      if (delegatedVars !== undefined && !add(delegatedVars.get(variable))) return undefined
    }
  }
  return inputs
}

function compute(query: PlayContextQuery): PlayContext {
  const settings = rawSettings(query)
  let noLog: Value = settings.get('no_log') ?? null
  try {
    for (const [name, type] of VALIDATED) {
      const raw = settings.get(name)
      if (raw === undefined || raw === null) continue
      const value = validated(name, type, raw, query)
      if (value === undefined) settings.delete(name)
      else settings.set(name, value)
    }
    noLog = settings.get('no_log') ?? null
    if (!settings.get('remote_addr')) settings.set('remote_addr', query.host.address)
    return { settings, noLog, extraVars: extraVarsOf(settings, query.vars), error: undefined }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { settings, noLog, extraVars: NO_VARS, error }
  }
}

const VALIDATED: readonly (readonly [string, MagicType])[] = [
  ...MAGIC_SETTINGS.slice(0, 3).map(setting => [setting.name, setting.type] as const),
  ['no_log', 'bool'],
  ['check_mode', 'bool'],
  ['diff', 'bool'],
  ...MAGIC_SETTINGS.slice(3)
    .filter(setting => setting.type !== 'untyped')
    .map(setting => [setting.name, setting.type] as const),
]

const KEYWORDS = ['become', 'become_user', 'become_method', 'become_flags', 'connection', 'no_log', 'remote_user']
const ALL_KEYWORDS = [...KEYWORDS, 'check_mode', 'diff']

function rawSettings(query: PlayContextQuery): Map<string, Value> {
  const { task, services } = query
  const settings = defaults(services)
  for (const keyword of ALL_KEYWORDS) {
    const value = rawField(task, keyword)
    if (value !== null) settings.set(keyword, value)
  }
  const source = query.delegatedVars ?? query.vars
  for (const { name, variables } of MAGIC_SETTINGS) {
    for (const variable of variables) {
      const value = source.get(variable)
      if (value === undefined) continue
      settings.set(name, value)
      break
    }
  }
  if (settings.get('connection') === 'local' && !settings.get('connection_user')) {
    settings.set('connection_user', settings.get('remote_user') ?? null)
  }
  return settings
}

function defaults({ config, options }: EngineServices): Map<string, Value> {
  return new Map<string, Value>([
    ['module_compression', config.get('DEFAULT_MODULE_COMPRESSION')],
    ['executable', config.get('DEFAULT_EXECUTABLE')],
    ['timeout', options.timeoutSeconds ?? config.get('DEFAULT_TIMEOUT')],
    ['private_key_file', options.privateKeyFile ?? config.get('DEFAULT_PRIVATE_KEY_FILE')],
    ['pipelining', config.get('ANSIBLE_PIPELINING')],
    ['become_exe', config.get('DEFAULT_BECOME_EXE')],
    ['become_flags', config.get('DEFAULT_BECOME_FLAGS')],
    ['password', options.connectionPassword ?? ''],
    ['become_pass', options.becomePassword ?? ''],
    ['port', config.get('DEFAULT_REMOTE_PORT')],
  ])
}

/** Templated and typed; undefined for `omit`. */
function validated(
  name: string,
  type: MagicType,
  raw: Value,
  { templar, services }: PlayContextQuery,
): Value | undefined {
  let value = raw
  try {
    if (mayHoldTemplate(raw)) value = templar.template(raw)
    if (value === null) return null
    if (isText(value) && textOf(value) === services.variables.omit) return undefined
    if (type === 'int') return toInt(value)
    if (type === 'bool') return strictBoolean(value)
    return type === 'string' && !isText(value) ? str(value) : value
  } catch (error) {
    if (error instanceof UndefinedVariableError) {
      throw new UndefinedSettingError(
        `The field '${name}' has an invalid value, which includes an undefined variable. ` +
          `The error was: ${error.message}. ${error.message}`,
        { cause: error },
      )
    }
    if (!isPyError(error, 'TypeError', 'ValueError')) throw error
    const shown = isText(raw) ? textOf(raw) : str(raw)
    throw new ParserError(
      `the field '${name}' has an invalid value (${shown}), and could not be converted to an ${type}.` +
        `The error was: ${error.message}. ${error.message}`,
      { cause: error },
    )
  }
}

/** A setting that needs a variable nobody has set. */
export class UndefinedSettingError extends ParserError {}

function extraVarsOf(settings: ReadonlyMap<string, Value>, vars: TaskVars): ReadonlyMap<string, Value> {
  const extra = new Map<string, Value>()
  for (const { name, variables, isBecome } of MAGIC_SETTINGS) {
    if (isBecome) continue
    const value = settings.get(name)
    if (value === undefined || value === null) continue
    for (const variable of variables) if (!vars.has(variable)) extra.set(variable, value)
  }
  return extra
}
