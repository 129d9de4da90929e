// meta/main.yml of a role. Mirrors ansible/playbook/role/metadata.py and the part of role/requirement.py it uses (2.14).

import { dirname } from 'node:path'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { positionOf } from '../yaml/index.js'
import { PlaybookObject } from './base.js'
import { explainMalformed, parserError } from './errors.js'
import type { Play } from './play.js'
import type { Role } from './role.js'
import { RoleInclude } from './role-definition.js'

export class RoleMetadata extends PlaybookObject {
  readonly kind = 'RoleMetadata'
  dependencies: readonly RoleInclude[] = []
  readonly #owner: Role

  constructor(owner: Role) {
    super(owner.context)
    this.#owner = owner
  }

  static of(data: Value, owner: Role): RoleMetadata {
    if (!(data instanceof Dict))
      throw parserError(`the 'meta/main.yml' for role ${owner.getName()} is not a dictionary`)
    return new RoleMetadata(owner).load(data)
  }

  override get play(): Play | undefined {
    return this.#owner.play
  }
  get collections(): readonly string[] {
    const names = this.get('collections')
    return Array.isArray(names) ? names.map(name => textOf(name as string)) : []
  }
  get argumentSpecs(): Value {
    return this.own('argument_specs') ?? null
  }

  protected override loadField(name: string, value: Value): void {
    if (name === 'dependencies') this.dependencies = this.loadDependencies(value)
    else super.loadField(name, value)
  }

  private loadDependencies(value: Value): RoleInclude[] {
    if (value === null || value === '' || value === false || value === 0) return []
    if (!Array.isArray(value)) throw parserError('Expected role dependencies to be a list.', { at: this.data })
    const owner = this.#owner
    const collections = this.searchedCollections()
    return explainMalformed('A malformed list of role dependencies was encountered.', this.data, () =>
      value.map((entry, index) =>
        RoleInclude.of(namedDependency(entry), {
          context: this.context,
          play: owner.play,
          basedir: dirname(owner.path),
          collections,
          position: positionOf(value, index),
        }),
      ),
    )
  }

  /** The owner's own collection first, then those of its `collections:`, then everything else. */
  private searchedCollections(): string[] {
    const owner = this.#owner
    const names = owner.collections.filter(name => name !== owner.collection)
    if (owner.collection !== undefined) names.unshift(owner.collection)
    if (!names.includes('ansible.legacy')) names.push('ansible.legacy')
    return names
  }
}

/** A dependency in the form of a requirements file (`src:`, `version:`) gets the name its source implies. */
function namedDependency(entry: Value): Value {
  if (!(entry instanceof Dict) || entry.has('role') || entry.has('name')) return entry
  const source = entry.get('src')
  if (source === undefined || !isText(source)) return entry
  const named = entry.copy()
  named.set('name', nameOfSource(textOf(source)))
  return named
}

function nameOfSource(source: string): string {
  if (!source.includes('://') && !source.includes('@')) return source
  let name = source.split('/').at(-1) as string
  if (name.endsWith('.git')) name = name.slice(0, -4)
  if (name.endsWith('.tar.gz')) name = name.slice(0, -7)
  return name.split(',')[0] as string
}
