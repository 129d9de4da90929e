// Validates arguments against a specification: aliases, defaults, required ones, types, choices, nested options.
// Mirrors ArgumentSpecValidator (lib/ansible/module_utils/common/arg_spec.py) and the functions it calls in
// common/parameters.py (ansible-core 2.14): the same messages in the same order.
import { compareText, equals, PyError, str } from '../../python/index.js'
import {
  inContext,
  mutuallyExclusive,
  requiredArguments,
  requiredBy,
  requiredIf,
  requiredOneOf,
  requiredTogether,
} from './checks.js'
import { classOf, converterFor, toDict } from './convert-type.js'
import { Dict, isText, Mapping, Tuple, truthOf, type Value } from './spec-values.js'

export interface SpecError {
  readonly kind: 'unsupported' | 'other'
  readonly message: string
}
export interface SpecRules {
  readonly mutuallyExclusive?: Value
  readonly requiredTogether?: Value
  readonly requiredOneOf?: Value
  readonly requiredIf?: Value
  readonly requiredBy?: Value
}
export interface Validation {
  readonly parameters: Dict
  readonly errors: readonly SpecError[]
  /** Texts of warnings about options given together with their aliases (nested ones). */
  readonly warnings: readonly string[]
}

/** Validates a copy of `parameters`; values are converted in it. */
export function validateArguments(spec: Dict, parameters: Dict, rules: SpecRules = {}): Validation {
  const validator = new Validator()
  const copy = deepCopy(parameters) as Dict
  validator.validate(spec, copy, rules)
  return { parameters: copy, errors: validator.errors, warnings: validator.warnings }
}

function deepCopy(value: Value): Value {
  if (Array.isArray(value)) return value.map(deepCopy)
  if (value instanceof Dict) return new Dict([...value.entries()].map(([key, item]) => [key, deepCopy(item)]))
  return value
}

interface Supported {
  readonly names: readonly string[]
  readonly aliases: readonly string[]
}

class Validator {
  readonly errors: SpecError[] = []
  readonly warnings: string[] = []
  /** Dotted names of arguments nobody knows, with what is known in their place. */
  readonly #unsupported = new Map<string, Supported>()

  validate(spec: Dict, parameters: Dict, rules: SpecRules): void {
    const aliases = this.#guard(() => handleAliases(spec, parameters, [])) ?? new Map<string, string>()
    this.#guard(() => checkNoLogOptions(spec, parameters))
    this.#guard(() => this.#findUnsupported(spec, parameters, aliases, []))
    this.#note(mutuallyExclusive(rules.mutuallyExclusive, parameters), [])
    setDefaults(spec, parameters, false)
    this.#note(requiredArguments(spec, parameters), [])
    this.#convertAll(spec, parameters, [])
    this.#checkChoices(spec, parameters, [])
    this.#checkRules(rules, parameters, [])
    setDefaults(spec, parameters, true)
    this.#validateNested(spec, parameters, '', [])
    this.#reportUnsupported()
  }

