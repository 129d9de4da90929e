// Runs one module on the host of an action. Mirrors ActionBase._execute_module and _configure_module
// (lib/ansible/plugins/action/__init__.py, 2.14): the same arguments, environment, result keys and texts.
import { basename } from 'node:path'
import {
  type Account,
  InterpreterError,
  type ModulePayload,
  type ProcessResult,
  type ScriptModule,
} from '../agent/index.js'
import {
  type Module,
  REPLACER_COMPLEX,
  REPLACER_JSONARGS,
  REPLACER_SELINUX,
  REPLACER_VERSION,
} from '../modules/index.js'
import { looseBoolean } from '../python/boolean.js'
import { repr, shlexQuote, str, toInt, wrapUnsafe } from '../python/index.js'
import { Dict, PyBytes, UnsafeText, type Value } from '../python/values.js'
import { sshFarewell } from '../transport/index.js'
import type { ActionCall } from './action-call.js'
import { actionError } from './action-errors.js'
import { leaveChangedAccounts } from './changed-accounts.js'
import { encodeJson, encodeKeyValues, encodeModuleArguments, withInternalArguments } from './module-arguments.js'
import { parseModuleOutput, tidyModuleResult } from './module-result.js'

export interface ModuleRequest {
  /** Name to look up; the task's action when absent. */
  readonly name?: string | undefined
  /** The task's arguments when absent. */
  readonly args?: Dict | undefined
  /** Start it in the background and give async_wrapper's answer. */
  readonly wrapAsync?: boolean | undefined
}

/** A module call that is ready to be sent. */
export interface PreparedModule {
  readonly account: Account
  /** For the message when the interpreter is missing. */
  readonly interpreter: string | undefined
  readonly wrapAsync: boolean
  /** Whether ansible-core would have looked for an interpreter for it: only for modules that ask for `python`. */
  readonly discovers: boolean
  readonly program:
    | { readonly kind: 'payload'; readonly payload: ModulePayload; readonly argsJson: string }
    | { readonly kind: 'script'; readonly script: ScriptModule }
}

/** Sends the prepared call now. */
export type Send = () => Promise<ProcessResult>

/**
 * Runs a module and gives its result, unsafe-wrapped. A module that cannot run at all gives MODULE FAILURE.
 * `around` may do something else on the host in the same burst, before it sends the call.
 */
export async function executeModule(
  call: ActionCall,
  request: ModuleRequest,
  around: (send: Send) => Promise<ProcessResult> = send => send(),
): Promise<Dict> {
  let prepared: PreparedModule
  try {
    prepared = await prepareModule(call, request)
  } catch (error) {
    if (!(error instanceof InterpreterError)) throw error
    const data = parsed(call, error.result, error.interpreter)
    return tidied(call, data, request.wrapAsync === true, error.discovery)
  }
  return finishModule(call, prepared, await around(() => sendModule(call, prepared)))
}

/** Finds the module and makes its arguments. */
export async function prepareModule(call: ActionCall, request: ModuleRequest): Promise<PreparedModule> {
  const { context, state } = call
  const name = request.name ?? context.actionName
  const module = call.findModule(name)
  await leaveChangedAccounts(call, module, request.args ?? context.args)
  const interpreter = interpreterOf(call, module)
  const account = await call.account(interpreter.forAccount)
  const directory = call.isBecomeUnprivileged ? null : await state.temporaryDirectory(account)
  const args = withInternalArguments(request.args ?? context.args, name, context, state.settings, directory)
  if (context.verbosity >= 3) context.emit({ kind: 'verbose', level: 3, text: `Using module file ${module.path}` })
  const common = { account, wrapAsync: request.wrapAsync === true, discovers: interpreter.discovers }
  if (module.style === 'python') {
    const payload = state.services.modules.payload(module)
    const program = { kind: 'payload', payload, argsJson: encodeModuleArguments(args) } as const
    return { ...common, interpreter: account.info.python, program }
  }
  if (module.style === 'powershell') {
    throw actionError(`The module ${name} is a PowerShell module: Windows hosts are not supported.`)
  }
  const script = scriptOf(call, module, args, interpreter.shebang ?? account.info.python)
  return { ...common, interpreter: script.shebang, program: { kind: 'script', script } }
}

