// Runs an assembly by the rules FIRE, END, ENTER, LEAVE, ENABLE, DISABLE, FAIL and CANCEL (rules.ts says them plainly).
//
// Guarantees. Each rule instance costs constant time (plus O(log n) to choose among ready transitions): nothing is
// polled. A transition starts as soon as its rule allows and its limits have room, best priority first. DISABLE goes
// before everything else. The assembly may grow at any time; in monotone mode the final configuration is the one it
// would have had if all had been there from the start.
import type { Id, Mode } from './assembly.js'
import { Growth } from './growth.js'
import type { Limit, LiveGroup, LivePlace, LiveProvide, LiveTransition, LiveUse } from './live.js'
import { ReadyQueue } from './ready-queue.js'
import { type Waiting, waitingIn } from './waiting.js'

/** What an action ends with when it did not do its work; a result, never thrown. */
export class ActionFailure {
  constructor(
    readonly reason: string,
    readonly detail?: unknown,
  ) {}
}

/** Values for the data-provide ports of the place the transition ends at, by port. */
export type Values = ReadonlyMap<Id, unknown>
// biome-ignore lint/suspicious/noConfusingVoidType: an action may simply return nothing
export type ActionResult = Values | ActionFailure | undefined | void

export type Rule = 'FIRE' | 'END' | 'ENTER' | 'LEAVE' | 'ENABLE' | 'DISABLE' | 'FAIL' | 'CANCEL'

/** One rule instance that was applied. */
export interface Step<T> {
  readonly rule: Rule
  readonly element: LiveTransition<T> | LivePlace<T> | LiveUse<T>
}

export interface ExecutorOptions<T> {
  /**
   * Does a transition's action. A promise, or the result itself.
   * @param signal aborted when running actions are to end early
   * An exception is a bug of the caller: nothing more is started, and `finished` rejects with it.
   */
  readonly start: (transition: LiveTransition<T>, signal: AbortSignal) => ActionResult | PromiseLike<ActionResult>
  /** Default monotone. */
  readonly mode?: Mode | undefined
  /** Transitions running at once; no limit by default. */
  readonly maxRunning?: number | undefined
  /** Aborted: nothing more is started; what runs is waited for. */
  readonly signal?: AbortSignal | undefined
  /** Given to running actions; by default `signal`. */
  readonly killSignal?: AbortSignal | undefined
  /** Policy: asked when a transition could start; true cancels it instead. */
  readonly forbids?: ((transition: LiveTransition<T>) => boolean) | undefined
  /** Nothing runs and nothing can start, though the assembly may still grow. */
  readonly onIdle?: (() => void) | undefined
  readonly onStep?: ((step: Step<T>) => void) | undefined
}

export interface Failed<T> {
  readonly transition: LiveTransition<T>
  readonly failure: ActionFailure
}

/** How a run ended. */
export interface Outcome<T> {
  /**
   * success: only final places are marked. failed: an action failed or was cancelled. stuck: something waits for what
   * will never come. interrupted: the signal was aborted before the end.
   */
  readonly kind: 'success' | 'failed' | 'stuck' | 'interrupted'
  readonly failed: readonly Failed<T>[]
  readonly cancelled: readonly LiveTransition<T>[]
  /** What did not start, and what it waits for. Empty on success. */
  readonly waiting: readonly Waiting<T>[]
}

export class Executor<T = unknown> extends Growth<T> {
  /** Settles when the assembly is sealed and nothing runs or can start. */
  readonly finished: Promise<Outcome<T>>
  readonly #options: ExecutorOptions<T>
  readonly #ready = new ReadyQueue<LiveTransition<T>>()
  readonly #failed: Failed<T>[] = []
  readonly #cancelled: LiveTransition<T>[] = []
  readonly #killSignal: AbortSignal
  #running = 0
  /** Transitions that have not ended. */
  #open = 0
  #isSealed = false
  #isOver = false
  #isPumpDue = false
  #crash: { readonly error: unknown } | undefined
  #settle!: { resolve(outcome: Outcome<T>): void; reject(error: unknown): void }

