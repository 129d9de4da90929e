// Commands and files of an account, and what is left when the agent ends in whatever way.
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Account,
  AgentPool,
  connectionDefaults,
  RemoteFileError,
  UnreachableError,
} from '../../src/agent/index.js'
import { PYTHON } from '../helpers/payloads.js'

const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }

describe('commands and files', () => {
  let pool: AgentPool
  let account: Account
  let scratch: string

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'agent-files-'))
    pool = new AgentPool()
    account = await pool.account({ ...local, remoteTmp: join(scratch, 'remote tmp') }, undefined, PYTHON)
  })
  afterAll(async () => {
    await pool.closeAll()
    rmSync(scratch, { recursive: true, force: true })
  })

  it('runs a command with the shell and keeps stdout and stderr apart', async () => {
    const result = await account.exec('echo out; echo err >&2; exit 7')
    expect(result).toMatchObject({ rc: 7, stdout: Buffer.from('out\n'), stderr: Buffer.from('err\n') })
  })

  it('feeds stdin of any size, and gives none by default', async () => {
    const data = randomBytes(3_000_000)
    const result = await account.exec('sha1sum', { stdin: data })
    expect(result.stdout.toString()).toBe(`${createHash('sha1').update(data).digest('hex')}  -\n`)
    expect((await account.exec('cat | wc -c')).stdout.toString().trim()).toBe('0')
  })

  it('returns output that is not text unchanged', async () => {
    const result = await account.exec(`head -c 2000000 /dev/zero | tr '\\0' '\\377'`)
    expect(result.stdout.equals(Buffer.alloc(2_000_000, 0xff))).toBe(true)
  })

  it('uses the shell it is told to, with its arguments', async () => {
    expect((await account.exec('echo $0 $-', { executable: '/bin/sh -e' })).stdout.toString()).toMatch(/\/bin\/sh.*e/)
    expect((await account.exec('echo ${BASH_VERSION:+bash}', { executable: '/bin/bash' })).stdout.toString()).toBe(
      'bash\n',
    )
  })

  it('tells a missing program as the shell does', async () => {
    expect(await account.exec('x', { executable: '/no/such/shell' })).toMatchObject({ rc: 127 })
  })

  it('gives a terminal when asked: one stream, CR LF', async () => {
    const result = await account.exec('tty >/dev/null && echo is; echo err >&2; exit 2', { tty: true })
    expect([result.rc, result.stdout.toString()]).toEqual([2, 'is\r\nerr\r\n'])
  })

  it('does not let programs ignore a closed pipe', async () => {
    expect((await account.exec('(yes; echo $? >&2) | head -1')).stderr.toString().trim()).toBe('141')
  })

  it.each([0, 1, 1 << 20, (5 << 20) + 3])('moves a file of %i bytes both ways', async size => {
    const data = randomBytes(size)
    const path = join(scratch, `moved-${size}`)
    await account.putFile(data, path)
    expect(readFileSync(path).equals(data)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect((await account.fetchFile(path)).equals(data)).toBe(true)
    const copy = join(scratch, `copied-${size}`)
    await account.putFile({ path }, copy, 0o640)
    expect(readFileSync(copy).equals(data)).toBe(true)
    expect(statSync(copy).mode & 0o777).toBe(0o640)
    const back = join(scratch, `back-${size}`)
    await account.fetchFileTo(copy, back)
    expect(readFileSync(back).equals(data)).toBe(true)
  })

  it('answers small calls while a big file is under way', async () => {
    let isUploaded = false
    const upload = account.putFile(Buffer.alloc(64 << 20), join(scratch, 'big')).then(() => {
      isUploaded = true
    })
    expect((await account.stat('/')).isDirectory).toBe(true)
    expect(isUploaded).toBe(false)
    await upload
    let isFetched = false
    const fetch = account.fetchFile(join(scratch, 'big')).then(data => {
      isFetched = true
      return data
    })
    expect((await account.exec('echo quick')).stdout.toString()).toBe('quick\n')
    expect(isFetched).toBe(false)
    expect((await fetch).length).toBe(64 << 20)
  })

  it('reports what went wrong with a file, and leaves nothing half written', async () => {
    const fails = async (action: Promise<unknown>, code: string): Promise<void> => {
      const error = await action.then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(RemoteFileError)
      expect((error as RemoteFileError).code).toBe(code)
    }
    await fails(account.putFile(Buffer.from('x'), join(scratch, 'no/such/dir')), 'ENOENT')
    await fails(account.fetchFile(join(scratch, 'nothing')), 'ENOENT')
    await fails(account.fetchFile(scratch), 'EISDIR')
    await fails(account.putFile(Buffer.alloc(3 << 20), '/dev/full'), 'ENOSPC')
    expect((await account.exec('echo still here')).stdout.toString()).toBe('still here\n')
  })

  it('tells a path apart: file, directory, link, nothing', async () => {
    const file = join(scratch, 'file')
    writeFileSync(file, 'content')
    chmodSync(file, 0o604)
    symlinkSync('file', join(scratch, 'link'))
    symlinkSync('nowhere', join(scratch, 'dangling'))
    const sha1 = createHash('sha1').update('content').digest('hex')
    expect(await account.stat(file, { checksum: true })).toMatchObject({
      isRegular: true,
      mode: 0o604,
      size: 7,
      checksum: sha1,
      owner: userInfo().username,
    })
    expect(await account.stat(join(scratch, 'link'))).toMatchObject({
      isLink: true,
      isRegular: false,
      linkTarget: 'file',
    })
    expect(await account.stat(join(scratch, 'link'), { follow: true, checksum: true })).toMatchObject({
      isLink: false,
      checksum: sha1,
    })
    expect(await account.stat(join(scratch, 'dangling'), { follow: true })).toMatchObject({ exists: false })
    expect(await account.stat(scratch, { checksum: true })).toMatchObject({ isDirectory: true, checksum: undefined })
    expect(await account.stat(join(file, 'below'))).toMatchObject({ exists: false })
    writeFileSync(join(scratch, 'large'), Buffer.alloc(2 << 20, 'y'))
    const large = createHash('sha1')
      .update(Buffer.alloc(2 << 20, 'y'))
      .digest('hex')
    expect((await account.stat(join(scratch, 'large'), { checksum: true })).checksum).toBe(large)
  })

  it('makes private temporary directories and removes trees', async () => {
    const path = await account.makeTempDir()
    expect(path).toMatch(new RegExp(`^${scratch}/remote tmp/ansible-tmp-[\\d.]+-\\d+-\\d+$`))
    expect(statSync(path).mode & 0o777).toBe(0o700)
    writeFileSync(join(path, 'x'), '')
    await account.removeTree(path)
    expect(existsSync(path)).toBe(false)
    await account.removeTree(path)
  })

  it('resolves home directories', async () => {
    expect(await account.expandUser('~/x')).toBe(join(process.env.HOME!, 'x'))
    expect(await account.expandUser('~root/x')).toBe('/root/x')
    expect(await account.expandUser('/plain')).toBe('/plain')
  })

  it('runs modules of other styles from a directory that is gone afterwards', async () => {
    const script = Buffer.from('#!/bin/sh\necho "$0"; cat "$1"; echo " $GREETING"; exit 3\n')
    const result = await account.runScriptModule(
      { fileName: 'old style.sh', content: script, shebang: '/bin/sh', argsFile: Buffer.from("a=1 b='2 3'") },
      { env: { GREETING: 'hello' } },
    )
    const [path, rest] = result.stdout.toString().split('\n')
    expect([result.rc, rest]).toEqual([3, "a=1 b='2 3' hello"])
    expect(path).toMatch(/\/old style\.sh$/)
    expect(readdirSync(join(scratch, 'remote tmp'))).toEqual([])
    const binary = await account.runScriptModule({
      fileName: 'binary',
      content: Buffer.from('#!/bin/sh\necho direct $#\n'),
    })
    expect(binary.stdout.toString()).toBe('direct 0\n')
  })

  it('answers a call that cannot be started as if its interpreter had failed', async () => {
    const nowhere = await pool.account({ ...local, remoteTmp: '/dev/null/tmp' }, undefined, PYTHON)
    const result = await nowhere.runScriptModule({ fileName: 'x', content: Buffer.from('#!/bin/sh\n') })
    expect(result).toMatchObject({ rc: 1, stdout: Buffer.alloc(0) })
    expect(result.stderr.toString()).toMatch(
      /^Traceback [\s\S]*NotADirectoryError: \[Errno 20\] Not a directory: '\/dev\/null/,
    )
    expect((await nowhere.exec('echo fine')).stdout.toString()).toBe('fine\n')
  })

  it('does not run more at once than it may, and does not let what waits keep others out', async () => {
    const narrow = new AgentPool({ callsPerAccount: 1 })
    const one = await narrow.account(local, undefined, PYTHON)
    const marker = join(scratch, 'marker')
    // More waiters than places: the command they wait for still gets its turn.
    const waiters = Array.from({ length: 3 }, () =>
      one.exec(`while [ ! -e ${marker} ]; do sleep 0.05; done; echo seen`),
    )
    await one.exec(`touch ${marker}`)
    expect((await Promise.all(waiters)).map(result => result.stdout.toString())).toEqual(['seen\n', 'seen\n', 'seen\n'])
    await narrow.closeAll()
  })

  it('keeps the order of one queue and lets others pass', async () => {
    const log = join(scratch, 'queue')
    const step = (name: string, seconds: number): Promise<unknown> =>
      account.exec(`sleep ${seconds}; echo ${name} >> ${log}`, { queue: 'q' })
    await Promise.all([step('a', 0.3), step('b', 0.1), step('c', 0)])
    expect(readFileSync(log, 'utf8')).toBe('a\nb\nc\n')
  })

  it('drops what is queued behind an aborted call without running it', async () => {
    const path = join(scratch, 'never')
    const controller = new AbortController()
    const first = account.exec('sleep 1000', { queue: 'r', signal: controller.signal })
    const second = account.exec(`touch ${path}`, { queue: 'r', signal: controller.signal })
    await account.exec('true')
    controller.abort(new Error('enough'))
    const outcomes = await Promise.allSettled([first, second])
    expect(outcomes.map(outcome => outcome.status)).toEqual(['rejected', 'rejected'])
    expect(existsSync(path)).toBe(false)
    expect((await account.exec('echo next', { queue: 'r' })).stdout.toString()).toBe('next\n')
  })
})

