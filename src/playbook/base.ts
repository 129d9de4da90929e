// What plays, blocks, tasks and roles have in common: keywords that are set, inherited or defaulted, loaded from
// YAML and checked. Values stay raw; post-validate.ts templates them. Mirrors ansible/playbook/base.py (2.14).

import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Position } from '../errors.js'
import { combineVars } from '../inventory/index.js'
import { equals } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { positionOf } from '../yaml/index.js'
import { type AttributeSpec, type AttributeTable, attributeTable, type ObjectKind } from './attribute.js'
import { parserError, playbookError, positionFor } from './errors.js'
import { isIdentifier } from './identifiers.js'
import type { LoadContext } from './load-context.js'
import { loadModuleDefaults } from './module-defaults.js'
import type { Play } from './play.js'
import { yamlClass } from './python-names.js'
import type { Role } from './role.js'
import { looksLikeTemplate } from './templates.js'
import { validatedList } from './validated-value.js'

const uuidPrefix = (() => {
  const node = Buffer.from(hostname().padEnd(6, '\0')).toString('hex').slice(0, 12)
  const random = randomBytes(4).toString('hex')
  return `${node.slice(0, 8)}-${node.slice(8)}-${random.slice(0, 4)}-${random.slice(4)}`
})()
let lastUuid = 0

/** An id of the form Ansible gives to tasks and plays, unique in this process. */
export function newUuid(): string {
  lastUuid += 1
  return `${uuidPrefix}-${lastUuid.toString(16).padStart(12, '0')}`
}

/** Counts changes of any object's values; what was inherited before a change is computed again. */
let changes = 0
/** Says that a value, parent or dependency chain changed. */
export function noteChange(): void {
  changes += 1
}
/** Grows with every change of any object: what was computed from objects holds while it stays the same. */
export function changeCount(): number {
  return changes
}

export abstract class PlaybookObject {
  abstract readonly kind: ObjectKind
  readonly context: LoadContext
  /** Copies keep it. */
  uuid: string = newUuid()
  /** What it was loaded from; null for objects that no file holds. */
  data: Value = null
  position: Position | undefined
  #vars = new Dict()
  #own = new Map<string, Value>()
  #inherited: Map<string, Value | undefined> | undefined
  #inheritedAt = -1

  constructor(context: LoadContext) {
    this.context = context
  }

  get table(): AttributeTable {
    return attributeTable(this.kind)
  }
  /** All keywords, in Ansible's order of validation. */
  attributes(): readonly AttributeSpec[] {
    return [...new Set(this.table.byName.values())]
  }

  get vars(): Dict {
    return this.#vars
  }
  set vars(vars: Dict) {
    this.#vars = vars
    noteChange()
  }

  /** Value set on this very object; undefined when there is none. */
  own(name: string): Value | undefined {
    return this.#own.get(this.spec(name).name)
  }
  setOwn(name: string, value: Value | undefined): void {
    const key = this.spec(name).name
    if (value === undefined) this.#own.delete(key)
    else this.#own.set(key, value)
    noteChange()
  }

  /** Value with inheritance and extension through block, role and play, else the default. Raw. */
  get(name: string): Value {
    const spec = this.spec(name)
    if (spec.name === 'vars') return this.vars
    let value = spec.inherit ? this.#inherit(spec) : this.#own.get(spec.name)
    if (value === undefined) value = spec.defaultValue(this.context)
    return spec.name === 'connection' && value === 'smart' ? 'ssh' : value
  }

  #inherit(spec: AttributeSpec): Value | undefined {
    if (this.#inherited === undefined || this.#inheritedAt !== changes) {
      this.#inherited = new Map()
      this.#inheritedAt = changes
    }
    if (this.#inherited.has(spec.name)) return this.#inherited.get(spec.name)
    const value = this.inherited(spec, false)
    this.#inherited.set(spec.name, value)
    return value
  }

  /** Value from this object (unless `omitSelf`) and its parents; undefined when nobody has one. */
  inherited(spec: AttributeSpec, omitSelf: boolean): Value | undefined {
    return omitSelf ? undefined : this.#own.get(spec.name)
  }

  spec(name: string): AttributeSpec {
    const spec = this.table.byName.get(name)
    if (spec === undefined) throw new Error(`a ${this.kind} has no keyword ${name}`)
    return spec
  }
  hasKeyword(name: string): boolean {
    return this.table.byName.has(name)
  }

  /** The play it belongs to, when known. */
  abstract get play(): Play | undefined

  /** "file:line" where it stands in its file, '' when unknown. */
  getPath(): string {
    const position = this.position ?? this.fallbackPosition()
    return position === undefined ? '' : `${position.file}:${position.line}`
  }
  protected fallbackPosition(): Position | undefined {
    return undefined
  }

  getDepChain(): readonly Role[] | undefined {
    return undefined
  }

  /** Folders to search for files: roles from the innermost out, then the folder of the object's own file. */
  getSearchPath(): string[] {
    const stack = [...(this.getDepChain() ?? [])].reverse().map(role => role.path)
    const path = this.getPath()
    const folder = path === '' ? '' : dirname(path)
    if (!stack.includes(folder)) stack.push(folder)
    return stack
  }

