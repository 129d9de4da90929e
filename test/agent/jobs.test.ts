// Background jobs, compared with ansible-core's async_wrapper: the same answer, the same job file.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, AgentPool, connectionDefaults, type ModulePayload } from '../../src/agent/index.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'

const SOURCES = {
  ping: null,
  command: null,
  noisy: `
from ansible.module_utils.basic import AnsibleModule
import sys, os
module = AnsibleModule(argument_spec={})
sys.stderr.write('complaint')
print('before')
os.umask(0o22)
print('{"changed": true, "umask": "%o", "here": "%s", "env": "%s"}' % (os.umask(0o22), os.getcwd(), os.environ.get('GREETING')))
print('after')
sys.exit(0)
`,
  garbage: `
from ansible.module_utils.basic import AnsibleModule
import os
print('no json here', flush=True)
os._exit(0)
`,
} as const

const SCRIPTS: Readonly<Record<string, string>> = {
  good: '#!/bin/sh\necho before; echo "{\\"changed\\": true, \\"args\\": \\"$(cat $1)\\"}"; echo after; echo complaint >&2\n',
  bad: '#!/bin/sh\necho no json here; echo complaint >&2; exit 3\n',
}

describe.skipIf(!hasAnsible)('background jobs', () => {
  let pool: AgentPool
  let account: Account
  let scratch: string
  let payloads: Record<keyof typeof SOURCES, ModulePayload>

  beforeAll(async () => {
    payloads = buildPayloads(SOURCES)
    scratch = mkdtempSync(join(tmpdir(), 'jobs-'))
    pool = new AgentPool()
    const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/', remoteTmp: join(scratch, 'tmp') }
    account = await pool.account(local, undefined, PYTHON)
  })
  afterAll(async () => {
    await pool.closeAll()
    rmSync(scratch, { recursive: true, force: true })
  })

  const finished = async (path: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const job = JSON.parse(readFileSync(path, 'utf8'))
      if (job.started !== 1 || job.finished !== 0) return job
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  /** The same script through the real async_wrapper. */
  const wrapper = (directory: string, script: string, args: string): { answer: Record<string, unknown> } => {
    // Run from a directory of its own: beside it lie modules named like those of the standard library.
    const text = spawnSync(
      PYTHON,
      ['-c', 'import ansible.modules.async_wrapper as a; print(open(a.__file__).read())'],
      {
        encoding: 'utf8',
      },
    ).stdout
    writeFileSync(join(directory, 'async_wrapper.py'), text)
    const path = join(directory, 'script')
    writeFileSync(path, script, { mode: 0o700 })
    writeFileSync(join(directory, 'args'), args)
    const ran = spawnSync(
      PYTHON,
      [join(directory, 'async_wrapper.py'), 'j1', '30', path, join(directory, 'args'), '-preserve_tmp'],
      {
        encoding: 'utf8',
        env: { ...process.env, ANSIBLE_ASYNC_DIR: join(directory, 'wrapper jobs') },
      },
    )
    return { answer: JSON.parse(ran.stdout) }
  }

  it.each(Object.keys(SCRIPTS))('answers and records as async_wrapper does: %s', async name => {
    const directory = mkdtempSync(join(scratch, 'case-'))
    const oracle = wrapper(directory, SCRIPTS[name]!, 'a=1')
    const theirs = await finished(String(oracle.answer.results_file))
    const script = {
      fileName: 'script',
      content: Buffer.from(SCRIPTS[name]!),
      shebang: '/bin/sh',
      argsFile: Buffer.from('a=1'),
    }
    const started = await account.startAsyncScript(script, {
      jobId: 'j1',
      limitSeconds: 30,
      directory: join(directory, 'our jobs'),
    })
    const answer = JSON.parse(started.stdout.toString())
    const ours = await finished(answer.results_file)
    const plain = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(/j1\.\d+/g, 'JID')
          .replaceAll('wrapper jobs', 'our jobs')
          .replaceAll(/"_ansible_suppress_tmpdir_delete":\w+/g, '"_ansible_suppress_tmpdir_delete":null')
          .replaceAll(/"cmd":"[^"]*"/g, '"cmd":""'),
      )
    expect(plain(answer)).toEqual(plain(oracle.answer))
    // A traceback shows where it happened; what happened is the same.
    for (const job of [ours, theirs]) if (job.msg !== undefined) job.msg = String(job.msg).trim().split('\n').at(-1)
    expect(plain(ours)).toEqual(plain(theirs))
    expect(Object.keys(answer)).toEqual(Object.keys(oracle.answer))
  })

  it('runs a new-style module as a job, apart from the terminal and with its own files', async () => {
    const directory = join(scratch, 'new style')
    const options = {
      jobId: 'j2',
      limitSeconds: 30,
      env: { ANSIBLE_ASYNC_DIR: directory, GREETING: 'hello' },
      cwd: scratch,
    }
    const started = await account.startAsync(payloads.noisy, moduleArgs(), options)
    const answer = JSON.parse(started.stdout.toString())
    expect(answer).toMatchObject({ started: 1, finished: 0, results_file: join(directory, answer.ansible_job_id) })
    expect(await finished(answer.results_file)).toEqual({
      changed: true,
      umask: '22',
      here: scratch,
      env: 'hello',
      stderr: 'complaint',
      warnings: ['Module invocation had junk after the JSON data: after'],
    })
    const broken = await account.startAsync(payloads.garbage, moduleArgs(), {
      jobId: 'j3',
      limitSeconds: 30,
      directory,
    })
    const result = await finished(JSON.parse(broken.stdout.toString()).results_file)
    expect(result).toMatchObject({
      failed: 1,
      cmd: 'ansible.modules.garbage',
      data: expect.stringContaining('no json here\n'),
    })
    expect(result.msg).toMatch(/ValueError: No start of json char found\n$/)
  })

  it('outlives its agent and cleans up after itself', async () => {
    const directory = join(scratch, 'outlive')
    const remoteTmp = join(scratch, 'outlive tmp')
    const ownPool = new AgentPool()
    const own = await ownPool.account(
      { ...connectionDefaults('there'), kind: 'local', localDirectory: '/', remoteTmp },
      undefined,
      PYTHON,
    )
    const gate = join(scratch, 'gate')
    const command = `sh -c "while [ ! -e ${gate} ]; do sleep 0.05; done; echo done"`
    const started = await own.startAsync(payloads.command, moduleArgs({ _raw_params: command }), {
      jobId: 'j4',
      limitSeconds: 60,
      directory,
    })
    await ownPool.closeAll()
    const path = JSON.parse(started.stdout.toString()).results_file
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ started: 1, finished: 0 })
    writeFileSync(gate, '')
    expect(await finished(path)).toMatchObject({ rc: 0, stdout: 'done' })
    while (readdirSync(remoteTmp).length > 0) await new Promise(resolve => setTimeout(resolve, 20))
    expect(existsSync(path)).toBe(true)
  })

  it('reports a directory that cannot be made as async_wrapper does', async () => {
    const started = await account.startAsync(payloads.ping, moduleArgs(), {
      jobId: 'j5',
      limitSeconds: 5,
      directory: '/dev/null/jobs',
    })
    expect(started.rc).toBe(1)
    expect(JSON.parse(started.stdout.toString())).toMatchObject({
      failed: 1,
      msg: "could not create directory: /dev/null/jobs - [Errno 20] Not a directory: '/dev/null/jobs'",
    })
  })

  it('kills a job at its limit and says so in the job file', async () => {
    const directory = join(scratch, 'limit')
    const started = await account.startAsync(payloads.command, moduleArgs({ _raw_params: 'sleep 1000' }), {
      jobId: 'j6',
      limitSeconds: 1,
      directory,
    })
    const path = JSON.parse(started.stdout.toString()).results_file
    const result = await finished(path)
    expect(result).toMatchObject({ msg: 'Timeout exceeded', failed: true })
    while (existsSync(`/proc/${result.child_pid}`)) await new Promise(resolve => setTimeout(resolve, 20))
  })
})
