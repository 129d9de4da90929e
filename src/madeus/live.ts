// The parts of a running assembly. Each holds the counters that its rules need, so that a rule instance costs constant
// time; only the executor changes them. `T` is what the caller hangs on a transition.
import type { Id } from './assembly.js'
import { ReadyQueue } from './ready-queue.js'

/** How far a transition is. */
export type TransitionState =
  /** Its output dock is empty, or a port it uses is not served. */
  | 'waiting'
  /** May start; a limit it claims is used up, or its turn has not come. */
  | 'ready'
  | 'running'
  | 'ended'
  | 'failed'
  /** Will never start. */
  | 'cancelled'

/** Something that at most `capacity` running transitions may hold. */
export class Limit<T = unknown> {
  inUse = 0
  /** Ready transitions that found it used up. */
  readonly parked = new ReadyQueue<LiveTransition<T>>()
  constructor(
    readonly name: string,
    public capacity: number,
  ) {}
}

export class LiveComponent<T> {
  readonly places: LivePlace<T>[] = []
  readonly transitions: LiveTransition<T>[] = []
  readonly ports: LivePort<T>[] = []
  /** Where transitions without a source of their own start from. */
  start: LivePlace<T> | undefined
  constructor(readonly id: Id) {}
}

export class LivePlace<T> {
  incoming: LiveTransition<T>[] | undefined
  outgoing: LiveTransition<T>[] | undefined
  /** Input docks without a token. */
  missing = 0
  isMarked = false
  /** Was marked once. */
  isReached = false
  groups: LiveGroup<T>[] | undefined
  /** Data-provide ports that transitions ending here write. */
  dataPorts: LiveProvide<T>[] | undefined
  /** Transitions with a mere precedence: each uses a port that is provided once this place is reached. */
  followers: LiveTransition<T>[] | undefined
  constructor(
    readonly id: Id,
    readonly component: LiveComponent<T>,
  ) {}
}

/** A set of places; active while a token is on one of them or between two of them. */
export class LiveGroup<T> {
  /** Tokens inside; in monotone mode places of it ever reached. */
  tokens = 0
  readonly providers: LiveProvide<T>[] = []
  /** Places that their token may not leave now, because the group's service is in use. */
  readonly blocked: LivePlace<T>[] = []
  constructor(readonly places: ReadonlySet<LivePlace<T>>) {}
}

export class LiveTransition<T> {
  state: TransitionState = 'waiting'
  /** What it waits for: its output dock, and use ports that are not served. */
  missing = 1
  hasOutputDockToken = false
  hasInputDockToken = false
  uses: LiveUse<T>[] | undefined
  constructor(
    readonly id: Id,
    readonly component: LiveComponent<T>,
    readonly from: LivePlace<T>,
    readonly to: LivePlace<T>,
    readonly subject: T,
    /** Among ready transitions the highest starts first; then the one added first. Read when it becomes ready. */
    public priority: number,
    readonly limits: readonly Limit<T>[],
    /** Order of adding. */
    readonly number: number,
  ) {}
}

export type LivePort<T> = LiveUse<T> | LiveProvide<T>

/** A use port or a data-use port. */
export class LiveUse<T> {
  provider: LiveProvide<T> | undefined
  /** Its link is enabled. */
  isServed = false
  readonly transitions: LiveTransition<T>[] = []
  constructor(
    readonly id: Id,
    readonly component: LiveComponent<T>,
    readonly isData: boolean,
  ) {}
}

/** A provide port or a data-provide port. */
export class LiveProvide<T> {
  /** Ports linked to it; in monotone mode only until it is provided. */
  users: LiveUse<T>[] = []
  /** Groups that are not active; for a data port 1 until there is a value. */
  missing = 0
  /** Running transitions that use it. */
  running = 0
  value: unknown
  constructor(
    readonly id: Id,
    readonly component: LiveComponent<T>,
    readonly isData: boolean,
    readonly groups: readonly LiveGroup<T>[],
    /** What has to be reached for it: places of its groups, or places that its value is written for. */
    readonly places: readonly LivePlace<T>[],
  ) {}
}

/**
 * The list with one more item. Most lists of a running assembly have one item or two: the room that pushing reserves
 * would be most of what a large assembly needs.
 */
export function withItem<I>(list: I[] | undefined, item: I): I[] {
  if (list === undefined) return [item]
  if (list.length < 4) return [...list, item]
  list.push(item)
  return list
}
