// Everything between "this task is next on this host" and the call of its action: conditions, includes, validation,
// connection, defaults. Mirrors the first half of TaskExecutor._execute (executor/task_executor.py, ansible-core 2.14)
// in that order, because the order decides which of several errors is reported.

import { MadansibleError } from '../errors.js'
import { type Templar, UndefinedVariableError } from '../jinja/index.js'
import { isAction } from '../playbook/index.js'
import { str } from '../python/index.js'
import { Dict, UnsafeText, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import type { ActionContext } from './action.js'
import { allHold } from './conditions.js'
import { chooseConnection, interpreterFor } from './connection.js'
import { type DelegatedHost, delegateTo } from './delegation.js'
import { errorText } from './errors.js'
import { removeOmitted, withModuleDefaults } from './module-defaults.js'
import { resolvePlayContext, UndefinedSettingError } from './play-context.js'
import { rawField, type TaskFields } from './task-fields.js'
import type { JobRun } from './task-job.js'

/** An action ready to be called, and what is needed to judge its result. */
export interface PreparedCall {
  readonly fields: TaskFields
  readonly context: ActionContext
  /** Variables of this loop item, without connection variables. */
  readonly itemVars: TaskVars
  readonly noLog: boolean
  readonly delegated: DelegatedHost | undefined
}

export type Preparation =
  | { readonly kind: 'ready'; readonly call: PreparedCall }
  /** Nothing is to be called: skipped, an include, or failed already. */
  | { readonly kind: 'done'; readonly result: Dict; readonly fields: TaskFields }

/** Prepares the call of a task for one set of variables. `fields` is filled in as far as preparation gets. */
export function prepareCall(run: JobRun, vars: TaskVars, fields: TaskFields): Preparation {
  const { task, host } = run.job
  const templar = vars.templar()
  const rawDelegate = rawField(task, 'delegate_to')
  const { delegated: earlyDelegate, error: delegateError } = earlyDelegation(run, rawDelegate, templar, vars)
  const playContext = resolvePlayContext({
    task,
    host,
    vars,
    templar,
    delegatedVars: earlyDelegate?.vars,
    services: run.services,
  })
  const contextError = delegateError ?? playContext.error
  run.noLog = playContext.noLog
  const tempVars = playContext.extraVars.size === 0 ? vars : vars.with(playContext.extraVars)
  const tempTemplar = tempVars === vars ? templar : tempVars.templar()

  if (!conditionsHold(run, tempTemplar)) {
    const result = Dict.of({
      changed: false,
      skipped: true,
      skip_reason: 'Conditional result was False',
      _ansible_no_log: playContext.noLog,
    })
    return { kind: 'done', result, fields }
  }
  if (run.loopError !== undefined) throw run.loopError
  if (contextError !== undefined && !isForgiven(contextError, rawDelegate)) throw contextError
  const include = includeResult(run, tempTemplar)
  if (include !== undefined) return { kind: 'done', result: include, fields }

  const invalid = validate(fields, tempTemplar, playContext.noLog)
  if (invalid !== undefined) return { kind: 'done', result: invalid, fields }
  const noLog = fields.isTrue('no_log')
  run.noLog = noLog

  const delegateName = fields.text('delegate_to')
  const delegated =
    delegateName === undefined || delegateName === ''
      ? undefined
      : delegateName === earlyDelegate?.name
        ? earlyDelegate
        : delegateTo(delegateName, task, run.job.vars, run.services)
  return { kind: 'ready', call: callFor(run, vars, fields, { delegated, noLog, playContext, templar }) }
}

function callFor(
  run: JobRun,
  vars: TaskVars,
  fields: TaskFields,
  known: {
    readonly delegated: DelegatedHost | undefined
    readonly noLog: boolean
    readonly playContext: ReturnType<typeof resolvePlayContext>
    readonly templar: Templar
  },
): PreparedCall {
  const { task, host, play } = run.job
  const { services } = run
  const { delegated, noLog, playContext } = known
  const connectionVars = delegated?.vars ?? vars
  const connectionTemplar = delegated === undefined ? known.templar : connectionVars.templar()
  const choice = chooseConnection({
    fields,
    host: delegated?.host ?? host,
    vars: connectionVars,
    templar: connectionTemplar,
    playContext,
    services,
    ownVars: vars,
  })
  const actionVars = choice.extraVars.size === 0 ? vars : vars.with(choice.extraVars)
  const actionTemplar = actionVars === vars ? known.templar : actionVars.templar()
  const collections = fields.list('collections').map(str)
  const actionName = fields.action
  const traits = services.actions.describe(actionName, collections)
  const action = task.resolvedAction ?? actionName
  const defaultsName = traits.moduleDefaultsName ?? action
  const args = withModuleDefaults(
    fields.args,
    fields.list('module_defaults'),
    defaultsName,
    play.actionGroups.get(defaultsName) ?? [],
    actionTemplar,
  )
  const environment: Record<string, string> = {}
  for (const [name, value] of fields.environment.entries()) environment[str(name)] = str(value)
  const context: ActionContext = {
    task,
    host,
    play,
    actionName,
    action,
    args: removeOmitted(args, services.variables.omit),
    rawArgs: rawField(task, 'args') as Dict,
    vars: actionVars,
    connectionVars,
    templar: actionTemplar,
    connectionTemplar,
    checkMode: fields.isTrue('check_mode'),
    diff: fields.isTrue('diff'),
    noLog,
    verbosity: services.options.verbosity,
    environment,
    connection: choice.connection,
    become: choice.become,
    interpreter: interpreterFor(connectionVars, connectionTemplar, services),
    asyncSeconds: fields.number('async_val'),
    pollSeconds: fields.number('poll'),
    delegatedTo: delegated?.name,
    collections,
    signal: services.killSignal ?? NEVER_ABORTED,
    emit: services.onEvent,
  }
  return { fields, context, itemVars: vars, noLog, delegated }
}

const NEVER_ABORTED = new AbortController().signal

/** The delegated host as far as it is known before the task is validated; its errors count as connection errors. */
function earlyDelegation(
  run: JobRun,
  raw: Value,
  templar: Templar,
  vars: TaskVars,
): { delegated?: DelegatedHost; error?: Error } {
  if (raw === null) return {}
  try {
    return { delegated: delegateTo(str(templar.template(raw)), run.job.task, vars, run.services) }
  } catch (error) {
    if (!(error instanceof MadansibleError)) throw error
    return { error }
  }
}

function conditionsHold(run: JobRun, templar: Templar): boolean {
  if (run.job.isAssumed === true) return true
  try {
    return allHold(run.job.task.when, templar, run.job.task.position)
  } catch (error) {
    if (run.loopError === undefined) throw error
    // The loop's error takes precedence; the condition's is worth knowing, though.
    run.services.onEvent({ kind: 'verbose', level: 1, text: errorText(error) })
    throw run.loopError
  }
}

/** Undefined variables of delegated tasks are looked at again when the delegated host is known for good. */
function isForgiven(error: Error, delegate: Value): boolean {
  if (delegate === null || delegate === '') return false
  return error instanceof UndefinedVariableError || error instanceof UndefinedSettingError
}

/** What an include gives back: the strategy loads the file or role later, for all hosts at once. */
function includeResult(run: JobRun, templar: Templar): Dict | undefined {
  const { task } = run.job
  if (isAction(task.action, 'allIncludeTasks')) {
    const args = task.args.copy()
    const file = args.get('_raw_params')
    args.delete('_raw_params')
    if (file === undefined || file === null || file === '') {
      return Dict.of({ failed: true, msg: 'No include file was specified to the include' })
    }
    return Dict.of({ include: templar.template(file), include_args: args })
  }
  if (isAction(task.action, 'includeRole')) return Dict.of({ include_args: task.args.copy() })
  return undefined
}

/** Validates all keywords. An error that is not the user's becomes the result, as Ansible does. */
function validate(fields: TaskFields, templar: Templar, noLog: Value): Dict | undefined {
  try {
    fields.validate(templar)
    return undefined
  } catch (error) {
    if (error instanceof MadansibleError || !(error instanceof Error)) throw error
    return Dict.of({
      changed: false,
      failed: true,
      _ansible_no_log: noLog,
      exception: new UnsafeText(error.stack ?? error.message),
    })
  }
}
