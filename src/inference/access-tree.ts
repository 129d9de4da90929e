// Who touched what last, in a tree of resources (scope, kind, path). Finding whom an access must wait for costs its
// depth; a write of a whole subtree clears what lies below, so each access is looked at once more at most.

import type { HazardKind, HazardRule } from './hazard.js'
import type { Resource } from './resource.js'
import { coversBelow, stepsOf } from './resource.js'
import { Crowd, type KnownRun, RunGroup } from './run-group.js'

export type Mode = 'read' | 'write' | 'provide' | 'ensure'

/** Runs that an access has to wait for, and why. */
export interface Found {
  readonly group: RunGroup
  readonly kind: HazardKind
  readonly because: string
}

/** Whom an access waits for. */
export interface Waits {
  readonly found: readonly Found[]
  /** Nobody was left out for being of its own round. */
  readonly isComplete: boolean
}

/** An access in the making. */
export interface Visit {
  readonly mode: Mode
  readonly resource: Resource
  readonly because: string
  readonly round: number | string
  /** How a directory is ensured (mode `ensure`). */
  readonly as?: string | undefined
}

interface Before {
  readonly group: RunGroup
  readonly wrote: boolean
  readonly because: string
}

/** Accesses of one node alone, or of all below it. */
interface Slot {
  writers: RunGroup | undefined
  writersRound: number | string
  writersBecause: string
  /** What the writers' round waited for: their successors of the same round wait for the same. */
  before: readonly Before[]
  /** Since the last write. */
  readers: Crowd | undefined
  providers: Crowd | undefined
}

interface Node {
  children: Map<string, Node> | undefined
  whole: Slot | undefined
  itself: Slot | undefined
  ensurers: Map<string, Crowd> | undefined
  /** Set when the directory is sure to exist; holds what the first that ensured it waited for. */
  ensuredAfter: readonly Before[] | undefined
}

const newNode = (): Node => ({
  children: undefined,
  whole: undefined,
  itself: undefined,
  ensurers: undefined,
  ensuredAfter: undefined,
})
const newSlot = (): Slot => ({
  writers: undefined,
  writersRound: '',
  writersBecause: '',
  before: [],
  readers: undefined,
  providers: undefined,
})

export class AccessTree {
  readonly #root = newNode()
  readonly #without: ReadonlySet<HazardRule>

  constructor(without: ReadonlySet<HazardRule> = new Set()) {
    this.#without = without
  }

  /** Whom a visit waits for. Changes nothing. */
  find(visit: Visit): Waits {
    if (visit.mode === 'provide') return { found: [], isComplete: true }
    const search = new Search(visit, this.#without)
    const steps = stepsOf(visit.resource)
    let node: Node | undefined = this.#root
    for (let depth = 0; depth < steps.length && node !== undefined; depth++) {
      search.above(node)
      node = node.children?.get(steps[depth] as string)
    }
    if (node !== undefined) search.at(node)
    return search
  }

  /** Notes a visit; `waits` is what `find` gave for it. */
  note(run: KnownRun, visit: Visit, waits: Waits): void {
    let node = this.#root
    for (const step of stepsOf(visit.resource)) {
      node.children ??= new Map()
      let child = node.children.get(step)
      if (child === undefined) {
        child = newNode()
        node.children.set(step, child)
      }
      node = child
    }
    if (visit.mode === 'ensure') noteEnsured(node, run, visit, waits)
    else if (coversBelow(visit.resource)) {
      node.whole ??= newSlot()
      if (visit.mode === 'write' && noteWrite(node.whole, run, visit, waits)) forgetBelow(node, visit.round)
      else noteOther(node.whole, run, visit)
    } else {
      node.itself ??= newSlot()
      if (visit.mode === 'write') noteWrite(node.itself, run, visit, waits)
      else noteOther(node.itself, run, visit)
    }
  }
}

/** Gathers the groups that one visit waits for. */
class Search implements Waits {
  readonly found: Found[] = []
  isComplete = true
  constructor(
    private readonly visit: Visit,
    private readonly without: ReadonlySet<HazardRule>,
  ) {}

  /** A node that the visited resource lies below. */
  above(node: Node): void {
    if (this.without.has('tree')) return
    if (node.whole !== undefined) this.slot(node.whole)
    if (this.visit.mode !== 'ensure') this.ensurers(node)
  }

  at(node: Node): void {
    if (node.whole !== undefined) this.slot(node.whole)
    if (node.itself !== undefined) this.slot(node.itself)
    this.ensurers(node)
    if (this.visit.mode === 'ensure') {
      if (this.without.has('ensure')) return
      if (node.ensuredAfter === undefined) this.below(node)
      else for (const before of node.ensuredAfter) this.add(before.group, before.wrote ? 'WAW' : 'WAR', before.because)
    } else if (coversBelow(this.visit.resource)) this.below(node)
  }