/** Sends a prepared call. */
export function sendModule(call: ActionCall, prepared: PreparedModule): Promise<ProcessResult> {
  const { account, program } = prepared
  const options = {
    env: moduleEnvironment(call, prepared.wrapAsync),
    signal: call.context.signal,
    fileLimit: fileLimit(call),
  }
  if (prepared.wrapAsync) {
    const asyncOptions = {
      jobId: `j${Math.floor(Math.random() * 1_000_000_000_000)}`,
      limitSeconds: call.context.asyncSeconds,
      directory: call.asyncDirectory,
      env: options.env,
    }
    return program.kind === 'payload'
      ? account.startAsync(program.payload, program.argsJson, asyncOptions)
      : account.startAsyncScript(program.script, asyncOptions)
  }
  return program.kind === 'payload'
    ? account.runModule(program.payload, program.argsJson, options)
    : account.runScriptModule(program.script, options)
}

/** PYTHON_MODULE_RLIMIT_NOFILE, which a variable may override; undefined leaves the limit alone. */
export function fileLimit(call: ActionCall): number | undefined {
  const given = call.context.connectionVars.get('ansible_python_module_rlimit_nofile')
  const value =
    given === undefined
      ? call.state.services.config.get('PYTHON_MODULE_RLIMIT_NOFILE')
      : toInt(call.context.templar.template(given))
  return Number(value) || undefined
}

/** The environment of a module: the task's, and the job directory for asynchronous tasks. */
export function moduleEnvironment(call: ActionCall, wrapAsync: boolean): Readonly<Record<string, string>> {
  const { environment, asyncSeconds } = call.context
  return wrapAsync || asyncSeconds > 0 ? { ...environment, ANSIBLE_ASYNC_DIR: call.asyncDirectory } : environment
}

/** The result of a call that ran. */
export function finishModule(call: ActionCall, prepared: PreparedModule, process: ProcessResult): Dict {
  const data = parsed(call, process, prepared.interpreter)
  if (data.get('_ansible_parsed') === false && hasTerminal(call)) showAsOnTerminal(call, data)
  return tidied(call, data, prepared.wrapAsync, prepared.discovers ? prepared.account.info : NOTHING_DISCOVERED)
}

function parsed(
  call: ActionCall,
  process: Pick<ProcessResult, 'rc' | 'stdout' | 'stderr'>,
  interpreter: string | undefined,
): Dict {
  return parseModuleOutput(process, interpreter, text => call.warn(text))
}

function tidied(call: ActionCall, data: Dict, isAsync: boolean, discovery: InterpreterError['discovery']): Dict {
  tidyModuleResult(data, isAsync, text => call.warn(text))
  addDiscovery(call, data, discovery)
  return wrapUnsafe(data) as Dict
}

/** Whether ansible-core would run modules through `ssh -tt`: then both outputs arrive as one. */
function hasTerminal(call: ActionCall): boolean {
  const { connection, connectionVars } = call.context
  if (call.isLocal || !connection.useTty) return false
  const option = call.state.services.config.pluginOption('connection', 'ssh', 'pipelining', {
    vars: name => connectionVars.get(name),
  })
  return !looseBoolean((option ?? false) as Value)
}

/** What a failed module printed, the way playbooks that look at it know it. */
function showAsOnTerminal(call: ActionCall, data: Dict): void {
  const text = (key: string) => str(data.get(key) ?? '')
  const output = `${text('module_stdout')}${text('module_stderr')}`.replace(/\r?\n/g, '\r\n')
  data.set('module_stdout', output)
  data.set('module_stderr', sshFarewell(call.context.connection))
  if (data.has('exception')) data.set('exception', output)
}

const NOTHING_DISCOVERED = { discoveredInterpreter: undefined, discoveryWarnings: [] }

