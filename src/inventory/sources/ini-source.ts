// INI inventory: [group], [group:vars], [group:children], host lines with k=v. Mirrors plugins/inventory/ini.py (2.14).
import { MadansibleError, ParserError } from '../../errors.js'
import { decodeUtf8, isPyError, literalEval, shlexSplit, splitLines } from '../../python/index.js'
import { Dict, PyBytes, type Value } from '../../python/values.js'
import type { InventoryData } from '../inventory-data.js'
import { type ExpandedPattern, expandHostPattern } from './host-ranges.js'
import { isReadablePath, populateHosts } from './populate.js'
import { asParserError, type Source, type SourceReader } from './source-reader.js'

export const iniSource: SourceReader = {
  name: 'ini',
  accepts: source => isReadablePath(source.source),
  read: source => asParserError(() => new IniInventory(source).read()),
}

const SECTION = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/
type State = 'hosts' | 'children' | 'vars'

/** A group that was named before it was declared. */
interface Pending {
  readonly line: number
  readonly state: 'children' | 'vars'
  readonly parents: string[]
}

class IniInventory {
  readonly #data: InventoryData
  readonly #path: string
  readonly #pending = new Map<string, Pending>()
  #line = 0
  #group = 'ungrouped'
  #state: State = 'hosts'

  constructor(private readonly source: Source) {
    this.#data = source.data
    this.#path = source.source
  }

  read(): void {
    const text = decodeUtf8(this.source.loader.readFile(this.#path).data, 'surrogateescape')
    for (const raw of splitLines(text)) {
      this.#line++
      const line = raw.trim()
      if (line !== '' && !/^[;#]/.test(line)) this.#readLine(line)
    }
    this.#checkPending()
  }

  #fail(message: string, line = this.#line): never {
    throw new MadansibleError(`${this.#path}:${line}: ${message}`)
  }

  #readLine(line: string): void {
    const section = SECTION.exec(line)
    if (section !== null) {
      this.#startSection(section[1] as string, section[2])
      return
    }
    if (line.startsWith('[') && line.endsWith(']')) {
      this.#fail(
        `Invalid section entry: '${line}'. Please make sure that there are no spaces in the section entry, and that ` +
          'there are no other invalid characters',
      )
    }
    if (this.#state === 'hosts') this.#readHost(line)
    else if (this.#state === 'vars') this.#readVariable(line)
    else this.#readChild(line)
  }

  #startSection(given: string, tag: string | undefined): void {
    const group = this.#data.safeGroupName(given)
    const state = tag ?? 'hosts'
    if (state !== 'hosts' && state !== 'children' && state !== 'vars') {
      this.#fail(`Section [${given}:${state}] has unknown type: ${state}`)
    }
    this.#group = group
    this.#state = state
    if (!this.#data.groups.has(group)) {
      if (state === 'vars' && !this.#pending.has(group)) {
        this.#pending.set(group, { line: this.#line, state, parents: [] })
      }
      this.#data.addGroup(group)
    }
    const pending = this.#pending.get(group)
    if (pending === undefined || state === 'vars') return
    if (pending.state === 'children') this.#adopt(group)
    else this.#pending.delete(group)
  }

  /** Puts a group that is declared now below the groups that named it as a child. */
  #adopt(group: string): void {
    for (const parent of this.#pending.get(group)?.parents ?? []) {
      this.#data.addChild(parent, group)
      if (this.#pending.get(parent)?.state === 'children') this.#adopt(parent)
    }
    this.#pending.delete(group)
  }

  #readChild(line: string): void {
    const child = GROUP_NAME.exec(line)?.[1]
    if (child === undefined) this.#fail(`Expected group name, got: ${line}`)
    if (this.#data.groups.has(child)) {
      this.#data.addChild(this.#group, child)
      return
    }
    const pending = this.#pending.get(child)
    if (pending !== undefined) pending.parents.push(this.#group)
    else this.#pending.set(child, { line: this.#line, state: 'children', parents: [this.#group] })
  }

  #readVariable(line: string): void {
    const equals = line.indexOf('=')
    if (equals < 0) this.#fail(`Expected key=value, got: ${line}`)
    const [name, value] = [line.slice(0, equals).trim(), line.slice(equals + 1).trim()]
    this.#data.setVariable(this.#group, name, parseValue(value))
  }

  #readHost(line: string): void {
    const [name, ...assignments] = this.#tokens(line)
    const { hosts, port } = expand(name ?? '')
    const vars = new Dict()
    for (const token of assignments) {
      const equals = token.indexOf('=')
      if (equals < 0) this.#fail(`Expected key=value host variable assignment, got: ${token}`)
      vars.set(token.slice(0, equals), parseValue(token.slice(equals + 1)))
    }
    populateHosts(this.#data, hosts, vars, this.#group, port)
  }

  #tokens(line: string): string[] {
    try {
      return shlexSplit(line, { comments: true })
    } catch (error) {
      if (isPyError(error, 'ValueError')) this.#fail(`Error parsing host definition '${line}': ${error.message}`)
      throw error
    }
  }

  /** Groups that were only named are an error; the first of them is reported. */
  #checkPending(): void {
    for (const [name, { line, state, parents }] of this.#pending) {
      if (state === 'vars') this.#fail(`Section [${name}:vars] not valid for undefined group: ${name}`, line)
      this.#fail(`Section [${parents.at(-1)}:children] includes undefined group: ${name}`, line)
    }
  }
}

function expand(pattern: string): ExpandedPattern {
  const expanded = expandHostPattern(pattern)
  if (pattern.trim().endsWith(':') && expanded.port === undefined) {
    throw new ParserError(
      `Invalid host pattern '${pattern}' supplied, ending in ':' is not allowed, this character is reserved to provide ` +
        'a port.',
    )
  }
  if (expanded.hosts.some(host => host.trim() === '---')) {
    throw new ParserError(`Invalid host pattern '${pattern}' supplied, '---' is normally a sign this is a YAML file.`)
  }
  return expanded
}

/** A Python literal, or the text itself. */
function parseValue(text: string): Value {
  try {
    const value = literalEval(text)
    return value instanceof PyBytes ? decodeUtf8(value.value, 'surrogateescape') : value
  } catch (error) {
    if (isPyError(error, 'ValueError') || isPyError(error, 'SyntaxError')) return text
    throw error
  }
}