  private below(node: Node): void {
    if (node.children === undefined || this.without.has('tree')) return
    for (const child of node.children.values()) {
      if (child.whole !== undefined) this.slot(child.whole)
      if (child.itself !== undefined) this.slot(child.itself)
      if (this.visit.mode !== 'ensure') this.ensurers(child)
      this.below(child)
    }
  }

  private slot(slot: Slot): void {
    const { mode, round } = this.visit
    const isRead = mode === 'read'
    const afterWrite: HazardKind = isRead ? 'RAW' : 'WAW'
    if (slot.writers !== undefined) {
      if (slot.writersRound !== round) this.add(slot.writers, afterWrite, slot.writersBecause)
      else {
        this.isComplete = false
        for (const before of slot.before) {
          if (before.wrote) this.add(before.group, afterWrite, before.because)
          else if (!isRead) this.add(before.group, 'WAR', before.because)
        }
      }
    }
    if (!isRead && slot.readers !== undefined) this.crowd(slot.readers, 'WAR')
    if (mode !== 'ensure' && slot.providers !== undefined && !this.without.has('provide'))
      this.crowd(slot.providers, afterWrite)
  }

  private ensurers(node: Node): void {
    if (node.ensurers === undefined || this.without.has('ensure')) return
    for (const [as, crowd] of node.ensurers)
      if (as !== this.visit.as) this.crowd(crowd, this.visit.mode === 'read' ? 'RAW' : 'WAW')
  }

  private crowd(crowd: Crowd, kind: HazardKind): void {
    if (crowd.holds(this.visit.round)) this.isComplete = false
    for (const group of crowd.outside(this.visit.round)) this.add(group, kind, crowd.because)
  }

  private add(group: RunGroup, kind: HazardKind, because: string): void {
    if (group.isLive && !this.without.has(kind)) this.found.push({ group, kind, because })
  }
}

/** Whether the write begins a new round of writes here: all that was noted before is then hidden behind it. */
function noteWrite(slot: Slot, run: KnownRun, visit: Visit, waits: Waits): boolean {
  const { round } = visit
  if (slot.writers?.isLive && slot.writersRound === round) {
    slot.writers = slot.writers.with(run)
    return false
  }
  slot.writers = RunGroup.of(run)
  slot.writersRound = round
  slot.writersBecause = visit.because
  slot.before = toBefore(waits)
  slot.readers = slot.readers?.only(round)
  slot.providers = slot.providers?.only(round)
  return true
}

const toBefore = (waits: Waits): readonly Before[] =>
  waits.found.map(({ group, kind, because }) => ({ group: group.handOut(), wrote: kind !== 'WAR', because }))

function noteOther(slot: Slot, run: KnownRun, visit: Visit): void {
  if (visit.mode === 'read') slot.readers = joined(slot.readers, run, visit)
  else if (visit.mode === 'provide') slot.providers = joined(slot.providers, run, visit)
}

function joined(crowd: Crowd | undefined, run: KnownRun, { round, because }: Visit): Crowd {
  if (crowd === undefined) return new Crowd(run, round, because)
  crowd.add(run, round)
  return crowd
}

function noteEnsured(node: Node, run: KnownRun, visit: Visit, waits: Waits): void {
  // What others of its round touch below was not waited for and cannot stand behind this run.
  if (waits.isComplete) node.ensuredAfter ??= toBefore(waits)
  node.ensurers ??= new Map()
  const as = visit.as ?? ''
  node.ensurers.set(as, joined(node.ensurers.get(as), run, visit))
}

/** A new write of everything below a node stands for all that was there, except what is of its own round. */
function forgetBelow(node: Node, round: number | string): void {
  node.itself = node.itself === undefined || !isOfRound(node.itself, round) ? undefined : node.itself
  node.ensuredAfter = undefined
  if (node.ensurers !== undefined) {
    for (const [as, crowd] of node.ensurers) if (crowd.only(round) === undefined) node.ensurers.delete(as)
    if (node.ensurers.size === 0) node.ensurers = undefined
  }
  for (const [step, child] of node.children ?? [])
    if (keepsRound(child, round)) forgetEnsured(child)
    else node.children?.delete(step)
  if (node.children?.size === 0) node.children = undefined
}

/** After a write of everything above, no directory is sure to exist. */
function forgetEnsured(node: Node): void {
  node.ensuredAfter = undefined
  for (const child of node.children?.values() ?? []) forgetEnsured(child)
}

function isOfRound(slot: Slot, round: number | string): boolean {
  return (
    (slot.writers?.isLive === true && slot.writersRound === round) ||
    slot.readers?.holds(round) === true ||
    slot.providers?.holds(round) === true
  )
}

/** Whether something of the round lies at or below a node. */
function keepsRound(node: Node, round: number | string): boolean {
  if (node.whole !== undefined && isOfRound(node.whole, round)) return true
  if (node.itself !== undefined && isOfRound(node.itself, round)) return true
  for (const crowd of node.ensurers?.values() ?? []) if (crowd.holds(round)) return true
  for (const child of node.children?.values() ?? []) if (keepsRound(child, round)) return true
  return false
}
