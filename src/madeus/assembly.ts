// The model: component types with places, transitions, groups and ports; components; links. Docks are never written:
// each transition has one output dock at its source and one input dock at its destination.
// After Madeus (Chardet, Coullon, Pérez et al., 2018 and 2020).

/** A name, unique among its kind within its component type, or within its assembly. */
export type Id = string

/** What a transition does: one word and its argument. Whoever runs the assembly gives it a meaning. */
export interface Action {
  readonly kind: string
  /** Null, boolean, number, string, array or object of these. */
  readonly argument: unknown
}

/** Seconds, shortest and longest. */
export interface Duration {
  readonly min: number
  readonly max: number
}

export interface Transition {
  readonly id: Id
  readonly from: Id
  readonly to: Id
  /** Use ports and data-use ports bound to it: it starts when all of them are served. */
  readonly uses: readonly Id[]
  readonly action?: Action | undefined
  /** How long it is expected to take; for predictions and priorities. */
  readonly lasts?: Duration | undefined
  /** What it has to itself while it runs: names of limits of the assembly (one at a time unless that says more). */
  readonly claims?: readonly Id[] | undefined
  /** Values it gives to data-provide ports of the place it ends at, beside what the action returns. */
  readonly gives?: Readonly<Record<Id, unknown>> | undefined
  /** Seconds after which the action counts as failed. */
  readonly timeout?: number | undefined
}

export type Port = UsePort | ProvidePort | DataUsePort | DataProvidePort

export interface UsePort {
  readonly kind: 'use'
  readonly id: Id
  readonly type: string
}

export interface ProvidePort {
  readonly kind: 'provide'
  readonly id: Id
  readonly type: string
  /** Names of groups or of places (a group of one). Provided while each of them is active: one place of it is enough. */
  readonly groups: readonly Id[]
}

export interface DataUsePort {
  readonly kind: 'data-use'
  readonly id: Id
  readonly type: string
}

export interface DataProvidePort {
  readonly kind: 'data-provide'
  readonly id: Id
  readonly type: string
  /** Transitions that end at one of these places write the value. */
  readonly places: readonly Id[]
}

export interface ComponentType {
  readonly places: readonly Id[]
  /** Places that hold a token at the start. */
  readonly initial: readonly Id[]
  readonly groups: ReadonlyMap<Id, readonly Id[]>
  readonly ports: readonly Port[]
  readonly transitions: readonly Transition[]
}

export interface Component {
  readonly id: Id
  readonly type: ComponentType
  /** Name of the type in the assembly; undefined for a type that only this component has. */
  readonly typeName?: Id | undefined
  /** Values for the actions of this component. */
  readonly vars?: Readonly<Record<string, unknown>> | undefined
}

export interface PortReference {
  readonly component: Id
  readonly port: Id
}

/** A use port and the one provide port that serves it, or a data-use port and its data-provide port. */
export interface Link {
  readonly user: PortReference
  readonly provider: PortReference
}

export interface Assembly {
  readonly name: string
  /** Which rules hold: places once reached stay reached (2020), or groups can be left again (2018). */
  readonly mode: Mode
  /** Real seconds that a simulated second takes; 1 unless somebody is in a hurry. */
  readonly scale: number
  readonly types: ReadonlyMap<Id, ComponentType>
  readonly components: readonly Component[]
  readonly links: readonly Link[]
  /** Limits that transitions claim, and how many may hold one at once. */
  readonly limits: ReadonlyMap<Id, number>
}

/**
 * `monotone`: a provide port stays enabled once one place of each of its groups was reached.
 * `groups`: it is enabled while each of its groups holds a token, and nobody leaves a group whose service is in use.
 */
export type Mode = 'monotone' | 'groups'

/** `component.element` */
export function qualified(component: Id, element: Id): string {
  return `${component}.${element}`
}

/** The places of a group, or of the group of one that a place's name stands for. */
export function placesOfGroup(type: ComponentType, name: Id): readonly Id[] {
  return type.groups.get(name) ?? [name]
}
