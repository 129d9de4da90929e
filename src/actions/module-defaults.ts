// Arguments for a module that an action runs in place of its own: the module's module_defaults below them.
// Mirrors the calls of get_action_args_with_defaults in plugins/action/service.py and package.py (ansible-core 2.14).
import { withModuleDefaults } from '../engine/module-defaults.js'
import type { Dict } from '../python/values.js'
import type { ActionCall } from './action-call.js'

/** A new dict with the defaults of `module` (name as it is looked up) below `args`. */
export function withDefaultsOf(call: ActionCall, module: string, args: Dict): Dict {
  const { context, state } = call
  const found = state.services.modules.plugins.find('modules', module, { collections: context.collections })
  const defaults = context.task.get('module_defaults')
  const name = found.fqcn ?? module
  return withModuleDefaults(
    args,
    Array.isArray(defaults) ? defaults : [],
    name,
    context.play.actionGroups.get(name) ?? [],
    context.templar,
  )
}
