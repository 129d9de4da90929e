// Transfers a script and runs it. Mirrors plugins/action/script.py (ansible-core 2.14).
import { basename } from 'node:path'
import { ActionExit } from '../../engine/index.js'
import { MadansibleError } from '../../errors.js'
import { shlexQuote, shlexSplit, str, truth } from '../../python/index.js'
import type { Dict, Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionFail, actionSkip, mergingExits } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { commandDict } from '../result-fields.js'
import { transferAndUse } from '../transfer.js'

export const script: NativeAction = {
  async run(call) {
    const result = call.begin()
    return mergingExits(result, async () => {
      const creates = given(call, 'creates')
      const removes = given(call, 'removes')
      if (creates !== undefined && (await call.remoteFileExists(creates))) {
        throw actionSkip(`${creates} exists, matching creates option`)
      }
      if (removes !== undefined && !(await call.remoteFileExists(removes))) {
        throw actionSkip(`${removes} does not exist, matching removes option`)
      }
      const chdir = given(call, 'chdir')
      if (chdir !== undefined && !chdir.startsWith('/')) {
        throw actionFail(`chdir ${chdir} must be an absolute path for a Unix-aware remote node`)
      }
      const parameters = str(call.arg('_raw_params') ?? '').trim()
      const name = shlexSplit(parameters)[0] ?? ''
      const path = findScript(call, name)
      try {
        if (call.context.checkMode) {
          result.set('changed', creates !== undefined || removes !== undefined)
          if (creates !== undefined || removes !== undefined) throw new ActionExit(result)
          throw new ActionExit(result.copy().update(actionSkip('Check mode is not supported for this task.').result))
        }
        result.set('changed', true)
        result.update(await runScript(call, { parameters, name, path, chdir }))
      } finally {
        call.state.services.loader.cleanupFile(path)
      }
      if (result.get('rc') !== 0) throw actionFail('non-zero return code')
    })
  },
}

function given(call: ActionCall, name: string): string | undefined {
  const value: Value = call.arg(name) ?? null
  return truth(value) ? str(value) : undefined
}

function findScript(call: ActionCall, name: string): string {
  try {
    return call.state.services.loader.realFile(call.findNeedle('files', name), truth(call.arg('decrypt') ?? true))
  } catch (error) {
    if (error instanceof MadansibleError) throw actionFail(error.message, error)
    throw error
  }
}

interface ScriptRun {
  readonly parameters: string
  /** First word of the parameters. */
  readonly name: string
  readonly path: string
  readonly chdir: string | undefined
}

async function runScript(call: ActionCall, run: ScriptRun): Promise<Dict> {
  const directory = await call.makeTemporaryDirectory()
  try {
    const remote = `${directory}/${basename(run.path)}`
    const executable = str(call.arg('executable') ?? '')
    const words = [environmentPrefix(call.context.environment)]
    if (executable !== '') words.push(executable)
    // Replacing in the text keeps the quoting of the arguments.
    words.push(run.parameters.replaceAll(run.name, () => remote))
    const command = words.join(' ')
    const inDirectory = run.chdir === undefined ? command : `cd ${run.chdir} && ${command}`
    const outcome = await transferAndUse(
      call,
      { kind: 'file', path: run.path },
      remote,
      () => call.command(inDirectory, { tty: call.context.connection.useTty && !call.isLocal }),
      0o700,
    )
    return commandDict(outcome)
  } finally {
    call.discard(directory)
  }
}

/** `K='v' K2='v'`, as the shell plugin's env_prefix. */
function environmentPrefix(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${shlexQuote(value)}`)
    .join(' ')
}
