// Which code runs an action: the one written here, or a plugin in Python. Mirrors
// TaskExecutor._get_action_handler_with_module_context (lib/ansible/executor/task_executor.py, 2.14).
import { basename, dirname, join } from 'node:path'
import type { PluginFinder } from '../collections/index.js'
import { actionError } from './action-errors.js'
import type { NativeAction } from './action-plugin.js'
import { NATIVE_ACTIONS } from './native/index.js'

export type ChosenAction =
  | { readonly kind: 'native'; readonly name: string; readonly path: string; readonly action: NativeAction }
  | { readonly kind: 'python'; readonly name: string; readonly path: string }

/** Chooses by name as written in the task; answers are remembered until plugin directories change. */
export class ActionChooser {
  readonly #chosen = new Map<string, ChosenAction>()
  #version = -1

  constructor(
    private readonly plugins: PluginFinder,
    private readonly libraryPath: string,
    private readonly networkGroups: readonly string[],
  ) {}

  choose(name: string, collections: readonly string[]): ChosenAction {
    if (this.#version !== this.plugins.version) {
      this.#chosen.clear()
      this.#version = this.plugins.version
    }
    const key = [name, ...collections].join('\0')
    let chosen = this.#chosen.get(key)
    if (chosen === undefined) {
      chosen = this.#find(name, collections)
      this.#chosen.set(key, chosen)
    }
    return chosen
  }

  #find(name: string, collections: readonly string[]): ChosenAction {
    const handler = this.#handlerName(name, collections)
    const plugin = this.plugins.find('action', handler.name, { collections: handler.collections })
    if (plugin.path === undefined) {
      throw actionError(
        `No action plugin was found for ${name}: ${handler.name} is missing in the installed ansible-core.`,
      )
    }
    const isCore = dirname(plugin.path) === join(this.libraryPath, 'plugins', 'action')
    const action = isCore ? NATIVE_ACTIONS.get(basename(plugin.path, '.py')) : undefined
    return action === undefined
      ? { kind: 'python', name: plugin.fqcn, path: plugin.path }
      : { kind: 'native', name: plugin.fqcn, path: plugin.path, action }
  }

  #handlerName(name: string, collections: readonly string[]): { name: string; collections: readonly string[] } {
    const module = this.plugins.find('modules', name, { collections })
    if (module.path !== undefined && module.actionPlugin !== undefined)
      return { name: module.actionPlugin, collections }
    if (this.#exists(name, collections)) return { name, collections }
    const dot = name.lastIndexOf('.')
    const prefix = name.slice(dot + 1).split('_')[0] as string
    const network = dot < 0 ? prefix : `${name.slice(0, dot)}.${prefix}`
    if (this.networkGroups.includes(prefix) && this.#exists(network, collections)) return { name: network, collections }
    return { name: 'ansible.legacy.normal', collections: [] }
  }

  #exists(name: string, collections: readonly string[]): boolean {
    try {
      return this.plugins.find('action', name, { collections }).path !== undefined
    } catch {
      return false
    }
  }
}
