// Ctrl-C: once lets running tasks end and starts nothing new; twice ends what runs, on the host, too.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { COMMANDS, environment, PLAYBOOKS } from './oracle.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'madansible-interrupt-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function start() {
  const [program, ...args] = [...COMMANDS.madansible, '-i', 'hosts', '-e', `folder=${folder}`, 'interrupted.yml']
  const child = spawn(program as string, args, {
    cwd: PLAYBOOKS,
    env: environment({ HOME: folder }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let shown = ''
  const listeners = new Set<() => void>()
  const onData = (data: string) => {
    shown += data
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', onData)
  child.stderr.setEncoding('utf8').on('data', onData)
  return {
    interrupt: () => child.kill('SIGINT'),
    shown: () => shown,
    untilShown: (text: string) =>
      new Promise<void>(resolve => {
        const look = () => {
          if (!shown.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
    ended: new Promise<number | null>(resolve => child.on('close', resolve)),
  }
}

function untilExists(file: string): Promise<void> {
  return new Promise(resolve => {
    const watcher = watch(path.dirname(file), look)
    function look() {
      if (!existsSync(file)) return
      watcher.close()
      resolve()
    }
    look()
  })
}

/** Ends once there is no such process; the test's time is up when there still is. */
function untilGone(pid: string): Promise<unknown> {
  return new Promise(resolve =>
    spawn('tail', ['--pid', pid, '-f', '/dev/null'], { stdio: 'ignore' }).on('close', resolve),
  )
}

const has = (name: string) => existsSync(path.join(folder, name))

describe('Ctrl-C', () => {
  it('once waits for what runs, starts nothing new and ends with 99', { timeout: 60_000 }, async () => {
    const run = start()
    await untilExists(path.join(folder, 'started'))
    run.interrupt()
    await run.untilShown('Interrupted')
    expect(has('ended')).toBe(false)
    writeFileSync(path.join(folder, 'go'), '')
    expect(await run.ended).toBe(99)
    expect(has('ended')).toBe(true)
    expect(run.shown()).toContain('changed: [h1]')
    expect(run.shown()).not.toContain('never shown')
  })
  it('twice ends the task on the host', { timeout: 60_000 }, async () => {
    const run = start()
    await untilExists(path.join(folder, 'started'))
    const pid = readFileSync(path.join(folder, 'started'), 'utf8').trim()
    run.interrupt()
    await run.untilShown('Interrupted')
    run.interrupt()
    expect(await run.ended).toBe(99)
    expect(has('ended')).toBe(false)
    await untilGone(pid)
  })
})
