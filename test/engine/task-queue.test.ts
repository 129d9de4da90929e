import { describe, expect, it } from 'vitest'
import { TaskQueue } from '../../src/engine/task-queue.js'
import type { TaskResult } from '../../src/engine/task-result.js'

/** A task whose end the test decides. */
function controllable(queue: TaskQueue, hostName: string) {
  let end = () => {}
  let fail = (_error: Error) => {}
  const work = new Promise<TaskResult>((resolve, reject) => {
    end = () => resolve({ host: { name: hostName } } as TaskResult)
    fail = reject
  })
  queue.start({ hostName, taskUuid: 'task' }, () => work)
  return { end, fail }
}

describe('the task queue', () => {
  it('gives results in the order in which tasks end', async () => {
    const queue = new TaskQueue(3)
    const [a, b, c] = ['a', 'b', 'c'].map(name => controllable(queue, name))
    b?.end()
    c?.end()
    a?.end()
    await queue.untilIdle()
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(result => result?.host.name)).toEqual([
      'b',
      'c',
      'a',
      undefined,
    ])
  })
  it('holds new tasks back until one of the running ones has ended', async () => {
    const queue = new TaskQueue(2)
    const first = controllable(queue, 'a')
    controllable(queue, 'b')
    let isFree = false
    const waiting = queue.untilFree(2).then(() => {
      isFree = true
    })
    await Promise.resolve()
    expect(isFree).toBe(false)
    first.end()
    await waiting
    expect(queue.running).toBe(1)
  })
  it('counts a host as outstanding until its result is taken', async () => {
    const queue = new TaskQueue(1)
    controllable(queue, 'a').end()
    await queue.untilIdle()
    expect(queue.isOutstanding('a')).toBe(true)
    queue.take()
    expect(queue.isOutstanding('a')).toBe(false)
  })
  it('throws what a task could not turn into a result', async () => {
    const queue = new TaskQueue(1)
    controllable(queue, 'a').fail(new Error('a bug'))
    await expect(queue.untilResult()).rejects.toThrow('a bug')
  })
})
