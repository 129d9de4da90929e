// All rules of adapters and of the user, ready to be asked: which rule is for a call, what is known about a service or a
// container by its name. Rules that contradict each other are refused.

import { formatPosition } from '../errors.js'
import { type Dict, isText, Mapping, textOf, type Value } from '../python/values.js'
import { canonicalAction } from './action-names.js'
import {
  AdapterError,
  type AdapterFile,
  type ContainerRule,
  type Rule,
  type RuleMatch,
  type ServiceRule,
} from './adapter-file.js'
import type { Draft } from './draft.js'
import { hasUnknown, UNKNOWN } from './unknown.js'

type Named<T> = { readonly rule: T; readonly adapter: string; readonly test: RegExp }

/** `maybe`: it depends on an argument that is not known yet. */
type Fit = 'yes' | 'maybe' | 'no'

interface Known {
  readonly rule: Rule
  readonly adapter: string
  readonly fits: (draft: Draft) => Fit
  /** Keys that it names: the rule that names most is for a call. */
  readonly weight: number
}

export class RuleBook {
  readonly #byModule = new Map<string, Known[]>()
  readonly #others: Known[] = []
  readonly #services: Named<ServiceRule>[] = []
  readonly #containers: Named<ContainerRule>[] = []
  readonly #sharedVolumes = new Set<string>()
  readonly #serviceMemo = new Map<string, ServiceRule | undefined>()
  readonly #containerMemo = new Map<string, ContainerRule | undefined>()

