// Finds, for runs added in program order, whom each must wait for: the edges whose transitive closure is that of
// comparing every pair by hazard.ts, at about constant cost for an access.
//
// A run counts as over for those that wait for it when it ended, or when it turned out to touch less (`narrow`) and what it
// would have waited for is over; `waitsFor` works that out.

import { AccessTree, type Mode, type Visit, type Waits } from './access-tree.js'
import { type Access, type Footprint, NO_FOOTPRINT } from './footprint.js'
import { conflictBetween, GUARD_REASON, type HazardKind, type HazardRule, type RunPlace } from './hazard.js'
import type { Resource } from './resource.js'
import { type KnownRun, membersOrGroup, RunGroup, type Waited } from './run-group.js'

/** An earlier run, or a group of them, that a run waits for. */
export interface Hazard {
  /** Id of a run, or a group: over when each of its `parts` is. */
  readonly earlier: string | RunGroup
  readonly kind: HazardKind
  /** What the later run touches. Undefined for guards. */
  readonly resource: Resource | undefined
  readonly because: string
  readonly earlierBecause: string
}

export interface HazardIndexOptions {
  /** For tests: rules that are left out. */
  readonly without?: ReadonlySet<HazardRule> | undefined
}

interface KnownHazard extends Hazard {
  readonly waited: Waited
}

interface Run extends KnownRun {
  footprint: Footprint
  readonly place: RunPlace
  hazards: readonly KnownHazard[]
  /** It may have started, or be over, before all that its hazards name was over. */
  isLeaky: boolean
}

/** Guards of the latest round and those of the round before. */
interface Guards {
  group: RunGroup
  round: number | string
  before: RunGroup | undefined
}

export class HazardIndex {
  readonly #runs = new Map<string, Run>()
  readonly #tree: AccessTree
  readonly #guards = new Map<string, Guards>()
  #guardsOfAll: Guards | undefined
  readonly #without: ReadonlySet<HazardRule>

  constructor(options: HazardIndexOptions = {}) {
    this.#without = options.without ?? new Set()
    this.#tree = new AccessTree(this.#without)
  }

