// What a run gets that may be started before its turn: events are kept back, variables are those of its place in the
// playbook, and what is not known yet is waited for instead of being taken for undefined.

import { type Claim, describeResource } from '../../inference/index.js'
import type { Dict } from '../../python/values.js'
import type { VariableManager } from '../../variables/index.js'
import type { ActionContext, ActionRunner, ActionTraits, EarlyAccess } from '../action.js'
import type { EngineServices } from '../services.js'
import type { RunView } from './run-view.js'
import type { TaskRun } from './task-run.js'

/** Limits how many actions hold one thing at once: a host, the lock of its package manager. */
export class Slots {
  readonly #used = new Map<string, number>()
  readonly #waiting = new Map<string, (() => void)[]>()

  async hold<T>(name: string, capacity: number, work: () => Promise<T>): Promise<T> {
    await this.#take(name, capacity)
    try {
      return await work()
    } finally {
      this.#giveBack(name)
    }
  }
  /** Gives the place that is held to others for as long as something is waited for. */
  async lend<T>(name: string, capacity: number, until: () => Promise<T>): Promise<T> {
    this.#giveBack(name)
    try {
      return await until()
    } finally {
      await this.#take(name, capacity)
    }
  }

  async #take(name: string, capacity: number): Promise<void> {
    while ((this.#used.get(name) ?? 0) >= capacity)
      await new Promise<void>(resolve => {
        const waiting = this.#waiting.get(name)
        if (waiting === undefined) this.#waiting.set(name, [resolve])
        else waiting.push(resolve)
      })
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1)
  }
  #giveBack(name: string): void {
    this.#used.set(name, (this.#used.get(name) as number) - 1)
    this.#waiting.get(name)?.shift()?.()
  }

  /** Holds all of them; always in the same order, so that nobody waits for somebody who waits for him. */
  holdAll<T>(claims: readonly Claim[], work: () => Promise<T>): Promise<T> {
    const named = claims.map(claim => ({ ...claim, name: describeResource(claim.resource) }))
    named.sort((left, right) => (left.name < right.name ? -1 : 1))
    return named.reduceRight(
      (inner, { name, capacity }) =>
        () =>
          this.hold(name, capacity, inner),
      work,
    )()
  }
}

/** A run that waits for another one that failed: the strategy settles what becomes of it. */
export class GivenUpError extends Error {
  constructor() {
    super('a task that it depends on failed')
    this.name = 'GivenUpError'
  }
}

export interface EarlySlots {
  readonly slots: Slots
  /** Actions that may work on one host at once. */
  readonly perHost: number
}

export function earlyServices(
  services: EngineServices,
  run: TaskRun,
  view: RunView,
  variables: VariableManager,
  slots: EarlySlots,
): EngineServices {
  const settle = <T>(compute: () => T | Promise<T>) => settled(run, view, compute)
  return {
    ...services,
    variables,
    onEvent: event => run.tell(event),
    settle,
    actions: new EarlyActions(services.actions, run, view, slots, run.claims),
  }
}

/**
 * Computes until nothing was refused. What a run has done already is never given up for being done again: it keeps its turn.
 * `wait` waits as long as the promise of its argument.
 */
async function settled<T>(
  run: TaskRun,
  view: RunView,
  compute: () => T | Promise<T>,
  wait: (until: () => Promise<unknown>) => Promise<unknown> = until => until(),
): Promise<T> {
  for (;;) {
    view.forgetRefusal()
    let result: { readonly value: T } | undefined
    let error: unknown
    try {
      result = { value: await compute() }
    } catch (thrown) {
      error = thrown
    }
    const { blocker } = view
    if (blocker === undefined) {
      if (result === undefined) throw error
      return result.value
    }
    if (run.isTaken || !blocker.isOutOfReach) await wait(() => blocker.ended)
    if (blocker.progress === 'ended' || blocker.progress === 'absent') continue
    if (!run.hasActed) throw new GivenUpError()
    await wait(() => run.pause())
    view.seeAll()
  }
}

class EarlyActions implements ActionRunner {
  constructor(
    private readonly actions: ActionRunner,
    private readonly taskRun: TaskRun,
    private readonly view: RunView,
    private readonly slots: EarlySlots,
    private readonly claims: readonly Claim[],
  ) {}

  describe(action: string, collections: readonly string[]): ActionTraits {
    return this.actions.describe(action, collections)
  }

  async run(context: ActionContext): Promise<Dict> {
    // What was prepared with a value that is not known yet is not done.
    if (this.view.refusal !== undefined) throw this.view.refusal
    const traits = this.describe(context.actionName, context.collections)
    const early = traits.native ? undefined : await this.#earlyAccess(context, traits)
    const work = () => this.actions.run({ ...context, args: context.args.copy(), early })
    // Whoever waits for a value holds nothing that others need to compute it.
    const result = await this.#settled(() => (traits.needsConnection ? this.#hold(hostOf(context), work) : work()))
    this.taskRun.hasActed = true
    return result
  }

  /**
   * A plugin in Python may ask for any variable when it is half done. It is answered once that one is known, and holds
   * nothing meanwhile; where that is not possible, all are waited for before it begins.
   */
  async #earlyAccess(context: ActionContext, traits: ActionTraits): Promise<EarlyAccess | undefined> {
    const { view, taskRun } = this
    const host = context.host.name
    if (context.delegatedTo !== undefined || this.claims.length > 0) {
      await this.#settled(() => view.refusePending(host, 'values', undefined))
      return undefined
    }
    await this.#settled(() => view.refuseUnlisted(host))
    const { slots, perHost } = this.slots
    const wait = (until: () => Promise<unknown>) =>
      traits.needsConnection ? slots.lend(`host ${host}`, perHost, until) : until()
    return {
      settle: compute => settled(taskRun, view, compute, wait),
      names: vars => view.listing(() => [...vars.names()], host),
      noteActed: () => {
        taskRun.hasActed = true
      },
    }
  }

  async runBatch(contexts: readonly ActionContext[]): Promise<readonly (Dict | Error)[]> {
    if (this.view.refusal !== undefined) throw this.view.refusal
    const first = contexts[0] as ActionContext
    const { runBatch } = this.actions
    if (runBatch === undefined) throw new Error('items are batched though nobody can run batches')
    const results = await this.#hold(hostOf(first), () => runBatch.call(this.actions, contexts))
    this.taskRun.hasActed = true
    return results
  }

  #hold<T>(host: string, work: () => Promise<T>): Promise<T> {
    const { slots, perHost } = this.slots
    return slots.holdAll(this.claims, () => slots.hold(`host ${host}`, perHost, work))
  }

  #settled<T>(compute: () => T | Promise<T>): Promise<T> {
    return settled(this.taskRun, this.view, compute)
  }

  resetConnection(connection: ActionContext['connection']): Promise<void> {
    return this.actions.resetConnection(connection)
  }
}

const hostOf = (context: ActionContext) => context.delegatedTo ?? context.host.name
