// Host patterns: `web:&prod:!web3`, `db[0:2]`, `~^node\d+$`, `*.example.com`. Mirrors the pattern half of
// inventory/manager.py (2.14).
import { MadansibleError } from '../errors.js'
import { compileRegex, fnmatchRegex } from '../python/index.js'
import { parseAddress } from './address.js'
import type { Host } from './host.js'
import { type InventoryData, isLocalhost } from './inventory-data.js'

// What a pattern is made of when it is no single address: runs of anything but white space, colon and brackets, or
// whole bracket expressions.
const PARTS = /(?:[^\s:[\]]|\[[^\]]*\])+/g
const SUBSCRIPT = /^(.+)\[(?:(-?[0-9]+)|([0-9]+)([:-])([0-9]*))\]$/s

interface Subscript {
  readonly start: number
  /** Inclusive; undefined picks one host, -1 goes to the end. */
  readonly end: number | undefined
}

/** `a,b[1], c` to single patterns; `:` separates too where the whole is no address. */
export function splitHostPattern(pattern: string | readonly string[]): string[] {
  if (typeof pattern !== 'string') return pattern.flatMap(part => splitHostPattern(part))
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : isAddress(pattern)
      ? [pattern]
      : (pattern.match(PARTS) ?? [])
  return parts.map(part => part.trim()).filter(part => part !== '')
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text, true)
    return true
  } catch {
    return false
  }
}

/** Evaluates patterns against an inventory; remembers single patterns until `clear`. */
export class PatternMatcher {
  readonly #known = new Map<string, readonly Host[]>()

  constructor(
    private readonly data: InventoryData,
    private readonly warn = data.options.warn,
  ) {}

  clear(): void {
    this.#known.clear()
  }

  /** Hosts of all patterns: plain ones first, then intersections (&), then exclusions (!). May hold duplicates. */
  evaluate(patterns: readonly string[]): Host[] {
    let hosts: Host[] = []
    for (const pattern of ordered(patterns)) {
      const exact = this.data.hosts.get(pattern)
      if (exact !== undefined) {
        hosts.push(exact)
        continue
      }
      const matched = this.#one(pattern)
      if (pattern.startsWith('!')) hosts = hosts.filter(host => !matched.includes(host))
      else if (pattern.startsWith('&')) hosts = hosts.filter(host => matched.includes(host))
      else {
        const names = new Set(hosts.map(host => host.name))
        hosts.push(...matched.filter(host => !names.has(host.name)))
      }
    }
    return hosts
  }

  #one(given: string): readonly Host[] {
    const pattern = /^[&!]/.test(given) ? given.slice(1) : given
    let hosts = this.#known.get(pattern)
    if (hosts === undefined) {
      const { expression, subscript } = this.#splitSubscript(pattern)
      hosts = applySubscript(this.#enumerate(expression), subscript, pattern)
      this.#known.set(pattern, hosts)
    }
    return hosts
  }

  #splitSubscript(pattern: string): { expression: string; subscript: Subscript | undefined } {
    const match = pattern.startsWith('~') ? null : SUBSCRIPT.exec(pattern)
    if (match === null) return { expression: pattern, subscript: undefined }
    const [, expression, index, start, separator, end] = match
    if (index !== undefined)
      return { expression: expression as string, subscript: { start: Number(index), end: undefined } }
    if (separator === '-') {
      this.warn('Use [x:y] inclusive subscripts instead of [x-y] which has been removed')
    }
    return { expression: expression as string, subscript: { start: Number(start), end: end ? Number(end) : -1 } }
  }

  #enumerate(pattern: string): Host[] {
    const { groups, hosts, options } = this.data
    const matches = nameMatcher(pattern)
    const results: Host[] = []
    const groupNames = [...groups.keys()].filter(matches)
    for (const name of groupNames) results.push(...(groups.get(name)?.allHosts() ?? []))
    if (groupNames.length === 0 || pattern.startsWith('~') || /[.?*[]/.test(pattern)) {
      for (const [name, host] of hosts) if (matches(name)) results.push(host)
    }
    if (results.length === 0 && isLocalhost(pattern)) {
      const implicit = this.data.getHost(pattern)
      if (implicit !== undefined) results.push(implicit)
    }
    if (results.length === 0 && groupNames.length === 0 && pattern !== 'all') {
      const message = `Could not match supplied host pattern, ignoring: ${pattern}`
      const reaction = options.config.get('HOST_PATTERN_MISMATCH')
      if (reaction === 'error') throw new MadansibleError(message)
      if (reaction === 'warning') this.warn(message)
    }
    return results
  }
}

function ordered(patterns: readonly string[]): string[] {
  const some = patterns.filter(pattern => pattern !== '')
  const plain = some.filter(pattern => !/^[&!]/.test(pattern))
  return [
    ...(plain.length > 0 ? plain : ['all']),
    ...some.filter(pattern => pattern.startsWith('&')),
    ...some.filter(pattern => pattern.startsWith('!')),
  ]
}

function nameMatcher(pattern: string): (name: string) => boolean {
  try {
    if (!pattern.startsWith('~')) {
      const glob = fnmatchRegex(pattern)
      return name => glob.match(name) !== undefined
    }
    const regex = compileRegex(pattern.slice(1))
    return name => regex.match(name) !== undefined
  } catch (cause) {
    throw new MadansibleError(`Invalid host list pattern: ${pattern}`, { cause })
  }
}

function applySubscript(hosts: readonly Host[], subscript: Subscript | undefined, pattern: string): readonly Host[] {
  if (subscript === undefined || hosts.length === 0) return hosts
  const { start, end } = subscript
  // As in Ansible a given end of 0 counts as none: one host.
  if (end !== undefined && end !== 0) return hosts.slice(start, end === -1 ? hosts.length : end + 1)
  const host = hosts.at(start < 0 && -start > hosts.length ? hosts.length : start)
  if (host === undefined) throw new MadansibleError(`No hosts matched the subscripted pattern '${pattern}'`)
  return [host]
}
