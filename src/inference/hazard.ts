// When two runs may not change places: the definition that the hazard index answers by. Kept apart and simple, so that
// the index can be held against it.

import type { Access, Ensured, Footprint } from './footprint.js'
import { overlaps, type Resource } from './resource.js'

/** RAW: the later one reads what the earlier writes. WAR, WAW likewise. guard: the earlier one decides whether there is a later. */
export type HazardKind = 'RAW' | 'WAR' | 'WAW' | 'guard'

/** Rules that tests may switch off to show that they are needed. */
export type HazardRule = HazardKind | 'ensure' | 'provide' | 'tree'

/** Where a run stands in the program. */
export interface RunPlace {
  /** Inventory host that it runs for. */
  readonly host: string
  /**
   * Runs of one round (one task on several hosts, as Ansible starts them together) never wait for each other. The runs of
   * a round are added one after another, without others between them.
   */
  readonly round: number | string
  /** A guard that decides for all hosts, not only its own (run_once, any_errors_fatal). */
  readonly guardsAll?: boolean | undefined
}

/** Why two runs keep their order. */
export interface Conflict {
  readonly kind: HazardKind
  /** What both touch; the narrower of the two names. Undefined for guards. */
  readonly resource: Resource | undefined
  /** Rule by which the later run touches it. */
  readonly because: string
  /** Rule by which the earlier run touches it. */
  readonly earlierBecause: string
}

export const GUARD_REASON = 'it decides whether later tasks run'

/** First reason for the later of two runs to wait for the earlier one, or undefined. Ensured directories: see `ensureConflict`. */
export function conflictBetween(
  earlier: Footprint,
  earlierPlace: RunPlace,
  later: Footprint,
  laterPlace: RunPlace,
): Conflict | undefined {
  if (earlierPlace.round === laterPlace.round) return undefined
  if (earlier.isGuard && (earlierPlace.guardsAll === true || earlierPlace.host === laterPlace.host))
    return { kind: 'guard', resource: undefined, because: GUARD_REASON, earlierBecause: GUARD_REASON }
  return (
    firstOverlap('RAW', earlier.writes, later.reads) ??
    firstOverlap('RAW', earlier.provides, later.reads) ??
    firstOverlap('RAW', earlier.ensures, later.reads, true) ??
    firstOverlap('WAW', earlier.writes, later.writes) ??
    firstOverlap('WAW', earlier.provides, later.writes) ??
    firstOverlap('WAW', earlier.ensures, later.writes, true) ??
    firstOverlap('WAR', earlier.reads, later.writes) ??
    ensureConflict(earlier, later, directory => earlier.ensures.some(own => isSame(own.resource, directory)))
  )
}

function firstOverlap(
  kind: HazardKind,
  earlier: readonly Access[],
  later: readonly Access[],
  asTree = false,
): Conflict | undefined {
  for (const first of earlier)
    for (const second of later) {
      const resource = asTree ? { ...first.resource, isTree: true } : first.resource
      if (overlaps(resource, second.resource)) return conflict(kind, first, second)
    }
  return undefined
}

/**
 * Reason for a run that ensures directories to wait. What an earlier run touches below such a directory counts only
 * when the directory was not sure to exist by then (`isEnsured`: that run, or one before it, ensured it, too, and it
 * was not written as a whole since).
 */
export function ensureConflict(
  earlier: Footprint,
  later: Footprint,
  isEnsured: (directory: Resource) => boolean,
): Conflict | undefined {
  for (const ensured of later.ensures) {
    const directory = ensured.resource
    for (const first of earlier.ensures) {
      if (first.as !== ensured.as && isSame(first.resource, directory)) return conflict('WAW', first, ensured)
    }
    const isInTheWay = (access: Access) =>
      overlaps(access.resource, directory) ||
      (overlaps(access.resource, { ...directory, isTree: true }) && !isEnsured(directory))
    const write = earlier.writes.find(isInTheWay)
    if (write !== undefined) return conflict('WAW', write, ensured)
    const read = earlier.reads.find(isInTheWay)
    if (read !== undefined) return conflict('WAR', read, ensured)
  }
  return undefined
}

const isSame = (a: Resource, b: Resource): boolean => overlaps(a, b) && a.path.length === b.path.length

function conflict(kind: HazardKind, earlier: Access, later: Access | Ensured): Conflict {
  const narrower = earlier.resource.path.length > later.resource.path.length ? earlier : later
  return { kind, resource: narrower.resource, because: later.because, earlierBecause: earlier.because }
}
