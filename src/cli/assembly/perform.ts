// Does the action of a transition, and has the end of it told.
import { setTimeout as sleep } from 'node:timers/promises'
import { type ActionCall, ActionFailure, type ActionResult, type Transition } from '../../madeus/index.js'
import type { AssemblyReporter } from '../../report/index.js'
import type { AssemblyAction } from './action-kinds.js'
import { runCommand } from './command-action.js'
import { type PlaybookStage, runPlaybook } from './playbook-action.js'

/** What actions need of the run. */
export interface ActionStage {
  readonly actions: ReadonlyMap<Transition, AssemblyAction>
  /** Of the assembly's file: commands run there. */
  readonly directory: string
  /** Real seconds of a simulated second. */
  readonly scale: number
  readonly reporter: AssemblyReporter
  /** What actions print is shown although nothing failed. */
  readonly isVerbose: boolean
  readonly playbooks: PlaybookStage
}

/** How the actions of this run are done. */
export function performer(stage: ActionStage): (call: ActionCall) => Promise<ActionResult> {
  return async call => {
    const action = stage.actions.get(call.transition) ?? { kind: 'nothing' }
    const started = performance.now()
    let printed = ''
    const write = (text: string) => {
      printed += text
    }
    const isSkipped = action.kind === 'command' && stage.playbooks.options.check
    const result = isSkipped ? undefined : await perform(action, call, stage, write)
    const milliseconds = performance.now() - started
    if (result instanceof ActionFailure) stage.reporter.failed(call.name, milliseconds, result.reason, printed)
    else {
      stage.reporter.ended(call.name, milliseconds, isSkipped)
      if (stage.isVerbose) stage.reporter.printed(printed)
    }
    return result
  }
}

async function perform(
  action: AssemblyAction,
  call: ActionCall,
  stage: ActionStage,
  write: (text: string) => void,
): Promise<ActionResult> {
  const { signal, component, values } = call
  const variables = new Map([...Object.entries(component.vars ?? {}), ...values])
  switch (action.kind) {
    case 'nothing':
      return undefined
    case 'sleep':
      return await sleepFor(action.seconds * stage.scale * 1000, signal)
    case 'command':
      return await runCommand({ argv: action.argv, directory: stage.directory, variables, signal, write })
    default:
      return await runPlaybook({ action, variables, signal, write }, stage.playbooks)
  }
}

async function sleepFor(milliseconds: number, signal: AbortSignal): Promise<ActionResult> {
  try {
    await sleep(milliseconds, undefined, { signal })
    return undefined
  } catch (error) {
    if (signal.aborted) return new ActionFailure('ended early')
    throw error
  }
}
