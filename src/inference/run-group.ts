// Runs that are waited for together. A thousand runs of one round that all wait for the thousand of the round before
// share one group, so that the cost of waiting grows with the number of runs and not with its square.

/** A run as the index knows it; whoever holds it compares by identity. */
export interface KnownRun {
  readonly id: string
  /** Groups that it was put into. */
  readonly groups: RunGroup[]
  isRemoved: boolean
}
export type Waited = KnownRun | RunGroup

let nextGroup = 1
const NO_PARTS: Waited[] = []

/** Ended when each of its parts has ended. Never changes once it was handed out. */
export class RunGroup {
  #number = 0
  #parts: Waited[] = NO_PARTS
  #holders: RunGroup[] | undefined
  #live = 0
  #isHandedOut = false

  static of(part: Waited): RunGroup {
    const group = new RunGroup()
    group.#add(part)
    return group
  }

  get id(): string {
    if (this.#number === 0) this.#number = nextGroup++
    return `group ${this.#number}`
  }
  /** Ids of runs, and groups of earlier rounds. */
  get parts(): readonly (string | RunGroup)[] {
    return this.#parts.map(part => (part instanceof RunGroup ? part : part.id))
  }
  /** The parts as the index knows them. */
  get members(): readonly Waited[] {
    return this.#parts
  }
  /** False when every run in it was removed. */
  get isLive(): boolean {
    return this.#live > 0
  }

  /** The group with one more part: this one, or, once it was handed out, a new one that holds it. */
  with(part: Waited): RunGroup {
    if (this.#parts.at(-1) === part) return this
    if (!this.#isHandedOut) {
      this.#add(part)
      return this
    }
    if (!this.isLive) return RunGroup.of(part)
    const group = RunGroup.of(this)
    group.#add(part)
    return group
  }

  /** From now on somebody waits for it: it stays as it is. */
  handOut(): this {
    this.#isHandedOut = true
    return this
  }

  /** One of its parts is over and forgotten. */
  forgetOne(): void {
    this.#live--
    if (this.#live > 0) return
    this.#parts = NO_PARTS
    for (const holder of this.#holders ?? []) holder.forgetOne()
    this.#holders = undefined
  }

  #add(part: Waited): void {
    if (this.#parts === NO_PARTS) this.#parts = [part]
    else this.#parts.push(part)
    this.#live++
    if (part instanceof RunGroup) {
      if (part.#holders === undefined) part.#holders = [this]
      else part.#holders.push(this)
    } else part.groups.push(this)
  }
}

/** At most this many runs are named one by one instead of as a group. */
const NAMED = 4

/** Runs of a group that still matter, one by one when they are few, else the group itself. */
export function membersOrGroup(group: RunGroup): readonly Waited[] {
  const few: KnownRun[] = []
  const rest: RunGroup[] = [group]
  for (let next = rest.pop(); next !== undefined; next = rest.pop())
    for (const part of next.members) {
      if (part instanceof RunGroup) rest.push(part)
      else if (!part.isRemoved) few.push(part)
      if (few.length + rest.length > NAMED) return [group.handOut()]
    }
  return few
}

/** Runs of many rounds that touched one thing, the latest round apart from the older ones. */
export class Crowd {
  #older: RunGroup | undefined
  #recent: RunGroup
  #round: number | string
  readonly because: string

  constructor(run: KnownRun, round: number | string, because: string) {
    this.#recent = RunGroup.of(run)
    this.#round = round
    this.because = because
  }

  add(run: KnownRun, round: number | string): void {
    if (round === this.#round) {
      this.#recent = this.#recent.with(run)
      return
    }
    if (this.#recent.isLive) this.#older = this.#older?.isLive ? this.#older.with(this.#recent) : this.#recent
    this.#recent = RunGroup.of(run)
    this.#round = round
  }

  /** Everybody in it that is not of a round. */
  outside(round: number | string): readonly RunGroup[] {
    const groups = round === this.#round ? [this.#older] : [this.#older, this.#recent]
    return groups.filter(group => group?.isLive) as RunGroup[]
  }

  holds(round: number | string): boolean {
    return round === this.#round && this.#recent.isLive
  }

  /** The crowd without those of other rounds; undefined when nobody is left. */
  only(round: number | string): this | undefined {
    if (!this.holds(round)) return undefined
    this.#older = undefined
    return this
  }
}
