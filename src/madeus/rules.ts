// The rules of Madeus, written down as they are defined, one function each: premises that are looked up anew each time,
// configurations that are copied. Slow and plain on purpose. The executor is held against them; state searches use them.
// Rules of 2018 (docks, groups that can be left, DISABLE) and of 2020 (places once reached count for ever).
import { type Assembly, type Component, type Id, placesOfGroup, qualified, type Transition } from './assembly.js'
import type { Configuration } from './configuration.js'

/** One rule instance whose premises hold. */
export type RuleInstance =
  | { readonly rule: 'FIRE' | 'END' | 'FAIL' | 'CANCEL'; readonly component: Id; readonly transition: Id }
  | { readonly rule: 'ENTER' | 'LEAVE'; readonly component: Id; readonly place: Id }
  | { readonly rule: 'ENABLE' | 'DISABLE'; readonly component: Id; readonly port: Id }

type Changeable = {
  -readonly [K in keyof Configuration]: Configuration[K] extends ReadonlyMap<Id, unknown> ? Map<Id, unknown> : Set<Id>
}

/** What the world outside decides. */
export interface World {
  /** Values an ended action gives, by data-provide port; undefined for none. */
  readonly give?: ((component: Id, transition: Transition) => Readonly<Record<Id, unknown>> | undefined) | undefined
  readonly fails?: ((component: Id, transition: Transition) => boolean) | undefined
  /** The policy: true when the transition may not start, given what failed. */
  readonly forbids?: ((component: Id, transition: Transition, failed: ReadonlySet<Id>) => boolean) | undefined
}

export class Rules {
  readonly #components: ReadonlyMap<Id, Component>
  constructor(
    readonly assembly: Assembly,
    readonly world: World = {},
  ) {
    this.#components = new Map(assembly.components.map(component => [component.id, component]))
  }

  /** Every rule instance whose premises hold. While a DISABLE is among them nothing else is: it goes first. */
  instances(at: Configuration): readonly RuleInstance[] {
    const found: RuleInstance[] = []
    for (const { user } of this.assembly.links) {
      if (this.canDisable(at, user.component, user.port)) {
        found.push({ rule: 'DISABLE', component: user.component, port: user.port })
      }
    }
    if (found.length > 0) return found
    for (const { user } of this.assembly.links) {
      if (this.canEnable(at, user.component, user.port)) {
        found.push({ rule: 'ENABLE', component: user.component, port: user.port })
      }
    }
    for (const component of this.assembly.components) this.#ofComponent(at, component, found)
    return found
  }

  /** Whether this instance may be applied here. */
  allows(at: Configuration, instance: RuleInstance): boolean {
    const same = (other: RuleInstance) => JSON.stringify(other) === JSON.stringify(instance)
    return this.instances(at).some(same)
  }

  apply(at: Configuration, instance: RuleInstance): Configuration {
    const next = copied(at)
    const component = this.#component(instance.component)
    if ('transition' in instance) this.#move(next, instance.rule, component, instance.transition)
    else if ('place' in instance) this.#pass(next, instance.rule, component, instance.place)
    else if (instance.rule === 'ENABLE') next.enabled.add(qualified(component.id, instance.port))
    else next.enabled.delete(qualified(component.id, instance.port))
    return next
  }

  // ---- premises

