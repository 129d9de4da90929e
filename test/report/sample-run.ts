// Runs for tests of the report page: one small enough to know every part of, and one as large as reports get.
import { observedCriticalPath } from '../../src/report/critical-path.js'
import type { RunModel, TaskModel, TaskRunModel } from '../../src/report/run-model.js'

const task = (name: string, role: string, changes: Partial<TaskModel> = {}): TaskModel => ({
  name: `${role} : ${name}`,
  rawName: `${role} : ${name}`,
  action: 'command',
  path: `roles/${role}/tasks/main.yml:1`,
  role,
  play: 0,
  isHandler: false,
  isInclude: false,
  ...changes,
})

function model(changes: Partial<RunModel>): RunModel {
  const runs = changes.runs ?? []
  return {
    schema: 1,
    product: 'madansible',
    version: '0.1.0',
    playbooks: ['site.yml'],
    order: 'inferred',
    startedAt: 1_763_800_000_000,
    elapsedMs: Math.max(0, ...runs.map(({ end }) => end)) + 100,
    exitCode: 0,
    hosts: [],
    plays: [{ name: 'Site', playbook: 0, start: 0 }],
    components: [],
    tasks: [],
    runs,
    criticalPath: observedCriticalPath(runs, false),
    messages: [],
    recap: {},
    resources: {
      cpuUserSeconds: 1,
      cpuSystemSeconds: 0.2,
      peakMemoryBytes: 1e8,
      activeMs: 900,
      waitingMs: 3000,
      templatingMs: 200,
    },
    ...changes,
  }
}

const HOSTILE = '</script><img src=x onerror="document.title=1"><!--'

/** Three roles on two hosts; nova waits for mariadb; one task fails. */
export const SMALL: RunModel = model({
  hosts: ['control', 'compute'],
  components: ['mariadb', 'nova', 'monitoring'],
  tasks: [task('Start', 'mariadb'), task('Configure', 'nova'), task(HOSTILE, 'nova'), task('Install', 'monitoring')],
  runs: [
    {
      task: 0,
      host: 0,
      component: 0,
      start: 0,
      end: 1000,
      status: 'changed',
      result: '{"changed": true, "stdout": "ready for connections"}',
    },
    {
      task: 1,
      host: 1,
      component: 1,
      start: 1000,
      end: 2600,
      status: 'changed',
      early: true,
      result: '{"changed": true, "msg": "configured"}',
      diff: '--- before\n+++ after\n@@ -1 +1 @@\n-old line\n+new line\n',
      waits: [{ run: 0, kind: 'RAW', because: 'uses the database that mariadb provides' }],
    },
    {
      task: 2,
      host: 1,
      component: 1,
      start: 2600,
      end: 3000,
      status: 'failed',
      ignored: true,
      result: JSON.stringify({ msg: HOSTILE }),
      waits: [{ run: 1, kind: 'WAW', because: 'writes the same file' }],
    },
    { task: 3, host: 0, component: 2, start: 100, end: 900, status: 'ok', early: true, result: '{}' },
  ],
  recap: { control: { ok: 2, changed: 1, unreachable: 0, failures: 0, skipped: 0, rescued: 0, ignored: 0 } },
})

/** `tasks` tasks of a dozen roles on `hosts` hosts, each waiting for the one before it. */
export function largeRun(tasks: number, hosts: number): RunModel {
  const components = Array.from({ length: 12 }, (_, n) => `role${n}`)
  const models: TaskModel[] = []
  const runs: TaskRunModel[] = []
  const latest = new Array<number>(hosts).fill(-1)
  let seed = 7
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  for (let at = 0; at < tasks; at++) {
    const component = Math.floor((at / tasks) * components.length)
    models.push(task(`Task number ${at}`, components[component] as string))
    for (let host = 0; host < hosts; host++) {
      const before = latest[host] as number
      const start = before < 0 ? 0 : (runs[before] as TaskRunModel).end
      const waits = before < 0 ? [] : [{ run: before, kind: 'RAW', because: 'reads the file that it writes' }]
      const status = random() < 0.2 ? 'changed' : random() < 0.2 ? 'skipped' : 'ok'
      const result = JSON.stringify({ changed: status === 'changed', stdout: 'x'.repeat(300), rc: 0 })
      latest[host] =
        runs.push({
          task: at,
          host,
          component,
          start,
          end: start + Math.round(random() * 400),
          status,
          waits,
          result,
        }) - 1
    }
  }
  return model({ hosts: Array.from({ length: hosts }, (_, n) => `host${n}`), components, tasks: models, runs })
}
