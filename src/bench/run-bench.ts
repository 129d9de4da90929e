// Runs a comparison: every runner in turn, A B C A B C, so that a machine that gets slower or faster does so for all; before
// each run the user's reset command, after it the command that tells the hosts' state.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os'
import path from 'node:path'
import { UsageError } from '../errors.js'
import type { BenchModel, MeasuredRun, RunModel } from '../report/index.js'
import { equalityOf, rowsOf } from './compare.js'
import { findingsOf, splitOf } from './findings.js'
import { type Measured, measure } from './measure.js'
import { recapOf } from './recap.js'
import type { Runner } from './runners.js'

export interface BenchOptions {
  readonly playbooks: readonly string[]
  readonly runners: readonly Runner[]
  readonly runs: number
  readonly resetCommand: string | undefined
  readonly stateCommand: string | undefined
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

/** Throws UsageError when the reset or state command fails; a playbook that fails is a result. */
export async function runBench(options: BenchOptions): Promise<BenchModel> {
  const startedAt = Date.now()
  const load = loadavg()
  const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-bench-'))
  const runs = new Map<Runner, MeasuredRun[]>(options.runners.map(runner => [runner, []]))
  const records: { readonly wallSeconds: number; readonly record: RunModel }[] = []
  try {
    for (let turn = 1; turn <= options.runs; turn++) {
      for (const runner of options.runners) {
        const { run, record } = await oneRun(options, runner, path.join(scratch, 'record.json'))
        runs.get(runner)?.push(run)
        if (record !== undefined) records.push({ wallSeconds: run.wallSeconds, record })
        const code = run.exitCode === 0 ? '' : `, exit code ${run.exitCode}`
        options.tell(`${runner.label}, run ${turn} of ${options.runs}: ${run.wallSeconds.toFixed(1)} s${code}`)
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const record = records.sort((left, right) => left.wallSeconds - right.wallSeconds)[0]?.record
  const processors = availableParallelism()
  return {
    schema: 1,
    playbooks: options.playbooks,
    startedAt,
    machine: { processors, memoryBytes: totalmem(), load },
    runners: rowsOf(runs),
    ...equalityOf(runs, options.resetCommand !== undefined),
    findings: record === undefined ? [] : findingsOf(record, processors),
    split: record === undefined ? [] : splitOf(record),
    record,
  }
}

async function oneRun(options: BenchOptions, runner: Runner, recordFile: string) {
  if (options.resetCommand !== undefined) shell(options.resetCommand, '--reset')
  const command = runner.isOurs ? [...runner.command, '--record', recordFile] : runner.command
  // Connections that an earlier run left open would make this one faster.
  const sockets = mkdtempSync(path.join(tmpdir(), 'mad-cp-'))
  const env = { ANSIBLE_NOCOLOR: '1', ANSIBLE_SSH_CONTROL_PATH_DIR: sockets, ...runner.env }
  let measured: Measured
  try {
    // Both end what runs on the hosts at once: ansible-playbook at the one signal, madansible at the other.
    const killSignal = runner.isOurs ? 'SIGTERM' : 'SIGINT'
    measured = await measure(command, env, { signal: options.signal, killSignal })
  } finally {
    rmSync(sockets, { recursive: true, force: true })
  }
  const { output, ...figures } = measured
  const recap = recapOf(output)
  if (recap.length === 0) {
    throw new UsageError(`${runner.label} ended without a recap:\n${output.trim().split('\n').slice(-12).join('\n')}`)
  }
  const state = options.stateCommand === undefined ? undefined : shell(options.stateCommand, '--state')
  return { run: { ...figures, recap, state }, record: runner.isOurs ? readRecord(recordFile) : undefined }
}

function readRecord(file: string): RunModel | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunModel
  } catch {
    return undefined
  } finally {
    rmSync(file, { force: true })
  }
}

function shell(command: string, flag: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
  if (status === 0) return stdout
  throw new UsageError(`The command of ${flag} failed with exit code ${status}: ${stderr.trim().slice(-2000)}`)
}
