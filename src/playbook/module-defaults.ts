// module_defaults: names of actions and groups become fully qualified when the keyword is loaded.
// Mirrors _load_module_defaults, _resolve_group and _resolve_action of ansible/playbook/base.py (2.14).

import { str } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { parserError } from './errors.js'
import type { LoadContext } from './load-context.js'
import type { Play } from './play.js'

/** `name.space.thing` */
function isQualified(name: string): boolean {
  return /^\w+\.\w+(\.\w+)+$/.test(name)
}

/** The keyword's value as a list of dicts with fully qualified names; None stays None. */
export function loadModuleDefaults(context: LoadContext, play: Play | undefined, value: Value): Value {
  if (value === null) return null
  return (Array.isArray(value) ? value : [value]).map(defaults => {
    if (!(defaults instanceof Dict))
      throw parserError(
        "The field 'module_defaults' is supposed to be a dictionary or list of dictionaries, " +
          'the keys of which must be static action, module, or group names. Only the values may contain ' +
          'templates. For example: {\'ping\': "{{ ping_defaults }}"}',
      )
    const result = new Dict()
    for (const [key, settings] of defaults.entries()) {
      const name = isText(key) ? textOf(key) : str(key)
      if (name.startsWith('group/')) {
        const group = name.split('group/').at(-1) as string
        result.set(`group/${play === undefined ? group : resolveGroup(context, play, group, true).name}`, settings)
      } else {
        for (const action of resolveNames(context, name)) result.set(action, settings)
      }
    }
    return result
  })
}

function resolveNames(context: LoadContext, written: string): string[] {
  const name = written.split('.').length < 3 ? `ansible.legacy.${written}` : written
  const resolved = context.resolveDefaultsAction(name)
  if (resolved === undefined) throw parserError(`Could not resolve action ${name} in module_defaults`)
  if (!name.startsWith('ansible.legacy.')) return [resolved]
  const builtin = context.resolveDefaultsAction(name.replace('ansible.legacy.', 'ansible.builtin.'))
  return builtin === undefined ? [resolved] : [resolved, builtin]
}

interface Group {
  readonly name: string
  readonly actions: readonly string[]
}

function resolveGroup(context: LoadContext, play: Play, written: string, mandatory: boolean): Group {
  const name = isQualified(written) ? written : `ansible.builtin.${written}`
  const collection = name.split('.').slice(0, 2).join('.')
  const known = play.groupActions.get(name)
  if (known !== undefined) return { name, actions: known }
  const groups = context.collections.actionGroups(collection)
  const members = groups?.get(name) ?? groups?.get(name.split(`${collection}.`).at(-1) as string)
  if (!Array.isArray(members)) {
    const text = `Error loading module_defaults: could not resolve the module_defaults group ${name}`
    if (mandatory) throw parserError(text)
    context.messages.verbose(5, text)
    return { name, actions: [] }
  }
  const actions: string[] = []
  let extended: Value[] = []
  let hasMetadata = false
  for (const member of members) {
    if (isText(member)) {
      const action = textOf(member)
      const resolved = context.resolveDefaultsAction(isQualified(action) ? action : `${collection}.${action}`)
      if (resolved !== undefined) actions.push(resolved)
      continue
    }
    warnAboutMetadata(context, member, hasMetadata, name)
    const metadata = member instanceof Dict ? member.get('metadata') : undefined
    if (!(metadata instanceof Dict)) continue
    hasMetadata = true
    const more = metadata.get('extend_group') ?? []
    extended = Array.isArray(more) ? more : isText(more) ? [more] : []
  }
  addToGroup(play, name, actions)
  play.groupActions.set(name, actions)
  for (const group of extended) {
    const other = textOf(group as string)
    const more = resolveGroup(context, play, isQualified(other) ? other : `${collection}.${other}`, false).actions
    addToGroup(play, name, more)
    actions.push(...more)
  }
  return { name, actions }
}

function addToGroup(play: Play, group: string, actions: readonly string[]): void {
  for (const action of [...actions]) {
    const groups = play.actionGroups.get(action)
    if (groups === undefined) play.actionGroups.set(action, [group])
    else groups.push(group)
  }
}

function warnAboutMetadata(context: LoadContext, member: Value, isSecond: boolean, group: string): void {
  if (!context.config.get('VALIDATE_ACTION_GROUP_METADATA')) return
  const problems: string[] = []
  if (!(member instanceof Dict) || !member.has('metadata') || member.size !== 1) {
    const keys = member instanceof Dict ? [...member.keys()].map(str).sort() : []
    problems.push(`The only expected key is metadata, but got keys: ${keys.join(', ')}`)
  } else {
    const metadata = member.get('metadata') as Value
    if (isSecond) problems.push('The group contains multiple metadata entries.')
    if (!(metadata instanceof Dict)) problems.push(`The metadata is not a dictionary. Got ${str(metadata)}`)
    else {
      const unexpected = [...metadata.keys()].map(str).filter(key => key !== 'extend_group')
      if (unexpected.length > 0) problems.push(`The metadata contains unexpected keys: ${unexpected.join(', ')}`)
      const groups = metadata.get('extend_group')
      if (groups !== undefined && !Array.isArray(groups) && !isText(groups))
        problems.push(`The metadata contains unexpected key types: extend_group is ${str(groups)} (expected type list)`)
    }
  }
  if (problems.length > 0)
    context.messages.warning(
      `Invalid metadata was found for action_group ${group} while loading module_defaults. ${problems.join(' ')}`,
    )
}