  /** Takes over every value of `source` that both kinds have (copies and roles). */
  protected copyValuesFrom(source: PlaybookObject): void {
    for (const [name, value] of source.#own) if (this.hasKeyword(name)) this.#own.set(name, value)
    this.#vars = source.#vars
    noteChange()
  }
  protected copyIdentityFrom(source: PlaybookObject): void {
    this.uuid = source.uuid
    this.data = source.data
    this.position = source.position
    this.copyValuesFrom(source)
  }

  /** Loads from YAML data. Throws ParserError for unknown keywords and values of a wrong shape. */
  load(data: Value, position?: Position): this {
    this.data = data
    this.position = position ?? positionFor(data)
    const cleaned = this.preprocess(data)
    this.validateKeywords(cleaned)
    for (const spec of this.table.loadOrder) {
      const name = spec.alias !== undefined && cleaned.has(spec.alias) ? spec.alias : spec.name
      if (cleaned.has(name)) this.loadField(spec.name, cleaned.get(name) as Value)
    }
    this.validate()
    return this
  }

  /** Old spellings are made new; the result is never the data itself when something changes. */
  protected preprocess(data: Value): Dict {
    return data as Dict
  }

  protected validateKeywords(data: Dict): void {
    for (const key of data.keys())
      if (!isText(key) || !this.hasKeyword(textOf(key))) {
        throw parserError(`'${isText(key) ? textOf(key) : String(key)}' is not a valid attribute for a ${this.kind}`, {
          at: this.at(data),
        })
      }
  }

  /** Where errors about `data` are: data made from other data stands where the object stands. */
  protected at(data: Value = this.data): Value | Position | undefined {
    return positionFor(data) ?? this.position
  }

  /** Where the value of a keyword stands. */
  protected fieldPosition(name: string): Position | undefined {
    return this.data instanceof Dict ? positionOf(this.data, name) : undefined
  }

  /** Keeps one keyword's value; objects with values of their own kind override it. */
  protected loadField(name: string, value: Value): void {
    switch (name) {
      case 'vars':
        this.#vars = this.loadVars(value)
        noteChange()
        return
      case 'module_defaults':
        return this.setOwn(name, loadModuleDefaults(this.context, this.play, value))
      case 'tags':
        return this.setOwn(name, loadTags(value))
      case 'collections':
        return this.setOwn(name, this.loadCollections(value))
      default:
        this.setOwn(name, value)
    }
  }

  /** `vars:` as a dict or a list of dicts, over the vars the object has already. */
  protected loadVars(data: Value): Dict {
    if (data === null) return new Dict()
    const at = positionFor(data) ?? this.fieldPosition('vars') ?? this.at()
    let result = this.#vars
    for (const item of Array.isArray(data) ? data : [data]) {
      if (!(item instanceof Dict))
        throw parserError(`Vars in a ${this.kind} must be specified as a dictionary, or a list of dictionaries`, { at })
      for (const key of item.keys())
        if (!isIdentifier(key)) {
          const name = isText(key) ? textOf(key) : String(key)
          const problem = `'${name}' is not a valid variable name`
          throw parserError(`Invalid variable name in vars specified for ${this.kind}: ${problem}`, { at })
        }
      result = combineVars(result, item, hashBehaviour(this.context))
    }
    return result
  }

  private loadCollections(value: Value): Value {
    const list = withDefaultCollection(this.context, validatedList(this, this.spec('collections'), value))
    for (const name of list)
      if (looksLikeTemplate(name))
        this.context.messages.warning(
          `"collections" is not templatable, but we found: ${textOf(name as string)}, it will not be templated and will be used "as is".`,
        )
    return list.length > 0 ? list : null
  }

  /** Checks that need no variables. */
  protected validate(): void {
    for (const [name, value] of [...this.#own]) {
      if (this.validateField(name) || this.spec(name).isa !== 'string') continue
      if (Array.isArray(value) || value instanceof Dict)
        throw parserError(
          `The field '${name}' is supposed to be a string type, however the incoming data structure is a ${yamlClass(value)}`,
          { at: this.at() },
        )
    }
  }

  /** True when the keyword, which is set, has a check of its own and passed it. */
  protected validateField(name: string): boolean {
    if (name !== 'when') return false
    const value = this.own('when')
    if (value !== undefined && !Array.isArray(value)) this.setOwn('when', [value])
    return true
  }
}

/** hash_behaviour as combineVars wants it. */
export function hashBehaviour(context: LoadContext): 'replace' | 'merge' {
  return context.config.get('DEFAULT_HASH_BEHAVIOUR') === 'merge' ? 'merge' : 'replace'
}

/** A new list with the default collection in front and ansible.legacy at the end where Ansible puts them. */
export function withDefaultCollection(context: LoadContext, list: readonly Value[]): Value[] {
  const result = [...list]
  const { defaultCollection } = context
  if (defaultCollection && !result.includes(defaultCollection)) result.unshift(defaultCollection)
  if (result.length > 0 && !result.includes('ansible.builtin') && !result.includes('ansible.legacy'))
    result.push('ansible.legacy')
  return result
}

function loadTags(value: Value): Value {
  if (Array.isArray(value)) return value
  if (isText(value))
    return textOf(value)
      .split(',')
      .map(tag => tag.trim())
  throw playbookError('tags must be specified as a list', { at: value })
}

/** A parent's value added to an own one: lists are joined, neighbours that are equal become one, None goes. */
export function extendValue(value: Value | undefined, more: Value | undefined, prepend: boolean): Value[] {
  const own = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const added = more === undefined ? [] : Array.isArray(more) ? more : [more]
  const combined = prepend ? [...added, ...own] : [...own, ...added]
  return combined.filter((item, index) => item !== null && (index === 0 || !equals(combined[index - 1] as Value, item)))
}