  constructor(options: ExecutorOptions<T>) {
    super(options.mode ?? 'monotone')
    this.#options = options
    this.#killSignal = options.killSignal ?? options.signal ?? new AbortController().signal
    this.finished = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Who never asks for the end has seen the crash where it happened.
    this.finished.catch(() => {})
    options.signal?.addEventListener('abort', this.#wake, { once: true })
  }

  get running(): number {
    return this.#running
  }

  /** Says that nothing will be added any more, so that the end can be told. */
  seal(): void {
    this.#isSealed = true
    this.schedule()
  }

  /** CANCEL: the transition will not start. @returns false when it has started already */
  cancel(transition: LiveTransition<T>): boolean {
    if (transition.state !== 'waiting' && transition.state !== 'ready') return transition.state === 'cancelled'
    this.#cancel(transition)
    this.schedule()
    return true
  }

  /** Changes how many may hold a limit at once. */
  resize(limit: Limit<T>, capacity: number): void {
    for (let more = capacity - limit.capacity; more > 0; more--) this.#unpark(limit)
    limit.capacity = capacity
    this.schedule()
  }

  /** What has not started, and what it waits for. */
  waiting(): readonly Waiting<T>[] {
    return waitingIn(this.components.values(), this.mode)
  }

  protected override schedule(): void {
    if (this.#isPumpDue || this.#isOver) return
    this.#isPumpDue = true
    queueMicrotask(this.#pump)
  }

  protected override added(): void {
    if (this.#isSealed) throw new Error('A sealed assembly does not grow')
    this.#open++
  }

  protected override lost(transition: LiveTransition<T>): void {
    transition.missing++
    if (transition.state === 'ready') transition.state = 'waiting'
  }

  protected override gained(transition: LiveTransition<T>): void {
    if (--transition.missing > 0 || transition.state !== 'waiting') return
    transition.state = 'ready'
    this.#ready.add(transition)
    this.schedule()
  }

  protected override enable(use: LiveUse<T>): void {
    use.isServed = true
    this.#options.onStep?.({ rule: 'ENABLE', element: use })
    for (const transition of use.transitions) this.gained(transition)
  }

  readonly #wake = () => this.schedule()

  readonly #pump = () => {
    this.#isPumpDue = false
    if (this.#isOver) return
    for (const place of this.takeToLeave()) this.#leave(place)
    this.#startReady()
    if (this.#running > 0 || this.#isPumpDue) return
    if (this.#isSealed || this.#crash !== undefined) this.#finish()
    else this.#options.onIdle?.()
  }

  #isStopped(): boolean {
    return this.#crash !== undefined || this.#options.signal?.aborted === true
  }

  #startReady(): void {
    const { maxRunning = Number.POSITIVE_INFINITY, forbids } = this.#options
    while (this.#running < maxRunning && !this.#isStopped()) {
      const transition = this.#ready.take()
      if (transition === undefined) return
      if (transition.state !== 'ready') {
        this.#passOn(transition, undefined)
        continue
      }
      const usedUp = transition.limits.find(limit => limit.inUse >= limit.capacity)
      if (usedUp !== undefined) {
        usedUp.parked.add(transition)
        this.#passOn(transition, usedUp)
      } else if (forbids?.(transition)) this.#cancel(transition)
      else this.#fire(transition)
    }
  }

  #fire(transition: LiveTransition<T>): void {
    transition.state = 'running'
    transition.hasOutputDockToken = false
    this.#running++
    for (const limit of transition.limits) limit.inUse++
    if (transition.uses !== undefined) for (const use of transition.uses) if (use.provider) use.provider.running++
    this.#options.onStep?.({ rule: 'FIRE', element: transition })
    try {
      const result = this.#options.start(transition, this.#killSignal)
      if (!isPromise(result)) return this.#end(transition, result)
      result.then(
        value => {
          this.#end(transition, value)
          this.schedule()
        },
        (error: unknown) => this.#crashed(transition, error),
      )
    } catch (error) {
      this.#crashed(transition, error)
    }
  }

  #crashed(transition: LiveTransition<T>, error: unknown): void {
    this.#crash ??= { error }
    this.#end(transition, new ActionFailure('crashed', error))
    this.schedule()
  }

  /** END or FAIL. */
  #end(transition: LiveTransition<T>, result: ActionResult): void {
    const { onStep } = this.#options
    this.#running--
    for (const limit of transition.limits) {
      limit.inUse--
      this.#unpark(limit)
    }
    if (result instanceof ActionFailure) {
      transition.state = 'failed'
      this.#failed.push({ transition, failure: result })
      onStep?.({ rule: 'FAIL', element: transition })
      this.#lostToken(transition)
    } else {
      this.#open--
      transition.state = 'ended'
      transition.hasInputDockToken = true
      onStep?.({ rule: 'END', element: transition })
      const { to } = transition
      if (to.dataPorts !== undefined && result) this.#publish(to.dataPorts, result)
      if (--to.missing === 0) this.#enter(to)
    }
    if (transition.uses !== undefined) for (const use of transition.uses) if (use.provider) this.#release(use.provider)
  }

  #publish(ports: readonly LiveProvide<T>[], values: Values): void {
    for (const port of ports) {
      const value = values.get(port.id)
      if (value === undefined || value === null) continue
      port.value = value
      if (port.missing === 0) continue
      port.missing = 0
      this.provided(port)
    }
  }

