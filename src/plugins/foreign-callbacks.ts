// Callback plugins of Python: those that callbacks_enabled names, those in callback_plugins folders, and a stdout
// callback that is not native. Events go to them one by one, and the next waits until they have taken it.

import { readdirSync } from 'node:fs'
import type { Dict } from '../python/index.js'
import type { PluginHost } from './plugin-host.js'

export interface ForeignCallbackOptions {
  /** A stdout callback that runs in Python; undefined when a native one tells the run. */
  readonly stdout: string | undefined
  /** callbacks_enabled. */
  readonly enabled: readonly string[]
  /** Width of the terminal, as far as banners count. */
  readonly columns: number
}

const REASON = 'A callback plugin'

export class ForeignCallbacks {
  #methods: ReadonlySet<string> | undefined

  constructor(
    private readonly host: PluginHost,
    private readonly options: ForeignCallbackOptions,
  ) {}

  /** Loads the plugins; Python starts only when there are any. Throws when the stdout callback cannot be loaded. */
  load(): void {
    if (this.#methods !== undefined) return
    this.#methods = new Set()
    const { stdout, enabled, columns } = this.options
    if (stdout === undefined && enabled.length === 0 && !this.#hasFiles()) return
    const fields = { stdout: JSON.stringify(stdout ?? null), columns: String(columns) }
    this.#methods = new Set((this.host.request('callbacks', fields, REASON) as string[]).map(String))
  }

  #hasFiles(): boolean {
    return this.host.options.plugins.directories('callback').foreignPaths.some(folder => {
      try {
        return readdirSync(folder).some(name => name.endsWith('.py') && name !== '__init__.py')
      } catch {
        return false
      }
    })
  }

  /** Whether there are any plugins. */
  get isLoaded(): boolean {
    return (this.#methods?.size ?? 0) > 0
  }

  /** Whether a plugin has this method of CallbackBase. */
  wants(method: string): boolean {
    return this.#methods?.has(method) ?? false
  }

  send(method: string, event: Dict): void {
    this.host.request('event', { method: JSON.stringify(method), event: this.host.encode(event) }, REASON)
  }
}
