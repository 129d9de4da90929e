// What one task run touches on machines and services, with the rule that says so. Variables are not here: they are
// renamed, never locked (variable-writes.ts).

import type { Dict, Value } from '../python/values.js'
import { CONTROLLER, EVERYWHERE, everythingOf, type Resource, SHARED } from './resource.js'

export interface Access {
  readonly resource: Resource
  /** Rule that says so, for people: `template writes dest`. */
  readonly because: string
}

/** A state that a run brings about where it is missing, and otherwise leaves alone. */
export interface Ensured extends Access {
  /** Two runs that ensure one resource in the same way (equal text) may do so in any order. */
  readonly as: string
}

/** Mutual exclusion without order: at most `capacity` runs that claim the resource at once. */
export interface Claim {
  readonly resource: Resource
  readonly capacity: number
  readonly because: string
}

export type FootprintSource = 'model' | 'adapter' | 'user' | 'trace' | 'opaque'

export interface Footprint {
  readonly reads: readonly Access[]
  readonly writes: readonly Access[]
  /** Directories above a path that are made when they are missing. */
  readonly ensures: readonly Ensured[]
  /**
   * What becomes available, for example the services that a package starts: what comes later waits for it, but it
   * waits for nobody.
   */
  readonly provides: readonly Access[]
  readonly claims: readonly Claim[]
  /** Why nothing is known, and what would change that. Such a run reads and writes all of its host and of what hosts share. */
  readonly opaque: string | undefined
  /** Nothing later on the host starts before it ended: assert, fail, meta end_*. */
  readonly isGuard: boolean
  /** May run even if an earlier task fails: pure reads, downloads into caches, facts. */
  readonly isHarmless: boolean
  /** With `until` it is tried again until it succeeds; nobody counts on what it reads being ready then. */
  readonly isRepeated: boolean
  readonly source: FootprintSource
  /** Names of the assumptions it rests on (assumptions.ts). */
  readonly assumptions: readonly string[]
}

/** One call of an action, as the model sees it. */
export interface TaskCall {
  /** Resolved name, fully qualified. */
  readonly action: string
  /** Templated; texts may hold UNKNOWN where a value is not known yet. */
  readonly args: Dict
  /** Inventory host that the task runs for. */
  readonly host: string
  /**
   * Machine that the action acts on (the delegated host). Hosts that are one machine under two names must be given
   * one name here.
   */
  readonly target: string
  /** The target is the controller. */
  readonly isLocal: boolean
  readonly checkMode: boolean
  /** User that the action runs as, when it is not the one that logs in. */
  readonly becomes: string | undefined
  readonly role: string | undefined
  /** Name of the task, as written. */
  readonly task: string | undefined
  /** Absolute path of the file that the task stands in. */
  readonly taskFile: string | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Started and left alone (`async` with `poll: 0`). */
  readonly isAsync: boolean
  /** Tried until a condition holds: what it looks at is then ready for those that follow. */
  readonly waits?: boolean | undefined
  /** A variable of the host that is known now. */
  readonly facts: (name: string) => Value | undefined
}

const NONE: readonly never[] = []

/** Touches nothing. */
export const NO_FOOTPRINT: Footprint = {
  reads: NONE,
  writes: NONE,
  ensures: NONE,
  provides: NONE,
  claims: NONE,
  opaque: undefined,
  isGuard: false,
  isHarmless: true,
  isRepeated: false,
  source: 'model',
  assumptions: NONE,
}

/** Touches everything on its machine and everything that hosts share; on the controller, everything everywhere. */
export function opaqueFootprint(call: Pick<TaskCall, 'target' | 'isLocal'>, reason: string): Footprint {
  const resources = call.isLocal ? [everythingOf(EVERYWHERE)] : [everythingOf(call.target), everythingOf(SHARED)]
  const accesses = resources.map(resource => ({ resource, because: reason }))
  return { ...NO_FOOTPRINT, reads: accesses, writes: accesses, opaque: reason, isHarmless: false, source: 'opaque' }
}

/** Scope of what a call touches on its machine. */
export const scopeOf = (call: Pick<TaskCall, 'target' | 'isLocal'>): string => (call.isLocal ? CONTROLLER : call.target)

const SOURCE_ORDER: readonly FootprintSource[] = ['opaque', 'model', 'adapter', 'user', 'trace']

/** Of a run that does all of these: the items of a loop, or the tasks of a file that is not known yet. */
export function unionOf(footprints: readonly Footprint[]): Footprint {
  if (footprints.length === 0) return NO_FOOTPRINT
  if (footprints.length === 1) return footprints[0] as Footprint
  const all = <T extends Access>(pick: (footprint: Footprint) => readonly T[]): readonly T[] => {
    const seen = new Map<string, T>()
    for (const footprint of footprints)
      for (const access of pick(footprint)) {
        const { scope, kind, path, isTree } = access.resource
        const key = `${scope}\0${kind}\0${path.join('\0')}\0${isTree}\0${'as' in access ? access.as : ''}`
        if (!seen.has(key)) seen.set(key, access)
      }
    return [...seen.values()]
  }
  return {
    reads: all(footprint => footprint.reads),
    writes: all(footprint => footprint.writes),
    ensures: all(footprint => footprint.ensures),
    provides: all(footprint => footprint.provides),
    claims: all(footprint => footprint.claims),
    opaque: footprints.find(footprint => footprint.opaque !== undefined)?.opaque,
    isGuard: footprints.some(footprint => footprint.isGuard),
    isHarmless: footprints.every(footprint => footprint.isHarmless),
    isRepeated: footprints.every(footprint => footprint.isRepeated),
    source: SOURCE_ORDER.find(source => footprints.some(footprint => footprint.source === source)) ?? 'model',
    assumptions: [...new Set(footprints.flatMap(footprint => footprint.assumptions))],
  }
}