  #enter(place: LivePlace<T>): void {
    for (const transition of place.incoming ?? []) transition.hasInputDockToken = false
    this.#options.onStep?.({ rule: 'ENTER', element: place })
    this.marked(place)
    this.#leave(place)
  }

  #leave(place: LivePlace<T>): void {
    const { outgoing, groups } = place
    if (outgoing === undefined || !place.isMarked) return
    if (this.mode === 'groups' && groups !== undefined) {
      const kept = groups.find(group => group.tokens + this.#inside(group, outgoing) === 1 && isUsed(group))
      if (kept !== undefined) {
        kept.blocked.push(place)
        return
      }
    }
    place.isMarked = false
    this.#options.onStep?.({ rule: 'LEAVE', element: place })
    if (this.mode === 'groups' && groups !== undefined) {
      for (const group of groups) this.changeTokens(group, this.#inside(group, outgoing) - 1)
    }
    for (const transition of outgoing) this.fillDock(transition)
  }

  #inside(group: LiveGroup<T>, outgoing: readonly LiveTransition<T>[]): number {
    let count = 0
    for (const transition of outgoing) if (group.places.has(transition.to)) count++
    return count
  }

  protected override disable(use: LiveUse<T>): void {
    use.isServed = false
    this.#options.onStep?.({ rule: 'DISABLE', element: use })
    for (const transition of use.transitions) this.lost(transition)
  }

  protected override unblock(group: LiveGroup<T>): void {
    if (group.blocked.length === 0) return
    for (const place of group.blocked.splice(0)) this.#leave(place)
  }

  #release(provider: LiveProvide<T>): void {
    if (--provider.running === 0) for (const group of provider.groups) this.unblock(group)
  }

  #cancel(transition: LiveTransition<T>): void {
    transition.state = 'cancelled'
    this.#cancelled.push(transition)
    this.#options.onStep?.({ rule: 'CANCEL', element: transition })
    if (!transition.hasOutputDockToken) return
    transition.hasOutputDockToken = false
    this.#lostToken(transition)
  }

  /** A token between two places of a group is gone. */
  #lostToken({ from, to }: LiveTransition<T>): void {
    if (this.mode !== 'groups' || from.groups === undefined) return
    for (const group of from.groups) if (group.places.has(to)) this.changeTokens(group, -1)
  }

  #unpark(limit: Limit<T>): void {
    const transition = limit.parked.take()
    if (transition !== undefined) this.#ready.add(transition)
  }

  /** A transition that was given a turn cannot use it: those who wait for the same limits get it. */
  #passOn(transition: LiveTransition<T>, usedUp: Limit<T> | undefined): void {
    for (const limit of transition.limits) {
      if (limit !== usedUp && limit.inUse < limit.capacity) this.#unpark(limit)
    }
  }

  #finish(): void {
    this.#isOver = true
    this.#options.signal?.removeEventListener('abort', this.#wake)
    if (this.#crash !== undefined) return this.#settle.reject(this.#crash.error)
    const failed = this.#failed
    if (this.#open === 0) return this.#settle.resolve({ kind: 'success', failed, cancelled: [], waiting: [] })
    this.#cancelForbidden()
    const isInterrupted = this.#options.signal?.aborted === true
    const hasFailed = failed.length > 0 || this.#cancelled.length > 0
    const kind = isInterrupted ? 'interrupted' : hasFailed ? 'failed' : 'stuck'
    this.#settle.resolve({ kind, failed, cancelled: this.#cancelled, waiting: this.waiting() })
  }

  /** What holds a token but waits for ports is never asked about; the policy counts for it, too. */
  #cancelForbidden(): void {
    const { forbids } = this.#options
    if (forbids === undefined || this.#failed.length === 0) return
    for (const component of this.components.values()) {
      for (const transition of component.transitions) {
        const isOpen = transition.hasOutputDockToken && transition.state === 'waiting'
        if (isOpen && forbids(transition)) this.#cancel(transition)
      }
    }
  }
}

function isUsed<T>(group: LiveGroup<T>): boolean {
  return group.providers.some(provider => provider.running > 0)
}

function isPromise(result: ActionResult | PromiseLike<ActionResult>): result is PromiseLike<ActionResult> {
  return typeof (result as { then?: unknown } | undefined)?.then === 'function'
}
