// Engine events for tests of reports.
import type { EngineEvent, TaskInfo } from '../../src/engine/events.js'
import { Dict, type Value } from '../../src/python/values.js'

export function task(uuid: string, changes: Partial<TaskInfo> = {}): TaskInfo {
  return {
    uuid,
    name: `Task ${uuid}`,
    displayName: `Task ${uuid}`,
    rawName: `Task ${uuid}`,
    action: 'command',
    resolvedAction: 'ansible.builtin.command',
    args: new Dict(),
    path: `/site/roles/r/tasks/main.yml:${uuid.length}`,
    role: undefined,
    tags: [],
    isHandler: false,
    isInclude: false,
    isImplicit: false,
    loop: undefined,
    noLog: false,
    checkMode: false,
    diff: false,
    ignoreErrors: false,
    ignoreUnreachable: false,
    delegateTo: undefined,
    register: undefined,
    ...changes,
  }
}

export const playStart = (name: string): EngineEvent => ({
  kind: 'playStart',
  play: { uuid: name, name, hosts: ['all'], strategy: 'linear', checkMode: false, tags: [], path: undefined },
})

export const started = (info: TaskInfo, host: string): EngineEvent => ({ kind: 'runnerStart', task: info, host })

type Outcome = 'runnerOk' | 'runnerSkipped' | 'runnerUnreachable'

/** A result `from` and `to` so many milliseconds after `base`. */
export function ended(
  info: TaskInfo,
  host: string,
  span: { readonly base: number; readonly from: number; readonly to: number },
  result: Readonly<Record<string, Value>> = {},
  kind: Outcome = 'runnerOk',
): EngineEvent {
  const times = { startedAt: span.base + span.from, endedAt: span.base + span.to }
  return { kind, task: info, host, result: Dict.of({ ...result }), ...times }
}
