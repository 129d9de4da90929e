// What a native action is: the counterpart of one class in ansible-core's plugins/action/.
import type { ActionContext, ActionTraits } from '../engine/index.js'
import type { Dict } from '../python/values.js'
import type { ActionCall } from './action-call.js'
import type { ModuleRequest } from './execute-module.js'

export interface NativeAction {
  readonly traits?: Partial<Omit<ActionTraits, 'native'>>
  /** Runs the action; the result is what the Ansible plugin's run() returns. */
  run(call: ActionCall): Promise<Dict>
  /**
   * For actions that are exactly one module call: that call, so that several loop items can go in one burst.
   * Throws as `run` would; undefined when this call is not that simple.
   */
  singleModule?(call: ActionCall): SingleModule | undefined
}

export interface SingleModule {
  readonly request: ModuleRequest
  /** The action's result from the module's. */
  finish(moduleResult: Dict): Dict
}

/** Runs actions that exist only in Python: collections' and the repository's own. */
export interface ActionPluginHost {
  /** `path` is the plugin's file, `name` its fully qualified name. */
  run(plugin: { readonly name: string; readonly path: string }, context: ActionContext): Promise<Dict>
}