  #add(message: string): void {
    this.errors.push({ kind: 'other', message })
  }

  #note(problem: string | undefined, context: readonly string[]): void {
    if (problem !== undefined) this.#add(inContext(problem, context))
  }

  /** Runs a step whose Python TypeError or ValueError becomes an error of the validation. */
  #guard<T>(step: () => T): T | undefined {
    try {
      return step()
    } catch (error) {
      if (!(error instanceof PyError)) throw error
      this.#add(error.message)
      return undefined
    }
  }

  #checkRules(rules: SpecRules, parameters: Dict, context: readonly string[]): void {
    this.#note(requiredTogether(rules.requiredTogether, parameters), context)
    this.#note(requiredOneOf(rules.requiredOneOf, parameters), context)
    this.#note(requiredIf(rules.requiredIf, parameters), context)
    this.#note(requiredBy(rules.requiredBy, parameters), context)
  }

  #findUnsupported(
    spec: Mapping,
    parameters: Dict,
    aliases: ReadonlyMap<string, string>,
    context: readonly string[],
  ): void {
    const legal = [...aliases.keys(), ...[...spec.keys()].map(str)]
    const unknown = [...parameters.keys()].map(str).filter(name => !legal.includes(name))
    // ansible-core looks at the aliases once more here, and fails once more when they are broken.
    if (unknown.length > 0) handleAliases(spec, parameters, [])
    for (const name of unknown) {
      const names = legal.filter(option => !aliases.has(option))
      this.#unsupported.set([...context, name].join('.'), { names, aliases: [...aliases.keys()] })
    }
  }

  #reportUnsupported(): void {
    const last = [...this.#unsupported.values()].at(-1)
    if (last === undefined) return
    let supported = [...last.names].sort(compareText).join(', ')
    if (last.aliases.length > 0) supported += ` (${[...last.aliases].sort(compareText).join(', ')})`
    const names = [...this.#unsupported.keys()].sort(compareText).join(', ')
    this.errors.push({ kind: 'unsupported', message: `${names}. Supported parameters include: ${supported}.` })
  }

  #convertAll(spec: Mapping, parameters: Dict, context: readonly string[]): void {
    for (const [name, options] of specEntries(spec)) {
      const value = parameters.get(name)
      if (value === undefined || value === null) continue
      const { convert, name: typeName } = converterFor(options.get('type'))
      try {
        if (convert === undefined) throw new PyError('TypeError', "'NoneType' object is not callable")
        parameters.set(name, convert(value))
        const elements = options.get('elements')
        if (truthOf(elements)) this.#convertElements(name, options, parameters, context)
      } catch (error) {
        if (!(error instanceof PyError)) throw error
        let message = `argument '${name}' is of type ${classOf(value)}`
        if (context.length > 0) message += ` found in '${context.join(' -> ')}'.`
        this.#add(`${message} and we were unable to convert to ${typeName}: ${error.message}`)
      }
    }
  }

  #convertElements(name: string, options: Mapping, parameters: Dict, context: readonly string[]): void {
    const list = parameters.get(name) as Value
    const wantedList = options.get('type')
    if (wantedList === undefined || wantedList === null || str(wantedList) !== 'list' || !Array.isArray(list)) {
      let message = `Invalid type ${converterFor(wantedList).name} for option '${str(list)}'`
      if (context.length > 0) message += ` found in '${context.join(' -> ')}'.`
      this.#add(`${message}, elements value check is supported only with 'list' type`)
    }
    const { convert, name: typeName } = converterFor(options.get('elements'))
    const converted: Value[] = []
    for (const value of Array.isArray(list) ? list : [...str(list)]) {
      try {
        if (convert === undefined) throw new PyError('TypeError', "'NoneType' object is not callable")
        converted.push(convert(value))
      } catch (error) {
        if (!(error instanceof PyError)) throw error
        let message = `Elements value for option '${name}'`
        if (context.length > 0) message += ` found in '${context.join(' -> ')}'`
        this.#add(
          `${message} is of type ${classOf(value)} and we were unable to convert to ${typeName}: ${error.message}`,
        )
      }
    }
    parameters.set(name, converted)
  }

  #checkChoices(spec: Mapping, parameters: Dict, context: readonly string[]): void {
    for (const [name, options] of specEntries(spec)) {
      const given = options.get('choices')
      if (given === undefined || given === null) continue
      if (!Array.isArray(given) && !(given instanceof Tuple)) {
        this.#note(`internal error: choices for argument ${name} are not iterable: ${str(given)}`, context)
        continue
      }
      const choices = Array.isArray(given) ? given : given.items
      const isChoice = (item: Value) => choices.some(choice => equals(choice, item))
      const value = parameters.get(name)
      if (value === undefined) continue
      const shown = choices.map(str).join(', ')
      if (Array.isArray(value)) {
        const others = value.filter(item => !isChoice(item))
        if (others.length === 0) continue
        this.#note(
          `value of ${name} must be one or more of: ${shown}. Got no match for: ${others.map(str).join(', ')}`,
          context,
        )
      } else if (!isChoice(value)) {
        const meant = meantBoolean(value, choices)
        if (meant !== undefined) parameters.set(name, meant)
        else this.#note(`value of ${name} must be one of: ${shown}, got: ${str(value)}`, context)
      }
    }
  }

  #validateNested(spec: Mapping, parameters: Dict, prefix: string, context: readonly string[]): void {
    for (const [name, options] of specEntries(spec)) {
      const type = options.get('type')
      const isList = type != null && str(type) === 'list' && str(options.get('elements') ?? '') === 'dict'
      if (!isList && (type == null || str(type) !== 'dict')) continue
      const nested = options.get('options')
      if (truthOf(options.get('apply_defaults'))) {
        if (nested === undefined || nested === null) continue
        if ((parameters.get(name) ?? null) === null) parameters.set(name, new Dict())
      } else if (!(nested instanceof Mapping) || (parameters.get(name) ?? null) === null) continue
      const value = parameters.get(name) as Value
      const items = Array.isArray(value) ? value : value instanceof Tuple ? value.items : [value]
      items.forEach((item, index) => {
        if (!(item instanceof Dict)) {
          this.#add(`value of '${name}' must be of type dict or list of dicts`)
          return
        }
        const newPrefix = `${prefix}${name}${isList ? `[${index}]` : ''}.`
        this.#validateItem(nested as Mapping, item, options, newPrefix, [...context, name])
      })
    }
  }

  #validateItem(spec: Mapping, item: Dict, options: Mapping, prefix: string, context: readonly string[]): void {
    const warned: [string, string][] = []
    const aliases = this.#guard(() => handleAliases(spec, item, warned)) ?? new Map<string, string>()
    for (const [option, alias] of warned) {
      this.warnings.push(`Both option ${prefix}${option} and its alias ${prefix}${alias} are set.`)
    }
    this.#guard(() => checkNoLogOptions(spec, item))
    this.#findUnsupported(spec, item, aliases, context)
    this.#note(mutuallyExclusive(options.get('mutually_exclusive'), item), context)
    setDefaults(spec, item, false)
    this.#note(requiredArguments(spec, item), context)
    this.#convertAll(spec, item, context)
    this.#checkChoices(spec, item, context)
    const rule = (key: string): Value => options.get(key) ?? null
    this.#checkRules(
      {
        requiredTogether: rule('required_together'),
        requiredOneOf: rule('required_one_of'),
        requiredIf: rule('required_if'),
        requiredBy: rule('required_by'),
      },
      item,
      context,
    )
    setDefaults(spec, item, true)
    this.#validateNested(spec, item, prefix, context)
  }
}

