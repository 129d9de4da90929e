// Writes the names of failed and unreachable hosts beside the playbook, for `--limit @file`.
// Mirrors PlaybookExecutor._generate_retry_inventory (ansible-core 2.14).

import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { errorText } from './errors.js'
import type { RunState } from './run-state.js'
import type { EngineServices } from './services.js'

export function writeRetryFile(playbook: string, state: RunState, services: EngineServices): void {
  if (!services.config.get('RETRY_FILES_ENABLED')) return
  const hosts = [...new Set([...state.failedHosts, ...state.unreachableHosts])].sort()
  if (hosts.length === 0) return
  const folder = services.config.get('RETRY_FILES_SAVE_PATH') || (playbook ? dirname(resolve(playbook)) : homedir())
  const file = join(folder, `${basename(playbook, extname(playbook))}.retry`)
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o777 })
    writeFileSync(file, hosts.map(host => `${host}\n`).join(''))
    services.onEvent({ kind: 'display', text: `\tto retry, use: --limit @${file}\n` })
  } catch (error) {
    services.onEvent({ kind: 'warning', text: `Could not create retry file '${file}'.\n\t${errorText(error)}` })
  }
}
