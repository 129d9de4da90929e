// Which tasks --tags and --skip-tags select. Mirrors ansible/playbook/taggable.py (2.14).

import { isText, textOf, type Value } from '../python/values.js'
import type { TaskVars } from '../variables/index.js'
import type { PlaybookObject } from './base.js'
import { isConstant } from './templates.js'

/**
 * The tags of an object, inherited ones included, templated, each once; undefined when it has none. Tags that were
 * templates become the object's own, as in Ansible.
 */
export function templatedTags(object: PlaybookObject, vars: TaskVars): ReadonlySet<Value> | undefined {
  const raw = object.get('tags')
  if (!Array.isArray(raw) || raw.length === 0) return undefined
  const templated = vars.templar().template(raw)
  const tags = new Set<Value>()
  for (const tag of Array.isArray(templated) ? templated : [templated])
    for (const item of Array.isArray(tag) ? tag : [tag]) tags.add(isText(item) ? textOf(item) : item)
  if (!isConstant(raw)) object.setOwn('tags', [...tags])
  return tags
}

const UNTAGGED: ReadonlySet<Value> = new Set(['untagged'])

/** Whether an object with these tags is selected. `all`, `tagged`, `untagged`, `always` and `never` have Ansible's meaning. */
export function selects(
  tags: ReadonlySet<Value> | undefined,
  onlyTags: ReadonlySet<string>,
  skipTags: ReadonlySet<string>,
): boolean {
  const own = tags ?? UNTAGGED
  const isTagged = !(own.size === 1 && own.has('untagged'))
  const meets = (others: ReadonlySet<string>) => [...own].some(tag => typeof tag === 'string' && others.has(tag))
  if (onlyTags.size > 0) {
    const isSelected =
      own.has('always') ||
      (onlyTags.has('all') && !own.has('never')) ||
      meets(onlyTags) ||
      (onlyTags.has('tagged') && isTagged && !own.has('never'))
    if (!isSelected) return false
  }
  if (skipTags.has('all')) return own.has('always') && !skipTags.has('always')
  if (skipTags.size > 0 && meets(skipTags)) return false
  return !(skipTags.has('tagged') && isTagged)
}

/** Taggable.evaluate_tags. */
export function evaluateTags(
  object: PlaybookObject,
  onlyTags: ReadonlySet<string>,
  skipTags: ReadonlySet<string>,
  vars: TaskVars,
): boolean {
  return selects(templatedTags(object, vars), onlyTags, skipTags)
}
