// What a rule of an adapter says about one call.

import type { Rule } from './adapter-file.js'
import { endpointOf, usesContainer } from './containers.js'
import type { Draft } from './draft.js'
import { resourcesOf } from './resource-text.js'

/** Notes in a draft what a rule says. `modelOf` gives the model that `like` names. */
export function applyRule(
  draft: Draft,
  rule: Rule,
  modelOf: (module: string) => ((draft: Draft) => void) | undefined,
): void {
  if (rule.like !== undefined) {
    const model = modelOf(rule.like)
    if (model === undefined) draft.opaque(`the rule '${rule.name}' is like ${rule.like}, of which nothing is known`)
    else model(draft)
  }
  const { because } = rule
  for (const pattern of rule.reads) for (const one of resourcesOf(pattern, draft)) draft.reads(one, because)
  for (const pattern of rule.writes) for (const one of resourcesOf(pattern, draft)) draft.writes(one, because)
  for (const pattern of rule.provides) for (const one of resourcesOf(pattern, draft)) draft.provides(one, because)
  // What is not known in full may be any of those that are.
  for (const pattern of rule.ensures)
    for (const one of resourcesOf(pattern, draft))
      if (one.path.length < pattern.parts.length) draft.writes(one, because)
      else draft.ensuresInOrder(one, because)
  for (const name of rule.uses) draft.reads(endpointOf(name), `uses ${name}: ${because}`)
  for (const name of rule.serves) draft.writes(endpointOf(name), `serves ${name}: ${because}`)
  for (const { resource, capacity } of rule.claims)
    for (const one of resourcesOf(resource, draft)) draft.claims(one, capacity, because)
  if (rule.container !== undefined) usesContainer(draft, rule.container, because)
  if (rule.opaque !== undefined) draft.opaque(rule.opaque)
  if (rule.guard) draft.isGuard = true
  if (rule.harmless) draft.isHarmless = true
  if (rule.repeated) draft.isRepeated = true
  const writesNothing =
    rule.writes.length + rule.ensures.length + rule.serves.length === 0 &&
    rule.like === undefined &&
    rule.container === undefined
  if (writesNothing && rule.opaque === undefined && !rule.guard) draft.isHarmless = true
}
