// Combining mappings of variables. Mirrors utils/vars.py combine_vars and merge_hash, inventory/helpers.py (2.14).
import { MadansibleError } from '../errors.js'
import { equals, jsonDumps, typeName } from '../python/index.js'
import { Dict, type Value } from '../python/values.js'

export type ListMerge = 'replace' | 'keep' | 'append' | 'prepend' | 'append_rp' | 'prepend_rp'

/** A new dict with the keys of both; `high` wins, or merges deeply when `behaviour` (hash_behaviour) says so. */
export function combineVars(low: Dict, high: Dict, behaviour: 'replace' | 'merge' = 'replace'): Dict {
  requireMappings(low, high)
  return behaviour === 'merge' ? mergeHash(low, high) : low.copy().update(high)
}

/** A new dict; mappings below are merged when `recursive`, lists as `listMerge` says. Neither argument is changed. */
export function mergeHash(low: Dict, high: Dict, recursive = true, listMerge: ListMerge = 'replace'): Dict {
  requireMappings(low, high)
  if (low.size === 0 || equals(low, high)) return high.copy()
  const merged = low.copy()
  for (const [key, above] of high) {
    const below = merged.get(key)
    if (below instanceof Dict && above instanceof Dict) {
      merged.set(key, recursive ? mergeHash(below, above, recursive, listMerge) : above)
    } else if (Array.isArray(below) && Array.isArray(above)) {
      merged.set(key, mergeLists(below, above, listMerge))
    } else merged.set(key, above)
  }
  return merged
}

function mergeLists(below: Value[], above: Value[], how: ListMerge): Value[] {
  const rest = () => below.filter(item => !above.some(other => equals(item, other)))
  switch (how) {
    case 'replace':
      return above
    case 'keep':
      return below
    case 'append':
      return [...below, ...above]
    case 'prepend':
      return [...above, ...below]
    case 'append_rp':
      return [...rest(), ...above]
    case 'prepend_rp':
      return [...above, ...rest()]
  }
}

function requireMappings(low: Value, high: Value): void {
  if (low instanceof Dict && high instanceof Dict) return
  throw new MadansibleError(
    `failed to combine variables, expected dicts but got a '${typeName(low)}' and a '${typeName(high)}': \n` +
      `${jsonDumps(low)}\n${jsonDumps(high)}`,
  )
}
