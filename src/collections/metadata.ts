// A collection's meta/runtime.yml (and ansible_builtin_runtime.yml for ansible.builtin): routing of plugins,
// import redirections, action groups. Parsed once per content; the parsed form is kept across runs, because
// these files have up to ten thousand lines.
import { readFileSync, statSync } from 'node:fs'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import type { DiskCache } from './disk-cache.js'

export interface RemovalNote {
  readonly removal_date?: string
  readonly removal_version?: string
  readonly warning_text?: string
}
export interface RoutingEntry {
  readonly redirect?: string
  readonly deprecation?: RemovalNote
  readonly tombstone?: RemovalNote
  readonly action_plugin?: string
}
/** An entry of an action group: an action's name, or the one `{metadata: …}` mapping. */
export type ActionGroupEntry = string | { readonly [key: string]: unknown }

export interface CollectionMetadata {
  readonly requires_ansible?: string
  readonly plugin_routing?: { readonly [kind: string]: { readonly [name: string]: RoutingEntry | null } | null } | null
  readonly import_redirection?: { readonly [name: string]: RoutingEntry | null } | null
  readonly action_groups?: { readonly [name: string]: readonly ActionGroupEntry[] | null } | null
}

/** Reads a runtime.yml; an empty object when there is no such file. Throws when the YAML is broken. */
export function readCollectionMetadata(path: string, cache: DiskCache): CollectionMetadata {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined || !status.isFile()) return {}
  const key = `2:${path}:${status.mtimeMs}:${status.size}`
  const cached = cache.read('routing', key)
  if (cached !== undefined) {
    try {
      return JSON.parse(cached.toString('utf8')) as CollectionMetadata
    } catch {
      // a damaged entry is a miss
    }
  }
  // Every scalar stays text: versions such as 2.10 and dates such as 2022-06-01 must not change their shape.
  const parsed = emptyScalarsToNull(
    load(readFileSync(path, 'utf8'), { schema: FAILSAFE_SCHEMA, filename: path, json: true }),
  )
  const metadata = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as CollectionMetadata
  cache.write('routing', key, JSON.stringify(metadata))
  return metadata
}

const NULL_TEXTS = new Set(['', '~', 'null', 'Null', 'NULL', 'false', 'False', 'no'])

/** The failsafe schema reads `~` as text; where a mapping or a note is expected it means nothing. */
function emptyScalarsToNull(value: unknown): unknown {
  if (typeof value === 'string') return NULL_TEXTS.has(value) ? null : value
  if (Array.isArray(value)) return value.map(emptyScalarsToNull)
  if (typeof value === 'object' && value !== null) {
    const copy: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) copy[key] = emptyScalarsToNull(item)
    return copy
  }
  return value ?? null
}

/** The routing entry of a plugin, first for its name with extension, then without. */
export function routingEntry(
  metadata: CollectionMetadata,
  kind: string,
  name: string,
  extension = '',
): RoutingEntry | undefined {
  const entries = metadata.plugin_routing?.[kind]
  if (!entries) return undefined
  const own = (key: string) => (Object.hasOwn(entries, key) ? entries[key] : undefined)
  return own(name + extension) || own(name) || undefined
}
