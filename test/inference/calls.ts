// Calls of modules as the engine makes them, for tests of footprints.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  conflictBetween,
  describeResource,
  type Footprint,
  FootprintModel,
  type FootprintModelOptions,
  type TaskCall,
} from '../../src/inference/index.js'
import { Dict, type Value } from '../../src/python/values.js'

export const ADAPTERS = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'roles-adapter')

export function loadModel(options: Partial<FootprintModelOptions> = {}): FootprintModel {
  return FootprintModel.load({ adapterFolders: [ADAPTERS], warn: () => {}, ...options })
}

export type Args = Readonly<Record<string, Value>>

export function callOf(action: string, args: Args = {}, more: Partial<TaskCall> = {}): TaskCall {
  return {
    action: action.includes('.') ? action : `ansible.builtin.${action}`,
    args: Dict.of(args),
    host: 'web1',
    target: more.host ?? 'web1',
    isLocal: false,
    checkMode: false,
    becomes: undefined,
    role: undefined,
    task: undefined,
    taskFile: '/site/roles/web/tasks/main.yml',
    isAsync: false,
    facts: () => undefined,
    ...more,
  }
}

export const reads = (footprint: Footprint): string[] =>
  footprint.reads.map(access => describeResource(access.resource))
export const writes = (footprint: Footprint): string[] =>
  footprint.writes.map(access => describeResource(access.resource))

/** Why the later of two calls waits for the earlier one, when they are in different rounds; undefined when it need not. */
export function whyWaits(
  earlier: Footprint,
  later: Footprint,
  hosts: readonly [string, string] = ['web1', 'web1'],
): string | undefined {
  const conflict = conflictBetween(earlier, { host: hosts[0], round: 1 }, later, { host: hosts[1], round: 2 })
  return conflict && `${conflict.kind}: ${conflict.earlierBecause} / ${conflict.because}`
}
