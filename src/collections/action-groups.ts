// Groups of actions for `module_defaults: group/…`, with groups that extend other groups.
// Mirrors Base._resolve_group and _resolve_action (lib/ansible/playbook/base.py, 2.14).
import { ParserError } from '../errors.js'
import type { CollectionFinder } from './collection-finder.js'
import type { ActionGroupEntry } from './metadata.js'
import type { NoticeSink } from './notices.js'
import type { PluginFinder } from './plugin-finder.js'
import { isFullyQualified } from './reference.js'

/** Fully qualified name of what an action name means: the action plugin if there is one, else the module. */
export function resolveActionName(plugins: PluginFinder, name: string): string | undefined {
  const module = plugins.find('modules', name)
  if (module.path !== undefined && module.actionPlugin !== undefined) return module.fqcn
  const action = plugins.find('action', name)
  return action.fqcn ?? module.fqcn
}

/** The action groups of one play: which actions a group has, and which groups an action is in. */
export class ActionGroups {
  readonly #actionsOf = new Map<string, string[]>()
  readonly #groupsOf = new Map<string, string[]>()

  constructor(
    private readonly collections: CollectionFinder,
    private readonly plugins: PluginFinder,
    private readonly notices: NoticeSink,
  ) {}

  /** Fully qualified groups that an action (fully qualified) belongs to, as far as groups were resolved. */
  groupsOf(action: string): readonly string[] {
    return this.#groupsOf.get(action) ?? []
  }

  /** Resolves a group's name and its actions. Throws ParserError for an unknown group when `isMandatory`. */
  resolve(name: string, isMandatory = true): { readonly name: string; readonly actions: readonly string[] } {
    const fqName = isFullyQualified(name) ? name : `ansible.builtin.${name}`
    const collection = fqName.split('.').slice(0, 2).join('.')
    const known = this.#actionsOf.get(fqName)
    if (known !== undefined) return { name: fqName, actions: known }
    const groups = this.collections.metadata(collection)?.action_groups ?? {}
    const entries = groups[fqName] ?? groups[fqName.slice(collection.length + 1)]
    if (!entries) {
      const message = `Error loading module_defaults: could not resolve the module_defaults group ${fqName}`
      if (isMandatory) throw new ParserError(message)
      this.notices.verbose(5, message)
      return { name: fqName, actions: [] }
    }
    const actions = this.#ownActions(entries, collection)
    this.#record(fqName, actions)
    this.#actionsOf.set(fqName, actions)
    for (const extended of this.#extendedGroups(entries, fqName)) {
      const included = this.resolve(isFullyQualified(extended) ? extended : `${collection}.${extended}`, false).actions
      const copy = [...included]
      this.#record(fqName, copy)
      actions.push(...copy)
    }
    return { name: fqName, actions }
  }

  #ownActions(entries: readonly ActionGroupEntry[], collection: string): string[] {
    const actions: string[] = []
    for (const entry of entries) {
      if (typeof entry !== 'string') continue
      const resolved = resolveActionName(this.plugins, isFullyQualified(entry) ? entry : `${collection}.${entry}`)
      if (resolved !== undefined) actions.push(resolved)
    }
    return actions
  }

  #record(group: string, actions: readonly string[]): void {
    for (const action of actions) {
      const groups = this.#groupsOf.get(action)
      if (groups === undefined) this.#groupsOf.set(action, [group])
      else groups.push(group)
    }
  }

  #extendedGroups(entries: readonly ActionGroupEntry[], group: string): readonly string[] {
    let extended: readonly string[] = []
    for (const entry of entries) {
      if (typeof entry === 'string') continue
      const metadata = entry.metadata
      if (Object.keys(entry).length !== 1 || typeof metadata !== 'object' || metadata === null) {
        this.notices.warning(`Invalid metadata was found for action_group ${group} while loading module_defaults.`)
        continue
      }
      const value = (metadata as { extend_group?: unknown }).extend_group
      if (typeof value === 'string') extended = [value]
      else extended = Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
    }
    return extended
  }
}
