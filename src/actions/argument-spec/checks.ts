// Conditions between arguments. Mirrors check_mutually_exclusive and its like in
// lib/ansible/module_utils/common/validation.py (ansible-core 2.14). Each gives the text of the first violation.
import { compareText, equals, str } from '../../python/index.js'
import { type Dict, isText, Mapping, Tuple, truthOf, type Value } from './spec-values.js'

type Problem = string | undefined

const listed = (value: Value): Value[] => {
  if (Array.isArray(value)) return value
  return value instanceof Tuple ? [...value.items] : [value]
}
const joined = (terms: readonly Value[], separator = ', ') => terms.map(str).join(separator)
const count = (terms: Value, parameters: Dict) =>
  new Set(
    listed(terms)
      .map(str)
      .filter(name => parameters.has(name)),
  ).size

/** Adds where a nested argument was found. */
export function inContext(message: string, context: readonly string[]): string {
  return context.length === 0 ? message : `${message} found in ${context.join(' -> ')}`
}

export function mutuallyExclusive(terms: Value | undefined, parameters: Dict): Problem {
  if (terms === undefined || terms === null) return undefined
  const broken = listed(terms).filter(check => count(check, parameters) > 1)
  if (broken.length === 0) return undefined
  // '|'.join of a plain text puts the bar between its characters, as in ansible-core.
  const texts = broken.map(check => (isText(check) ? [...str(check)].join('|') : joined(listed(check), '|')))
  return `parameters are mutually exclusive: ${texts.join(', ')}`
}

export function requiredArguments(spec: Mapping, parameters: Dict): Problem {
  const missing: string[] = []
  for (const [name, options] of spec.entries()) {
    if (options instanceof Mapping && truthOf(options.get('required')) && !parameters.has(name)) missing.push(str(name))
  }
  return missing.length === 0 ? undefined : `missing required arguments: ${missing.sort(compareText).join(', ')}`
}

export function requiredTogether(terms: Value | undefined, parameters: Dict): Problem {
  for (const term of terms === undefined || terms === null ? [] : listed(terms)) {
    const counts = listed(term).map(field => count(field, parameters))
    if (counts.some(number => number > 0) && counts.includes(0)) {
      return `parameters are required together: ${joined(listed(term))}`
    }
  }
  return undefined
}

export function requiredOneOf(terms: Value | undefined, parameters: Dict): Problem {
  for (const term of terms === undefined || terms === null ? [] : listed(terms)) {
    if (count(term, parameters) === 0) return `one of the following is required: ${joined(listed(term))}`
  }
  return undefined
}

export function requiredIf(requirements: Value | undefined, parameters: Dict): Problem {
  for (const requirement of requirements === undefined || requirements === null ? [] : listed(requirements)) {
    const [key, wanted, names, isOneOf] = listed(requirement) as [Value, Value, Value, Value | undefined]
    const actual = parameters.get(key)
    if (actual === undefined || !equals(actual, wanted)) continue
    const missing = listed(names).filter(name => count(name, parameters) === 0)
    const allowed = truthOf(isOneOf) ? listed(names).length : 0
    if (missing.length === 0 || missing.length < allowed) continue
    const requires = truthOf(isOneOf) ? 'any' : 'all'
    return `${str(key)} is ${str(wanted)} but ${requires} of the following are missing: ${joined(missing)}`
  }
  return undefined
}

export function requiredBy(requirements: Value | undefined, parameters: Dict): Problem {
  if (!(requirements instanceof Mapping)) return undefined
  for (const [key, names] of requirements.entries()) {
    if ((parameters.get(key) ?? null) === null) continue
    const missing = listed(names).filter(name => (parameters.get(name) ?? null) === null)
    if (missing.length > 0) return `missing parameter(s) required by '${str(key)}': ${joined(missing)}`
  }
  return undefined
}