  constructor(files: readonly AdapterFile[]) {
    for (const file of files) {
      for (const rule of file.rules) this.#add(rule, file.name)
      for (const volume of file.sharedVolumes) this.#sharedVolumes.add(volume)
      for (const rule of file.services) addNamed(this.#services, rule, file.name, sameService)
      for (const rule of file.containers) addNamed(this.#containers, rule, file.name, sameContainer)
    }
  }

  /**
   * The rule for a call: of those that fit, the one that says most about what it is for; with it those that may turn out
   * to fit better when all arguments are known.
   */
  rulesFor(draft: Draft): readonly Rule[] {
    let best: Known | undefined
    const maybe: Known[] = []
    for (const known of this.#candidates(draft.call.action)) {
      const fit = known.fits(draft)
      if (fit === 'maybe') maybe.push(known)
      if (fit !== 'yes' || (best !== undefined && known.weight < best.weight)) continue
      if (best === undefined || known.weight > best.weight) best = known
      else if (known.adapter !== best.adapter && known.rule.effect !== best.rule.effect)
        throw disagreement(best.rule, known.rule)
    }
    const least = best?.weight ?? 0
    const more = maybe.filter(known => known.weight >= least).map(known => known.rule)
    return best === undefined ? more : [best.rule, ...more]
  }
  /** Whether a rule is for the call whatever its unknown arguments turn out to be. */
  isSure(draft: Draft): boolean {
    return this.#candidates(draft.call.action).some(known => known.fits(draft) === 'yes')
  }

  #candidates(action: string): readonly Known[] {
    const own = this.#byModule.get(action)
    return own === undefined ? this.#others : this.#others.length === 0 ? own : [...own, ...this.#others]
  }

  serviceNamed(name: string): ServiceRule | undefined {
    return remembered(this.#serviceMemo, this.#services, name)
  }
  containerNamed(name: string): ContainerRule | undefined {
    return remembered(this.#containerMemo, this.#containers, name)
  }
  /** Whether every container keeps to files of its own in a volume. */
  isSharedVolume(name: string): boolean {
    return this.#sharedVolumes.has(name)
  }
  get size(): number {
    return this.#others.length + new Set([...this.#byModule.values()].flat()).size
  }

  #add(rule: Rule, adapter: string): void {
    const known: Known = { rule, adapter, fits: fitting(rule.match), weight: weightOf(rule.match) }
    const isPlain = rule.match.module.length > 0 && rule.match.module.every(name => !/[*?[]/.test(name))
    const lists = isPlain
      ? [...new Set(rule.match.module.flatMap(namesOf))].map(name => {
          const list = this.#byModule.get(name) ?? []
          this.#byModule.set(name, list)
          return list
        })
      : [this.#others]
    for (const list of lists) {
      const twin = list.find(other => other.rule !== rule && sameMatch(other.rule.match, rule.match))
      if (twin !== undefined && twin.rule.effect !== rule.effect) throw disagreement(twin.rule, rule)
      list.push(known)
    }
  }
}

/** Modules of collections are also known by their last name, as files that were not resolved yet write them. */
function namesOf(module: string): readonly string[] {
  const short = module.slice(module.lastIndexOf('.') + 1)
  return short === '*' ? [module] : [...new Set([module, short, canonicalAction(module)])]
}

function disagreement(one: Rule, other: Rule): AdapterError {
  return new AdapterError(
    `The rules '${one.name}' (${formatPosition(one.position)}) and '${other.name}' are for the same tasks and disagree about what they touch.`,
    { position: other.position, hint: 'Remove one of them, or say in madansible.yml what these tasks touch.' },
  )
}

function addNamed<T extends ServiceRule | ContainerRule>(
  list: Named<T>[],
  rule: T,
  adapter: string,
  isSame: (a: T, b: T) => boolean,
): void {
  const twin = list.find(other => other.rule.name === rule.name)
  if (twin !== undefined && !isSame(twin.rule, rule))
    throw new AdapterError(
      `'${rule.name}' is described here and in ${formatPosition(twin.rule.position)}, and they disagree.`,
      {
        position: rule.position,
        hint: 'Remove one of them.',
      },
    )
  if (twin === undefined) list.push({ rule, adapter, test: glob(rule.name) })
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b)
const sameService = (a: ServiceRule, b: ServiceRule): boolean =>
  same([a.reads, a.writes, a.provides, a.uses], [b.reads, b.writes, b.provides, b.uses])
const sameContainer = (a: ContainerRule, b: ContainerRule): boolean =>
  same([a.reads, a.writes, a.serves, a.uses, a.commandsUse], [b.reads, b.writes, b.serves, b.uses, b.commandsUse])
const sameMatch = (a: RuleMatch, b: RuleMatch): boolean =>
  same([a.module, a.role, a.task, a.file, [...a.args]], [b.module, b.role, b.task, b.file, [...b.args]])

/** Names in full are stronger than globs; among globs, the first. */
function remembered<T extends { readonly name: string }>(
  memo: Map<string, T | undefined>,
  list: readonly Named<T>[],
  name: string,
): T | undefined {
  if (!memo.has(name))
    memo.set(name, (list.find(({ rule }) => rule.name === name) ?? list.find(({ test }) => test.test(name)))?.rule)
  return memo.get(name)
}

function weightOf(match: RuleMatch): number {
  const groups = [match.module, match.role, match.task, match.file].filter(list => list.length > 0)
  return groups.length + match.args.size
}

/** `*` is any text, `?` any character. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^(?:${source})$`, 's')
}

type Tester = (text: string | undefined) => boolean

function anyOf(patterns: readonly string[]): Tester {
  if (patterns.length === 0) return () => true
  const tests = patterns.map(glob)
  return text => text !== undefined && tests.some(test => test.test(text))
}

function fitting(match: RuleMatch): (draft: Draft) => Fit {
  const [fitsModule, fitsRole, fitsTask] = [anyOf(match.module.flatMap(namesOf)), anyOf(match.role), anyOf(match.task)]
  const fitsFile = anyOf(match.file.map(pattern => (pattern.startsWith('/') ? pattern : `*/${pattern}`)))
  const args = [...match.args].map(([name, patterns]) => [name, anyOf(patterns), patterns] as const)
  return ({ call }) => {
    if (!fitsModule(call.action) || !fitsRole(call.role) || !fitsTask(call.task) || !fitsFile(call.taskFile))
      return 'no'
    let fit: Fit = 'yes'
    for (const [name, fits, patterns] of args) {
      const value = argumentOf(call.args, name)
      if (hasUnknown(value)) fit = 'maybe'
      else if (!fitsArgument(value, fits, patterns)) return 'no'
    }
    return fit
  }
}

/** An argument, or what is inside one after dots. */
function argumentOf(args: Dict, name: string): Value | undefined {
  let value: Value | undefined = args
  for (const key of name.split('.')) {
    if (value !== args && value !== undefined && isText(value)) return UNKNOWN
    value = value instanceof Mapping ? value.get(key) : undefined
  }
  return value
}

/** An empty pattern is for an argument that was not given. */
function fitsArgument(value: Value | undefined, fits: Tester, patterns: readonly string[]): boolean {
  if (value === undefined || value === null) return patterns.includes('')
  const text = isText(value) ? textOf(value) : String(value)
  const truths = patterns.filter(pattern => /^(true|false)$/.test(pattern))
  if (truths.length > 0) return truths.some(pattern => /^(yes|true|on|1)$/i.test(text) === (pattern === 'true'))
  return fits(text)
}