  /** Adds the next run in program order. Gives whom it waits for; those who wait for them in turn are left out. */
  add(id: string, footprint: Footprint, place: RunPlace): readonly Hazard[] {
    if (this.#runs.has(id)) throw new Error(`The run ${id} was added twice.`)
    const run: Run = { id, footprint, place, hazards: [], isLeaky: false, groups: [], isRemoved: false }
    const hazards = new Map<Waited, KnownHazard>()
    this.#waitForGuards(run, hazards)
    const visits = visitsOf(footprint, place.round)
    const waits = visits.map(visit => this.#tree.find(visit))
    visits.forEach((visit, at) => {
      for (const { group, kind, because } of (waits[at] as Waits).found)
        for (const waited of membersOrGroup(group))
          if (!hazards.has(waited))
            hazards.set(waited, knownHazard(waited, kind, visit.resource, visit.because, because))
    })
    visits.forEach((visit, at) => {
      this.#tree.note(run, visit, waits[at] as Waits)
    })
    if (footprint.isGuard) this.#noteGuard(run)
    run.hazards = [...hazards.values()]
    this.#runs.set(id, run)
    return run.hazards
  }

  /** A run turned out to touch less than was said, or nothing: its arguments became known, or it is skipped. */
  narrow(id: string, footprint: Footprint = NO_FOOTPRINT): void {
    const run = this.#known(id)
    run.footprint = footprint
    run.isLeaky = true
  }

  /**
   * Whom a run waits for now, given who has ended: single runs only, and only such as really conflict with what the two
   * are known to touch by now.
   */
  waitsFor(id: string, hasEnded: (earlier: string) => boolean): readonly Hazard[] {
    const run = this.#known(id)
    const found: Hazard[] = []
    const seen = new Set<Waited>()
    const rest: KnownHazard[] = [...run.hazards]
    for (let hazard = rest.pop(); hazard !== undefined; hazard = rest.pop()) {
      const { waited } = hazard
      if (seen.has(waited)) continue
      seen.add(waited)
      if (waited instanceof RunGroup) {
        for (const part of waited.members)
          rest.push({ ...hazard, waited: part, earlier: part instanceof RunGroup ? part : part.id })
        continue
      }
      const earlier = waited as Run
      if (earlier.isRemoved) continue
      if (!hasEnded(earlier.id)) {
        const conflict = conflictBetween(earlier.footprint, earlier.place, run.footprint, run.place)
        if (conflict !== undefined && !this.#without.has(conflict.kind)) {
          found.push({ ...conflict, earlier: earlier.id })
          if (!earlier.isLeaky) continue
        } else run.isLeaky = true
      } else if (!earlier.isLeaky) continue
      rest.push(...earlier.hazards)
    }
    return found
  }

  /** Forgets a run that is over, with everything before it in the program. */
  remove(id: string): void {
    const run = this.#known(id)
    run.isRemoved = true
    run.hazards = []
    for (const group of run.groups) group.forgetOne()
    run.groups.length = 0
    this.#runs.delete(id)
  }

  /** Hazards that a run was added with; undefined for an unknown or removed run. */
  hazardsOf(id: string): readonly Hazard[] | undefined {
    return this.#runs.get(id)?.hazards
  }
  footprintOf(id: string): Footprint | undefined {
    return this.#runs.get(id)?.footprint
  }
  /** Runs that were added and not removed. */
  get size(): number {
    return this.#runs.size
  }

  /** A shortest chain of hazards that makes one run wait for another, latest first; undefined when nothing does. */
  why(earlier: string, later: string): readonly (Hazard & { readonly later: string })[] | undefined {
    const target = this.#known(earlier)
    type Step = { readonly hazard: Hazard; readonly later: string; readonly from: Step | undefined }
    const seen = new Set<Waited>()
    let front: { readonly run: Run; readonly from: Step | undefined }[] = [{ run: this.#known(later), from: undefined }]
    while (front.length > 0) {
      const next: typeof front = []
      for (const { run, from } of front)
        for (const hazard of run.hazards)
          for (const reached of runsOf(hazard.waited, seen)) {
            const step: Step = { hazard: { ...hazard, earlier: reached.id }, later: run.id, from }
            if (reached === target) return chain(step)
            if (!(reached as Run).isRemoved) next.push({ run: reached as Run, from: step })
          }
      front = next
    }
    return undefined
    function chain(last: Step): readonly (Hazard & { readonly later: string })[] {
      const steps = []
      for (let step: Step | undefined = last; step !== undefined; step = step.from)
        steps.unshift({ ...step.hazard, later: step.later })
      return steps
    }
  }

  #known(id: string): Run {
    const run = this.#runs.get(id)
    if (run === undefined) throw new Error(`The run ${id} is not in the index.`)
    return run
  }

  #waitForGuards(run: Run, hazards: Map<Waited, KnownHazard>): void {
    if (this.#without.has('guard')) return
    for (const guards of [this.#guards.get(run.place.host), this.#guardsOfAll]) {
      const group = guards?.round === run.place.round ? guards.before : guards?.group
      if (group === undefined || !group.isLive) continue
      for (const waited of membersOrGroup(group))
        hazards.set(waited, knownHazard(waited, 'guard', undefined, GUARD_REASON, GUARD_REASON))
    }
  }

  #noteGuard(run: Run): void {
    const { host, round, guardsAll } = run.place
    const guards = guardsAll === true ? this.#guardsOfAll : this.#guards.get(host)
    const next =
      guards === undefined
        ? { group: RunGroup.of(run), round, before: undefined }
        : guards.round === round
          ? { ...guards, group: guards.group.with(run) }
          : { group: RunGroup.of(run), round, before: guards.group }
    if (guardsAll === true) this.#guardsOfAll = next
    else this.#guards.set(host, next)
  }
}

function knownHazard(
  waited: Waited,
  kind: HazardKind,
  resource: Resource | undefined,
  because: string,
  earlierBecause: string,
): KnownHazard {
  return { earlier: waited instanceof RunGroup ? waited : waited.id, kind, resource, because, earlierBecause, waited }
}

/** Reads first: what is read from an earlier run is the better reason. Writes before what is ensured: see AccessTree. */
function visitsOf(footprint: Footprint, round: number | string): readonly Visit[] {
  const visits: Visit[] = []
  const visit = (mode: Mode, { resource, because }: Access, as?: string) => {
    visits.push({ mode, resource, because, round, as })
  }
  for (const access of footprint.reads) visit('read', access)
  for (const access of footprint.writes) visit('write', access)
  for (const access of footprint.ensures) visit('ensure', access, access.as)
  for (const access of footprint.provides) visit('provide', access)
  return visits
}

/** Single runs of what is waited for, each once. */
function runsOf(waited: Waited, seen: Set<Waited>): readonly KnownRun[] {
  const runs: KnownRun[] = []
  const rest = [waited]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (next instanceof RunGroup) rest.push(...next.members)
    else runs.push(next)
  }
  return runs
}
