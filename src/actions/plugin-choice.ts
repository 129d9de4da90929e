// Whether an action needs Python: because its plugin is written in it, or because the connection or the become method
// is a plugin that no agent can stand for.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { knowsBecomeMethod } from '../agent/index.js'
import type { PluginFinder } from '../collections/index.js'
import type { ActionContext } from '../engine/index.js'
import { isServed } from '../transport/index.js'

export class PluginChoice {
  readonly #held = new Map<string, boolean>()
  #version = -1

  constructor(
    private readonly plugins: PluginFinder,
    private readonly libraryPath: string,
  ) {}

  /** Whether agents can do this call's work on its host. */
  isHeld({ connection, become }: ActionContext): boolean {
    if (this.#version !== this.plugins.version) {
      this.#version = this.plugins.version
      this.#held.clear()
    }
    const key = `${connection.kind}\0${become?.method ?? ''}`
    let held = this.#held.get(key)
    if (held === undefined) {
      held =
        isServed(connection) &&
        this.#isCore('connection', connection.kind) &&
        (become === undefined || (knowsBecomeMethod(become.method) && !this.#isOverridden('become', become.method)))
      this.#held.set(key, held)
    }
    return held
  }

  #isCore(kind: 'connection', name: string): boolean {
    return !this.#isOverridden(kind, name === 'paramiko' ? 'paramiko_ssh' : name)
  }

  /** A file of the repository has the name of a plugin that comes with Ansible. */
  #isOverridden(kind: 'connection' | 'become', name: string): boolean {
    if (name.includes('.') && !/^ansible\.(builtin|legacy)\./.test(name)) return false
    const { path } = this.plugins.find(kind, name)
    return path !== undefined && dirname(path) !== join(this.libraryPath, 'plugins', kind)
  }
}

/** Whether a plugin runs once for all hosts, as its text says (or that of the plugin of ansible-core it extends). */
export function bypassesHostLoop(path: string): boolean {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return false
  }
  if (/^\s+BYPASS_HOST_LOOP\s*=\s*False/m.test(text)) return false
  return /^\s+BYPASS_HOST_LOOP\s*=\s*True/m.test(text) || /ansible\.plugins\.action\.(add_host|pause)\b/.test(text)
}