  canFire(at: Configuration, component: Component, transition: Transition): boolean {
    if (!at.outputDocks.has(qualified(component.id, transition.id))) return false
    if (this.#isForbidden(at, component, transition)) return false
    return transition.uses.every(port => at.enabled.has(qualified(component.id, port)))
  }

  canEnter(at: Configuration, component: Component, place: Id): boolean {
    const docks = component.type.transitions.filter(transition => transition.to === place)
    return docks.length > 0 && docks.every(({ id }) => at.inputDocks.has(qualified(component.id, id)))
  }

  canLeave(at: Configuration, component: Component, place: Id): boolean {
    const { type, id } = component
    if (!at.places.has(qualified(id, place))) return false
    const leaving = type.transitions.filter(transition => transition.from === place)
    if (leaving.length === 0) return false
    if (this.assembly.mode === 'monotone') return true
    const after = copied(at)
    after.places.delete(qualified(id, place))
    for (const transition of leaving) after.outputDocks.add(qualified(id, transition.id))
    return type.ports.every(port => {
      if (port.kind !== 'provide' || !this.isUsed(at, id, port.id)) return true
      return port.groups.every(group => {
        const places = placesOfGroup(type, group)
        if (!places.includes(place)) return true
        return !(this.isActive(at, component, places) && !this.isActive(after, component, places))
      })
    })
  }

  canEnable(at: Configuration, user: Id, port: Id): boolean {
    return !at.enabled.has(qualified(user, port)) && this.isProvided(at, user, port)
  }

  canDisable(at: Configuration, user: Id, port: Id): boolean {
    if (this.assembly.mode === 'monotone' || !at.enabled.has(qualified(user, port))) return false
    const provider = this.#providerOf(user, port)
    return provider?.kind === 'provide' && !this.isProvided(at, user, port)
  }

  /** Whether the provider linked to a use port provides. */
  isProvided(at: Configuration, user: Id, port: Id): boolean {
    const link = this.assembly.links.find(it => it.user.component === user && it.user.port === port)
    const provider = this.#providerOf(user, port)
    if (link === undefined || provider === undefined) return false
    const component = this.#component(link.provider.component)
    if (provider.kind === 'data-provide') return at.values.has(qualified(component.id, provider.id))
    if (provider.kind !== 'provide') return false
    return provider.groups.every(group => {
      const places = placesOfGroup(component.type, group)
      if (this.assembly.mode === 'groups') return this.isActive(at, component, places)
      return places.some(place => at.reached.has(qualified(component.id, place)))
    })
  }

  /** active(g, mk): a token on a place of the group, or on the way between two of them. */
  isActive(at: Configuration, component: Component, places: readonly Id[]): boolean {
    if (places.some(place => at.places.has(qualified(component.id, place)))) return true
    return component.type.transitions.some(({ id, from, to }) => {
      const name = qualified(component.id, id)
      const hasToken = at.outputDocks.has(name) || at.running.has(name) || at.inputDocks.has(name)
      return hasToken && places.includes(from) && places.includes(to)
    })
  }

  /** used(p): a transition that uses the port runs. */
  isUsed(at: Configuration, provider: Id, port: Id): boolean {
    return this.assembly.links.some(link => {
      if (link.provider.component !== provider || link.provider.port !== port) return false
      const { id, type } = this.#component(link.user.component)
      return type.transitions.some(
        transition => transition.uses.includes(link.user.port) && at.running.has(qualified(id, transition.id)),
      )
    })
  }

  // ---- effects

  #move(next: Changeable, rule: RuleInstance['rule'], component: Component, id: Id): void {
    const name = qualified(component.id, id)
    const transition = component.type.transitions.find(it => it.id === id) as Transition
    if (rule === 'FIRE') {
      next.outputDocks.delete(name)
      next.running.add(name)
    } else if (rule === 'END') {
      next.running.delete(name)
      next.inputDocks.add(name)
      const given = this.world.give?.(component.id, transition) ?? {}
      for (const port of component.type.ports) {
        if (port.kind !== 'data-provide' || !port.places.includes(transition.to)) continue
        const value = given[port.id]
        if (value !== undefined && value !== null) next.values.set(qualified(component.id, port.id), value)
      }
    } else if (rule === 'FAIL') {
      next.running.delete(name)
      next.failed.add(name)
    } else {
      next.outputDocks.delete(name)
      next.cancelled.add(name)
    }
  }

  #pass(next: Changeable, rule: 'ENTER' | 'LEAVE', component: Component, place: Id): void {
    const name = qualified(component.id, place)
    if (rule === 'ENTER') {
      for (const { id, to } of component.type.transitions)
        if (to === place) next.inputDocks.delete(qualified(component.id, id))
      next.places.add(name)
      next.reached.add(name)
    } else {
      next.places.delete(name)
      for (const { id, from } of component.type.transitions)
        if (from === place) next.outputDocks.add(qualified(component.id, id))
    }
  }

  #ofComponent(at: Configuration, component: Component, found: RuleInstance[]): void {
    for (const transition of component.type.transitions) {
      const instance = { component: component.id, transition: transition.id }
      if (at.running.has(qualified(component.id, transition.id))) {
        found.push({ rule: this.world.fails?.(component.id, transition) === true ? 'FAIL' : 'END', ...instance })
      } else if (this.canFire(at, component, transition)) found.push({ rule: 'FIRE', ...instance })
      else if (
        at.outputDocks.has(qualified(component.id, transition.id)) &&
        this.#isForbidden(at, component, transition)
      ) {
        found.push({ rule: 'CANCEL', ...instance })
      }
    }
    for (const place of component.type.places) {
      if (this.canEnter(at, component, place)) found.push({ rule: 'ENTER', component: component.id, place })
      if (this.canLeave(at, component, place)) found.push({ rule: 'LEAVE', component: component.id, place })
    }
  }

  #isForbidden(at: Configuration, component: Component, transition: Transition): boolean {
    return this.world.forbids?.(component.id, transition, at.failed) === true
  }

  #providerOf(user: Id, port: Id) {
    const link = this.assembly.links.find(it => it.user.component === user && it.user.port === port)
    return link && this.#component(link.provider.component).type.ports.find(it => it.id === link.provider.port)
  }

  #component(id: Id): Component {
    const component = this.#components.get(id)
    if (component === undefined) throw new Error(`The assembly has no component ${id}`)
    return component
  }
}

function copied(at: Configuration): Changeable {
  return {
    places: new Set(at.places),
    outputDocks: new Set(at.outputDocks),
    running: new Set(at.running),
    inputDocks: new Set(at.inputDocks),
    enabled: new Set(at.enabled),
    values: new Map(at.values),
    reached: new Set(at.reached),
    failed: new Set(at.failed),
    cancelled: new Set(at.cancelled),
  }
}