describe('the end of an agent', () => {
  it('hangs up what runs, removes what it made, and stays quiet', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'agent-end-'))
    const pool = new AgentPool()
    const account = await pool.account({ ...local, remoteTmp: scratch }, undefined, PYTHON)
    const temporary = await account.makeTempDir()
    const agent = Number((await account.exec('echo $PPID')).stdout)
    const running = account.exec('sleep 1000').catch((error: unknown) => error)
    const daemon = Number((await account.exec('setsid sleep 60 >/dev/null 2>&1 & echo $!')).stdout)
    await pool.closeAll()
    expect(await running).toBeInstanceOf(UnreachableError)
    expect(existsSync(temporary)).toBe(false)
    expect(childrenOf(agent)).toEqual([])
    // A daemon that a finished task left behind is the task's business.
    expect(existsSync(`/proc/${daemon}`)).toBe(true)
    process.kill(daemon, 'SIGKILL')
    rmSync(scratch, { recursive: true, force: true })
  })

  it('rejects every call in flight when it is killed, and a new one starts at the next use', async () => {
    const pool = new AgentPool()
    const account = await pool.account(local, undefined, PYTHON)
    const agent = Number((await account.exec('echo $PPID')).stdout)
    const calls = [account.exec('sleep 1000'), account.stat('/'), account.exec('sleep 1000')].map(call =>
      call.then(
        () => 'done',
        (error: unknown) => error,
      ),
    )
    await calls[1]
    process.kill(agent, 'SIGKILL')
    expect(await calls[0]).toBeInstanceOf(UnreachableError)
    expect(await calls[2]).toBeInstanceOf(UnreachableError)
    await expect(account.exec('true')).rejects.toBeInstanceOf(UnreachableError)
    const next = await pool.account(local, undefined, PYTHON)
    expect((await next.exec('echo again')).stdout.toString()).toBe('again\n')
    await pool.closeAll()
  })

  it('is shared by all hosts with a local connection', async () => {
    const pool = new AgentPool()
    const names = Array.from({ length: 40 }, (_, i) => `host${i}`)
    const agents = await Promise.all(
      names.map(async name => {
        const account = await pool.account({ ...local, hostName: name, address: name }, undefined, PYTHON)
        return (await account.exec('echo $PPID')).stdout.toString()
      }),
    )
    expect(new Set(agents).size).toBe(1)
    await pool.closeAll()
  })

  it.runIf(userInfo().uid === 0)('closes idle agents when a host has too many', async () => {
    const pool = new AgentPool({ agentsPerHost: 2 })
    const asUser = (user: string) => pool.account(local, { method: 'su', user, flags: '-s /bin/sh' }, PYTHON)
    const users = ['nobody', 'daemon', 'bin', 'nobody']
    for (const user of users) expect((await asUser(user)).info.user).toBe(user)
    await pool.closeAll()
  })
})

function childrenOf(pid: number): string[] {
  return spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean)
}
