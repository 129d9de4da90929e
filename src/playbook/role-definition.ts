// One entry of `roles:` or of a role's dependencies: its name, where the role is, keywords and parameters.
// Mirrors ansible/playbook/role/definition.py and role/include.py (2.14).

import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { unfrackPath } from '../config/index.js'
import type { Position } from '../errors.js'
import { str, truth } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { PlaybookObject } from './base.js'
import { malformed, parserError, playbookError } from './errors.js'
import type { LoadContext } from './load-context.js'
import type { Play } from './play.js'

export interface RolePlace {
  readonly context: LoadContext
  readonly play: Play | undefined
  /** Folder beside which dependencies are looked for. */
  readonly basedir?: string | undefined
  /** Collections searched for names without a dot. */
  readonly collections?: readonly string[] | undefined
  readonly position?: Position | undefined
}

const QUALIFIED = /^\w+\.\w+(\.\w+)+$/

export class RoleInclude extends PlaybookObject {
  readonly kind = 'RoleInclude'
  readonly play: Play | undefined
  /** Folder of the role. */
  path = ''
  collection: string | undefined
  /** Keys of the entry that are no keywords. */
  params = new Dict()
  readonly #basedir: string | undefined
  readonly #collections: readonly string[]

  constructor(place: RolePlace) {
    super(place.context)
    this.play = place.play
    this.#basedir = place.basedir
    this.#collections = place.collections ?? []
  }

  /** Loads an entry: a name, or a mapping with `role:` or `name:`. */
  static of(data: Value, place: RolePlace): RoleInclude {
    if (!isText(data) && !(data instanceof Dict)) throw parserError(`Invalid role definition: ${str(data)}`)
    if (isText(data) && textOf(data).includes(','))
      throw playbookError(`Invalid old style role requirement: ${textOf(data)}`)
    return new RoleInclude(place).load(data, place.position)
  }

  get role(): string {
    return str(this.own('role') ?? '')
  }
  /** `collection.role`, or the plain name. */
  getName(): string {
    return this.collection === undefined ? this.role : `${this.collection}.${this.role}`
  }

  protected override preprocess(data: Value): Dict {
    if (!isText(data) && !(data instanceof Dict)) throw malformed('a role is neither a name nor a mapping')
    const result = new Dict()
    if (data instanceof Dict) {
      for (const [key, value] of data.entries())
        if (isText(key) && this.hasKeyword(textOf(key))) result.set(key, value)
        else this.params.set(key, value)
    }
    const [name, path] = this.locate(this.templated(this.writtenName(data)))
    result.set('role', name)
    this.path = path
    return result
  }

  private writtenName(data: Value): Value {
    if (!(data instanceof Dict)) return data
    const name = data.get('role') ?? data.get('name') ?? null
    if (!truth(name) || !isText(name)) throw playbookError('role definitions must contain a role name', { at: data })
    return name
  }

  private templated(name: Value): string {
    return str(this.context.variables.getVars({ play: this.play }).templar().template(name))
  }

  /** Name and folder of the role; a name that is a path is shortened. Throws when there is no such role. */
  private locate(name: string): [string, string] {
    const { context } = this
    if (this.#collections.length > 0 || QUALIFIED.test(name)) {
      const found = context.collections.findRole(name, this.#collections)
      if (found !== undefined) {
        this.collection = found.collection
        return [found.role, found.path]
      }
    }
    const basedir = context.loader.basedir
    const searched = [join(basedir, 'roles'), ...(context.config.get('DEFAULT_ROLES_PATH') ?? [])]
    if (this.#basedir !== undefined && this.#basedir !== '') searched.push(this.#basedir)
    searched.push(basedir)
    for (const written of searched) {
      const folder = written.includes('{{') ? this.templated(written) : written
      const path = unfrackPath(name.startsWith('/') ? name : join(folder, name), { follow: true })
      if (existsSync(path)) return [name, path]
    }
    const path = unfrackPath(name, { follow: true })
    if (existsSync(path)) return [basename(name), path]
    throw playbookError(`the role '${name}' was not found in ${[...this.#collections, ...searched].join(':')}`, {
      at: this.position,
    })
  }
}