/** Hands a discovered interpreter back as a fact, with the warnings of the discovery. */
function addDiscovery(call: ActionCall, data: Dict, discovery: InterpreterError['discovery']): void {
  const { discoveredInterpreter, discoveryWarnings } = discovery
  if (discoveredInterpreter === undefined || !call.reportsDiscovery) return
  if (call.ownsConnectionFacts) {
    const facts = data.get('ansible_facts')
    const kept = facts instanceof Dict ? facts : new Dict()
    kept.set('discovered_interpreter_python', new UnsafeText(discoveredInterpreter))
    data.set('ansible_facts', kept)
  }
  if (discoveryWarnings.length === 0) return
  const warnings = data.get('warnings')
  data.set('warnings', [...(Array.isArray(warnings) ? warnings : []), ...discoveryWarnings])
}

interface ModuleInterpreter {
  /** What the agent must run with. */
  readonly forAccount: string
  /** Shebang without `#!`, undefined for the account's own Python. */
  readonly shebang: string | undefined
  readonly discovers: boolean
}

/** _get_shebang: `python` follows ansible_python_interpreter, others ansible_<name>_interpreter, else the file's line. */
function interpreterOf(call: ActionCall, module: Module): ModuleInterpreter {
  const { context } = call
  const shebang =
    module.shebang ?? (module.style === 'python' ? { interpreter: '/usr/bin/python', args: [] } : undefined)
  if (shebang === undefined) return { forAccount: context.interpreter, shebang: undefined, discovers: false }
  const name = basename(shebang.interpreter).trim()
  const words = (interpreter: string) => [interpreter, ...shebang.args].join(' ')
  if (name === 'python') {
    return { forAccount: context.interpreter, shebang: undefined, discovers: true }
  }
  const configured = context.connectionVars.get(`ansible_${name}_interpreter`)
  const chosen = configured === undefined ? '' : str(context.templar.template(configured)).trim()
  const line = words(chosen || shebang.interpreter)
  return { forAccount: module.style === 'python' ? line : context.interpreter, shebang: line, discovers: false }
}

function scriptOf(call: ActionCall, module: Module, args: Dict, shebang: string): ScriptModule {
  const fileName = `AnsiballZ_${basename(module.path)}`
  if (module.style === 'binary') {
    return { fileName, content: module.content, argsFile: Buffer.from(encodeJson(args)) }
  }
  if (module.shebang === undefined) throw actionError(`module (${module.name}) is missing interpreter line`)
  const content = withShebang(
    module,
    module.style === 'jsonargs' ? substituted(call, module.content, args) : module.content,
    shebang,
  )
  if (module.style === 'jsonargs') return { fileName, content, shebang }
  const argsFile = module.style === 'old' ? encodeKeyValues(args, shlexQuote) : encodeJson(args)
  return { fileName, content, shebang, argsFile: Buffer.from(argsFile) }
}

function withShebang(module: Module, content: Buffer, shebang: string): Buffer {
  const { interpreter } = module.shebang as NonNullable<Module['shebang']>
  const end = content.indexOf(0x0a)
  const lines = end < 0 ? [content] : [content.subarray(0, end), content.subarray(end + 1)]
  if (interpreter !== shebang.split(' ')[0]) lines[0] = Buffer.from(`#!${shebang}`)
  if (basename(interpreter).startsWith('python')) lines.splice(1, 0, Buffer.from('# -*- coding: utf-8 -*-'))
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])))
}

/** The text of a module that has its arguments written into it. */
function substituted(call: ActionCall, content: Buffer, args: Dict): Buffer {
  const { settings } = call.state
  const json = encodeJson(args)
  const facility = call.context.vars.get('ansible_syslog_facility')
  const latin = (text: string) => Buffer.from(text).toString('latin1')
  const text = content
    .toString('latin1')
    .replaceAll(REPLACER_VERSION, () => latin(repr(settings.version)))
    .replaceAll(REPLACER_COMPLEX, () => latin(repr(new PyBytes(Buffer.from(json)))))
    .replaceAll(REPLACER_SELINUX, () => latin(settings.selinuxSpecialFilesystems.join(',')))
    .replaceAll(REPLACER_JSONARGS, () => latin(json))
    .replaceAll('syslog.LOG_USER', () =>
      latin(`syslog.${facility === undefined ? settings.syslogFacility : str(facility)}`),
    )
  return Buffer.from(text, 'latin1')
}
