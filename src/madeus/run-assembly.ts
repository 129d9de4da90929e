// Runs a whole assembly: critical path first, values handed from transition to transition, times taken.
import type { Assembly, Component, Id, Transition } from './assembly.js'
import { ActionFailure, type ActionResult, Executor, type Outcome, type Step, type Values } from './executor.js'
import type { LiveTransition } from './live.js'
import { loadAssembly, type Task } from './load-assembly.js'
import { declaredDuration, predict } from './predict.js'

/** One action that is to be done. */
export interface ActionCall {
  readonly component: Component
  readonly transition: Transition
  /** `component.transition` */
  readonly name: string
  /** Values of its data-use ports. */
  readonly values: Values
  /** Aborted when the action is to end early: its timeout, or an impatient user. */
  readonly signal: AbortSignal
}

export interface RunAssemblyOptions {
  /** Does an action; values it returns go to the data-provide ports of the place it ends at. */
  readonly act: (call: ActionCall) => Promise<ActionResult>
  readonly maxRunning?: number | undefined
  /** Aborted: nothing more is started. */
  readonly signal?: AbortSignal | undefined
  /** Aborted: what runs ends early, too. */
  readonly killSignal?: AbortSignal | undefined
  /** After a failure: `rest` goes on with what does not depend on it (default), `stop` starts nothing more. */
  readonly afterFailure?: 'rest' | 'stop' | undefined
  /** Expected seconds, for the order among ready transitions. Default: what is declared. */
  readonly duration?: ((component: Component, transition: Transition) => number) | undefined
  readonly onStep?: ((step: Step<Task>) => void) | undefined
}

/** When a transition ran, in milliseconds since the start of the run. */
export interface Ran {
  readonly component: Id
  readonly transition: Id
  readonly startMs: number
  readonly endMs: number
}

export interface AssemblyRun {
  readonly outcome: Outcome<Task>
  readonly ran: readonly Ran[]
  readonly wallMs: number
}

/** Runs a well-formed assembly (checkAssembly) to its end. Ill-formed ones end stuck, with what waits for what. */
export async function runAssembly(assembly: Assembly, options: RunAssemblyOptions): Promise<AssemblyRun> {
  const { maxRunning, signal, killSignal, onStep } = options
  const remaining = remainingTimes(assembly, options)
  const started = performance.now()
  const ran: Ran[] = []
  let hasFailed = false
  const start = async (live: LiveTransition<Task>, kill: AbortSignal): Promise<ActionResult> => {
    const startMs = performance.now() - started
    const result = await act(live, kill, options.act)
    if (result instanceof ActionFailure) hasFailed = true
    const { component, id } = live
    ran.push({ component: component.id, transition: id, startMs, endMs: performance.now() - started })
    return result
  }
  const forbids = options.afterFailure === 'stop' ? () => hasFailed : undefined
  const executor = new Executor<Task>({ start, mode: assembly.mode, maxRunning, signal, killSignal, onStep, forbids })
  loadAssembly(assembly, executor, ({ id }, transition) => remaining.get(`${id}.${transition.id}`) ?? 0)
  executor.seal()
  const outcome = await executor.finished
  return { outcome, ran, wallMs: performance.now() - started }
}

function remainingTimes(
  assembly: Assembly,
  { duration = declaredDuration }: RunAssemblyOptions,
): ReadonlyMap<string, number> {
  const { transitions } = predict(assembly, duration)
  return new Map(transitions.map(({ component, transition, remaining }) => [`${component}.${transition}`, remaining]))
}

async function act(
  { subject, component, id }: LiveTransition<Task>,
  kill: AbortSignal,
  doIt: RunAssemblyOptions['act'],
): Promise<ActionResult> {
  const { transition } = subject
  const values = new Map([...subject.reads].map(([port, use]) => [port, use.provider?.value]))
  const limit = transition.timeout === undefined ? undefined : AbortSignal.timeout(transition.timeout * 1000)
  const signal = limit === undefined ? kill : AbortSignal.any([kill, limit])
  const call: ActionCall = { component: subject.component, transition, name: `${component.id}.${id}`, values, signal }
  const result = await (limit === undefined ? doIt(call) : Promise.race([doIt(call), timedOut(limit, transition)]))
  if (result instanceof ActionFailure) return result
  const given = Object.entries(transition.gives ?? {})
  return given.length === 0 ? result : new Map([...given, ...(result ?? [])])
}

function timedOut(limit: AbortSignal, { timeout }: Transition): Promise<ActionFailure> {
  return new Promise(resolve => {
    limit.addEventListener('abort', () => resolve(new ActionFailure(`did not end within ${timeout} s`)), { once: true })
  })
}