function* specEntries(spec: Mapping): Iterable<[string, Mapping]> {
  for (const [name, options] of spec.entries()) {
    if (!(options instanceof Mapping)) {
      const type = classOf(options).slice("<class '".length, -2).split('.').at(-1)
      throw new PyError('AttributeError', `'${type}' object has no attribute 'get'`)
    }
    yield [str(name), options]
  }
}

/** Gives aliased arguments their own name, too; alias to name. */
function handleAliases(spec: Mapping, parameters: Dict, warned: [string, string][]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, options] of specEntries(spec)) {
    if ((options.get('default') ?? null) !== null && truthOf(options.get('required'))) {
      throw new PyError('ValueError', `internal error: required and default are mutually exclusive for ${name}`)
    }
    const aliases = options.get('aliases')
    if (aliases === undefined || aliases === null) continue
    if (isText(aliases) || !(Array.isArray(aliases) || aliases instanceof Tuple)) {
      throw new PyError('TypeError', 'internal error: aliases must be a list or tuple')
    }
    for (const item of Array.isArray(aliases) ? aliases : aliases.items) {
      const alias = str(item)
      found.set(alias, name)
      const value = parameters.get(alias)
      if (value === undefined) continue
      if (parameters.has(name)) warned.push([name, alias])
      parameters.set(name, value)
    }
  }
  return found
}

/** _list_no_log_values fails for nested options of the wrong shape; only that failure matters here. */
function checkNoLogOptions(spec: Mapping, parameters: Mapping): void {
  for (const [name, options] of specEntries(spec)) {
    const nested = options.get('options')
    const value = parameters.get(name)
    if (!(nested instanceof Mapping) || value === undefined || value === null) continue
    const type = str(options.get('type') ?? '')
    if (type !== 'dict' && !(type === 'list' && str(options.get('elements') ?? '') === 'dict')) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      const dict = isText(item) ? toDict(item) : item
      if (!(dict instanceof Mapping)) {
        const got = classOf(dict).slice("<class '".length, -2).split('.').at(-1)
        throw new PyError(
          'TypeError',
          `Value '${str(dict)}' in the sub parameter field '${name}' must by a ${type}, not '${got}'`,
        )
      }
      checkNoLogOptions(nested, dict)
    }
  }
}

function setDefaults(spec: Mapping, parameters: Dict, setsNone: boolean): void {
  for (const [name, options] of specEntries(spec)) {
    const value = options.get('default') ?? null
    if (!parameters.has(name) && (value !== null || setsNone)) parameters.set(name, value)
  }
}

const TRUE_WORDS = ['y', 'yes', 'on', '1', 'true', 't', 1]
const FALSE_WORDS = ['n', 'no', 'off', '0', 'false', 'f', 0]

/** YAML turns some words into booleans; the only choice that means the same is taken. */
function meantBoolean(value: Value, choices: readonly Value[]): Value | undefined {
  if (!isText(value) || !['True', 'False'].includes(str(value))) return undefined
  const words: readonly Value[] = str(value) === 'True' ? TRUE_WORDS : FALSE_WORDS
  const overlap = words.filter(word => choices.some(choice => equals(choice, word)))
  return overlap.length === 1 ? overlap[0] : undefined
}
