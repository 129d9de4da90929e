// What a native action is: the counterpart of one class in ansible-core's plugins/action/.
import type { ActionTraits } from '../engine/index.js'
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

/** Runs actions in Python: those that exist only there, and any action over a connection that only Python can make. */
export interface ActionPluginHost {
  run(plugin: PythonAction, call: ActionCall): Promise<Dict>
}

export interface PythonAction {
  /** Fully qualified name. */
  readonly name: string
  /** The plugin's file. */
  readonly path: string
  /** False when Python has to connect by itself: no agent can serve that connection. */
  readonly isHeld: boolean
}
