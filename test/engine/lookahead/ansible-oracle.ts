// Plays a random repository with ansible-playbook, for comparison with what was told and left here.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { resultLine } from './event-record.js'
import { filesBelow, type OrderBench, type Outcome } from './play-orders.js'
import { PLAYBOOK, type RandomPlaybook } from './random-playbooks.js'

export type Told = Pick<Outcome, 'end' | 'results' | 'shown' | 'files'>

export function playWithAnsible(bench: OrderBench, playbook: RandomPlaybook): Told {
  const folder = bench.prepare(playbook)
  const dump = path.join(bench.directory, 'results.jsonl')
  rmSync(dump, { force: true })
  const tags = playbook.tags.length > 0 ? ['--tags', playbook.tags.join(',')] : []
  const run = spawnSync('ansible-playbook', ['-i', 'hosts.json', ...tags, PLAYBOOK], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: bench.directory,
      LC_ALL: 'C.UTF-8',
      ANSIBLE_STDOUT_CALLBACK: 'dump_results',
      ANSIBLE_CALLBACK_PLUGINS: path.join(import.meta.dirname, '../../actions/oracle'),
      ANSIBLE_PIPELINING: '1',
      ANSIBLE_RETRY_FILES_ENABLED: '0',
      DUMP_RESULTS: dump,
    },
  })
  const lines = existsSync(dump) ? readFileSync(dump, 'utf8').trim().split('\n') : []
  const outcomes = lines.map(line => JSON.parse(line) as { kind: string; task: string; host: string; result: unknown })
  const shown = outcomes.filter(({ task, kind }) => task === 'shows variables' && kind === 'ok')
  return {
    end: `exit code ${run.status}`,
    results: outcomes.map(({ kind, task, host }) => `${kind} ${task} [${host}]`).sort(),
    shown: shown
      .map(({ host, result }) => `${host} ${resultLine((result as { msg: unknown }).msg, bench.directory)}`)
      .sort(),
    files: filesBelow(path.join(bench.directory, 'state')),
  }
}
