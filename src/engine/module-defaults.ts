// Arguments of a task with module_defaults below them and `omit` taken out.
// Mirrors get_action_args_with_defaults of executor/module_common.py and remove_omit of executor/task_executor.py
// (ansible-core 2.14).

import type { Templar } from '../jinja/index.js'
import { str } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'

/** A new dict: group defaults, then those of the action, then the task's own arguments. */
export function withModuleDefaults(
  args: Dict,
  defaults: readonly Value[],
  action: string,
  groups: readonly string[],
  templar: Templar,
): Dict {
  if (defaults.length === 0) return args.copy()
  const combined = new Dict()
  for (const entry of defaults) if (entry instanceof Dict) combined.update(entry)
  const known = templar.template(combined) as Dict
  const merged = new Dict()
  for (const [key, values] of known.entries()) {
    const name = str(key)
    if (!name.startsWith('group/')) continue
    if (groups.includes(name.slice(name.lastIndexOf('group/') + 'group/'.length)) && values instanceof Dict) {
      merged.update(values)
    }
  }
  const own = known.get(action)
  if (own instanceof Dict) merged.update(own)
  return merged.update(args)
}

/** Takes out arguments whose value is the omit placeholder, also in suboptions. Changes `args` at the top level. */
export function removeOmitted(args: Dict, omit: string): Dict {
  for (const [key, value] of [...args.entries()]) {
    if (isOmit(value, omit)) args.delete(key)
    else {
      const kept = withoutOmitted(value, omit)
      if (kept !== value) args.set(key, kept)
    }
  }
  return args
}

/** The value without omitted suboptions; the same value when there are none. Omitted list items stay, as in Ansible. */
function withoutOmitted(value: Value, omit: string): Value {
  if (Array.isArray(value)) {
    const items = value.map(item => (item instanceof Dict ? withoutOmitted(item, omit) : item))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!(value instanceof Dict) || !holdsOmitted(value, omit)) return value
  return removeOmitted(value.copy(), omit)
}

function holdsOmitted(value: Value, omit: string): boolean {
  if (Array.isArray(value)) return value.some(item => item instanceof Dict && holdsOmitted(item, omit))
  if (!(value instanceof Dict)) return false
  for (const item of value.values()) if (isOmit(item, omit) || holdsOmitted(item, omit)) return true
  return false
}

function isOmit(value: Value, omit: string): boolean {
  return isText(value) && textOf(value) === omit
}
