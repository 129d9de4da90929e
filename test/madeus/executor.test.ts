import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ActionFailure,
  configurationOf,
  Executor,
  LivePlace,
  type LiveTransition,
  LiveUse,
  loadAssembly,
  readAssembly,
  runAssembly,
  type Step,
  type Task,
} from '../../src/madeus/index.js'
import { waitingText } from '../../src/report/index.js'
import { root } from '../helpers/run-both.js'

const nameOf = ({ component, id }: { readonly component: { readonly id: string }; readonly id: string }) =>
  `${component.id}.${id}`

/** An executor whose actions end when the test says so. */
class Controlled<T = undefined> {
  readonly log: string[] = []
  readonly #ends = new Map<string, (result?: ActionFailure | ReadonlyMap<string, unknown>) => void>()
  readonly executor: Executor<T>
  constructor(options: Partial<ConstructorParameters<typeof Executor<T>>[0]> = {}) {
    this.executor = new Executor<T>({
      start: transition => {
        this.log.push(nameOf(transition))
        return new Promise(resolve => this.#ends.set(nameOf(transition), resolve))
      },
      ...options,
    })
  }
  /** Ends an action, and lets follow what follows. */
  async end(name: string, result?: ActionFailure | ReadonlyMap<string, unknown>): Promise<void> {
    const end = this.#ends.get(name)
    if (end === undefined) throw new Error(`${name} does not run: ${[...this.#ends.keys()]}`)
    this.#ends.delete(name)
    end(result)
    await settled()
  }
  get running(): string[] {
    return [...this.#ends.keys()].sort()
  }
}

/** Until nothing happens any more. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))

describe('the published example', () => {
  it('plays the token game of the paper', async () => {
    const file = path.join(root, 'examples/madeus/apache-mariadb.yml')
    const assembly = readAssembly(readFileSync(file, 'utf8'), file)
    const steps: string[] = []
    const game = new Controlled<Task>({
      onStep: ({ rule, element }: Step<Task>) => {
        const kind = element instanceof LivePlace ? 'place' : element instanceof LiveUse ? 'port' : 'transition'
        steps.push(`${rule} ${kind} ${nameOf(element)}`)
      },
    })
    loadAssembly(assembly, game.executor)
    game.executor.seal()
    await settled()
    expect(game.running).toEqual(['apache.bootstrap', 'apache.pull', 'mariadb.provision'])
    steps.length = 0
    await game.end('mariadb.provision', new Map([['ip', '192.0.2.10']]))
    expect(steps).toEqual([
      'END transition mariadb.provision',
      'ENABLE port apache.ip',
      'ENTER place mariadb.provisioned',
      'LEAVE place mariadb.provisioned',
      'FIRE transition apache.conf',
      'FIRE transition mariadb.pull',
      'FIRE transition mariadb.conf',
      'FIRE transition mariadb.bootstrap',
    ])
    const apacheUp = ['apache.pull', 'apache.bootstrap', 'apache.conf', 'apache.start']
    for (const name of apacheUp) await game.end(name)
    expect(game.running).toEqual(['mariadb.bootstrap', 'mariadb.conf', 'mariadb.pull'])
    for (const name of ['mariadb.pull', 'mariadb.conf', 'mariadb.bootstrap', 'mariadb.start']) await game.end(name)
    expect(game.running).toEqual(['apache.check', 'mariadb.check'])
    for (const name of game.running) await game.end(name)
    expect((await game.executor.finished).kind).toBe('success')
    const configuration = configurationOf(game.executor.components.values())
    expect([...configuration.places]).toEqual(['apache.checked', 'mariadb.checked'])
    expect([...configuration.enabled]).toEqual(['apache.mdb', 'apache.ip'])
    expect(configuration.values).toEqual(new Map([['mariadb.ip', '192.0.2.10']]))
  })
})

describe('an assembly that grows while it runs', () => {
  it('starts what is added, and lets it wait for what was there before', async () => {
    const { executor, log, end } = control()
    const web = executor.addComponent('web')
    const install = executor.addTransition(web, { id: 'install', subject: undefined })
    await settled()
    expect(log).toEqual(['web.install'])
    const start = executor.addTransition(web, { id: 'start', subject: undefined })
    executor.precede(install, start)
    const other = executor.addTransition(executor.addComponent('db'), { id: 'install', subject: undefined })
    await settled()
    expect(log).toEqual(['web.install', 'db.install'])
    await end('web.install')
    expect(log).toEqual(['web.install', 'db.install', 'web.start'])
    // An order behind what has ended holds already.
    const late = executor.addTransition(web, { id: 'late', subject: undefined })
    executor.precede(install, late)
    await settled()
    expect(log).toContain('web.late')
    await end('web.late')
    await end('web.start')
    executor.seal()
    expect(executor.running).toBe(1)
    await end('db.install')
    expect(other.state).toBe('ended')
    expect((await executor.finished).kind).toBe('success')
  })

  it('comes to the end it would have had if all had been there from the start', async () => {
    const { executor, end } = control()
    const c = executor.addComponent('c')
    const [a, b] = [executor.addPlace(c, 'a', { isInitial: true }), executor.addPlace(c, 'b')]
    executor.addTransition(c, { id: 't', subject: undefined, from: a, to: b })
    await settled()
    await end('c.t')
    const d = executor.addPlace(c, 'd')
    // Both places have been reached; the one is left, the other holds the token.
    executor.addTransition(c, { id: 'u', subject: undefined, from: a, to: d })
    executor.addTransition(c, { id: 'v', subject: undefined, from: b, to: d })
    const port = executor.addProvide(c, 'p', [[b]])
    const use = executor.addUse(c, 'q', [executor.addTransition(c, { id: 'w', subject: undefined, from: d })])
    executor.connect(use, port)
    executor.seal()
    await settled()
    for (const name of ['c.u', 'c.v', 'c.w']) await end(name)
    expect((await executor.finished).kind).toBe('success')
    expect([...configurationOf(executor.components.values()).places]).toEqual(['c.w-done'])
  })

  it('does not start before the turn ends in which its ports are added', async () => {
    const { executor, log, end } = control()
    const c = executor.addComponent('c')
    const first = executor.addTransition(c, { id: 'first', subject: undefined })
    const second = executor.addTransition(c, { id: 'second', subject: undefined })
    executor.precede(first, second)
    executor.seal()
    await settled()
    expect(log).toEqual(['c.first'])
    await end('c.first')
    await end('c.second')
    expect((await executor.finished).kind).toBe('success')
  })

  it('refuses what would change the past', async () => {
    const { executor, end } = control()
    const c = executor.addComponent('c')
    const first = executor.addTransition(c, { id: 'first', subject: undefined })
    const second = executor.addTransition(c, { id: 'second', subject: undefined })
    await settled()
    expect(() => executor.precede(first, second)).toThrow('c.second has started')
    await end('c.first')
    expect(() => executor.addTransition(c, { id: 'x', subject: undefined, to: first.to })).toThrow(/reached before/)
    expect(() => executor.addComponent('c')).toThrow('There is a component c already')
    executor.seal()
    expect(() => executor.addTransition(c, { id: 'y', subject: undefined })).toThrow(/sealed/)
  })

  it('says when nothing runs and nothing can start', async () => {
    const idle: number[] = []
    const { executor, end } = control({ onIdle: () => idle.push(executor.running) })
    executor.addTransition(executor.addComponent('c'), { id: 't', subject: undefined })
    await settled()
    expect(idle).toEqual([])
    await end('c.t')
    expect(idle).toEqual([0])
  })
})

describe('who starts first', () => {
  it('the highest priority, then the one added first, no more than allowed at once', async () => {
    const { executor, log, end } = control({ maxRunning: 2 })
    const c = executor.addComponent('c')
    for (const [id, priority] of [
      ['a', 1],
      ['b', 5],
      ['c', 5],
      ['d', 9],
    ] as const) {
      executor.addTransition(c, { id, subject: undefined, priority })
    }
    await settled()
    expect(log).toEqual(['c.d', 'c.b'])
    await end('c.b')
    expect(log).toEqual(['c.d', 'c.b', 'c.c'])
    await end('c.d')
    expect(log.at(-1)).toBe('c.a')
  })

  it('limits hold, and those who wait for another limit keep nobody from using one', async () => {
    const { executor, log, end } = control()
    const c = executor.addComponent('c')
    const [dpkg, cpu] = [executor.limit('dpkg'), executor.limit('cpu', 2)]
    const add = (id: string, limits: (typeof dpkg)[], priority: number) =>
      executor.addTransition(c, { id, subject: undefined, limits, priority })
    add('p1', [dpkg, cpu], 9)
    add('p2', [dpkg, cpu], 8)
    add('p3', [cpu, dpkg], 7)
    add('q1', [cpu], 1)
    add('q2', [cpu], 0)
    await settled()
    expect(log).toEqual(['c.p1', 'c.q1'])
    await end('c.p1')
    expect(log).toEqual(['c.p1', 'c.q1', 'c.p2'])
    await end('c.q1')
    expect(log).toEqual(['c.p1', 'c.q1', 'c.p2', 'c.q2'])
    await end('c.p2')
    expect(log.at(-1)).toBe('c.p3')
    executor.resize(cpu, 3)
    expect(executor.limit('cpu')).toBe(cpu)
    for (const name of ['c.q2', 'c.p3']) await end(name)
    executor.seal()
    expect((await executor.finished).kind).toBe('success')
  })

  it('a cancelled one gives its turn to the next', async () => {
    const { executor, log, end } = control()
    const c = executor.addComponent('c')
    const one = executor.limit('one')
    const [a, b, d] = ['a', 'b', 'd'].map(id => executor.addTransition(c, { id, subject: undefined, limits: [one] }))
    await settled()
    expect(log).toEqual(['c.a'])
    expect(executor.cancel(b as LiveTransition<undefined>)).toBe(true)
    expect(executor.cancel(a as LiveTransition<undefined>)).toBe(false)
    await end('c.a')
    expect(log).toEqual(['c.a', 'c.d'])
    await end('c.d')
    executor.seal()
    const { kind, cancelled } = await executor.finished
    expect([kind, cancelled, d?.state]).toEqual(['failed', [b], 'ended'])
  })
})

describe('runs that do not come to their end', () => {
  const told = ({ waiting, failed }: Awaited<Executor<undefined>['finished']>) =>
    waiting.map(entry => waitingText(entry, new Set(failed.map(({ transition }) => transition))))

  it('a failed action: what needs it is told with why, the rest goes on', async () => {
    const { executor, end } = control()
    const [db, web] = [executor.addComponent('db'), executor.addComponent('web')]
    const start = executor.addTransition(db, { id: 'start', subject: undefined })
    const check = executor.addTransition(web, { id: 'check', subject: undefined })
    executor.precede(start, check)
    executor.addTransition(web, { id: 'pull', subject: undefined })
    executor.seal()
    await settled()
    await end('db.start', new ActionFailure('no disk'))
    await end('web.pull')
    const outcome = await executor.finished
    expect(outcome.kind).toBe('failed')
    expect(outcome.failed.map(({ transition, failure }) => [nameOf(transition), failure.reason])).toEqual([
      ['db.start', 'no disk'],
    ])
    expect(told(outcome)).toEqual(['web.check waits for place db.start-done (db.start failed)'])
  })

  it('a policy: nothing is started after a failure', async () => {
    let hasFailed = false
    const { executor, end } = control({ forbids: () => hasFailed, maxRunning: 1 })
    const c = executor.addComponent('c')
    const [a, b] = ['a', 'b'].map(id => executor.addTransition(c, { id, subject: undefined }))
    const port = executor.addUse(c, 'never', [executor.addTransition(c, { id: 'd', subject: undefined })])
    executor.seal()
    await settled()
    hasFailed = true
    await end('c.a', new ActionFailure('x'))
    const { kind, cancelled } = await executor.finished
    expect([kind, cancelled.map(nameOf)]).toEqual(['failed', ['c.b', 'c.d']])
    expect([a?.state, b?.state, port.isServed]).toEqual(['failed', 'cancelled', false])
  })

  it('stuck: a port that is linked to nobody, a provider that is never reached, a value nobody gives', async () => {
    const { executor, end } = control()
    const c = executor.addComponent('c')
    const never = executor.addPlace(c, 'never')
    const given = executor.addPlace(c, 'given')
    executor.addTransition(c, { id: 'give', subject: undefined, to: given })
    const needs = (id: string) => [executor.addTransition(c, { id, subject: undefined })]
    executor.addUse(c, 'loose', needs('x'))
    executor.connect(executor.addUse(c, 'late', needs('y')), executor.addProvide(c, 'svc', [[never]]))
    const value = executor.addDataProvide(c, 'ip', [given])
    executor.connect(executor.addUse(c, 'addr', needs('z'), { isData: true }), value)
    executor.seal()
    await settled()
    await end('c.give')
    const outcome = await executor.finished
    expect(outcome.kind).toBe('stuck')
    expect(told(outcome)).toEqual([
      'c.x waits for port c.loose, which is linked to no provider',
      'c.y waits for port c.late ← c.svc: place c.never (no transition leads there)',
      'c.z waits for port c.addr ← c.ip: no transition gave it a value',
    ])
  })

  it('stuck in a circle, which is named', async () => {
    const { executor } = control()
    const [a, b] = ['a', 'b'].map(id =>
      executor.addTransition(executor.addComponent(id), { id: 'go', subject: undefined }),
    )
    executor.precede(a as LiveTransition<undefined>, b as LiveTransition<undefined>)
    executor.precede(b as LiveTransition<undefined>, a as LiveTransition<undefined>)
    executor.seal()
    const outcome = await executor.finished
    expect(outcome.kind).toBe('stuck')
    expect(told(outcome)).toEqual(['a circle: a.go → b.go → a.go (each waits for the next): place b.go-done'])
  })

  it('interrupted: what runs is waited for, nothing else is started', async () => {
    const stop = new AbortController()
    const { executor, log, end } = control({ signal: stop.signal })
    const c = executor.addComponent('c')
    const first = executor.addTransition(c, { id: 'first', subject: undefined })
    executor.precede(first, executor.addTransition(c, { id: 'second', subject: undefined }))
    executor.seal()
    await settled()
    stop.abort()
    await end('c.first')
    expect((await executor.finished).kind).toBe('interrupted')
    expect(log).toEqual(['c.first'])
  })

  it('an action that throws is a bug: what runs ends, then the error comes out', async () => {
    const { executor } = control({
      start: () => {
        throw new Error('bug')
      },
    })
    const c = executor.addComponent('c')
    executor.addTransition(c, { id: 'a', subject: undefined })
    executor.addTransition(c, { id: 'b', subject: undefined })
    await expect(executor.finished).rejects.toThrow('bug')
  })
})

describe('groups that can be left', () => {
  it('a place is not left while its service is used, and who comes later waits', async () => {
    const text = `assembly: x
mode: groups
components:
  db:
    places: [down, up, gone]
    provides: {sql: {type: t, while: up}}
    transitions: {start: {from: down, to: up}, stop: {from: up, to: gone}}
  web:
    places: [a, b]
    uses: {db: t}
    transitions: {ask: {from: a, to: b, uses: [db]}}
  slow:
    places: [a, b, c]
    uses: {db: t}
    transitions: {think: {from: a, to: b}, ask: {from: b, to: c, uses: [db]}}
links: {web.db: db.sql, slow.db: db.sql}
`
    const game = new Controlled<Task>({ mode: 'groups' })
    loadAssembly(readAssembly(text, 'x'), game.executor)
    game.executor.seal()
    await settled()
    // The service came up and was gone before anybody could use it: what was provided at once was left at once.
    await game.end('db.start')
    expect(game.running).toEqual(['db.stop', 'slow.think'])
    for (const name of game.running) await game.end(name)
    const { kind, waiting } = await game.executor.finished
    expect(kind).toBe('stuck')
    expect(waiting.map(entry => waitingText(entry, new Set()))).toEqual([
      'web.ask waits for port web.db ← db.sql: place db.up (it was left)',
      'slow.ask waits for port slow.db ← db.sql: place db.up (it was left)',
    ])
  })

  it('a user that runs keeps the provider in its group until it ends', async () => {
    const { executor, running, end } = control({ mode: 'groups' })
    const [db, web] = [executor.addComponent('db'), executor.addComponent('web')]
    const up = executor.addPlace(db, 'up', { isInitial: true })
    const ready = executor.addPlace(db, 'ready')
    executor.addTransition(db, { id: 'warm', subject: undefined, from: up, to: ready })
    const ask = executor.addTransition(web, { id: 'ask', subject: undefined })
    executor.connect(executor.addUse(web, 'db', [ask]), executor.addProvide(db, 'sql', [[up, ready]]))
    executor.addTransition(db, { id: 'stop', subject: undefined, from: ready })
    executor.seal()
    await settled()
    expect(running()).toEqual(['db.warm', 'web.ask'])
    await end('db.warm')
    expect(running()).toEqual(['web.ask'])
    expect(executor.waiting().map(entry => waitingText(entry, new Set()))).toEqual([
      'place db.ready cannot be left: it waits for the users of port db.sql to end',
    ])
    await end('web.ask')
    expect(running()).toEqual(['db.stop'])
    await end('db.stop')
    expect((await executor.finished).kind).toBe('success')
  })
})

describe('whole assemblies', () => {
  const text = `assembly: x
components:
  a:
    places: [p, q, r]
    writes: {v: {type: t, at: q}, w: {type: t, at: r}}
    transitions: {one: {from: p, to: q, gives: {v: fixed}}, two: {from: q, to: r}}
  b:
    places: [p, q]
    reads: {v: t, w: t}
    transitions: {read: {from: p, to: q, uses: [v, w]}}
links: {b.v: a.v, b.w: a.w}
`
  it('hand values on: those that are written down and those that actions return', async () => {
    const got = new Map<string, unknown>()
    const run = await runAssembly(readAssembly(text, 'x'), {
      act: async ({ name, values }) => {
        got.set(name, Object.fromEntries(values))
        return name === 'a.two' ? new Map([['w', 7]]) : undefined
      },
    })
    expect(run.outcome.kind).toBe('success')
    expect(got.get('b.read')).toEqual({ v: 'fixed', w: 7 })
    expect(run.ran.map(({ component, transition }) => `${component}.${transition}`)).toEqual([
      'a.one',
      'a.two',
      'b.read',
    ])
  })

  it('an action that takes longer than its timeout has failed, and is told to end', async () => {
    const slow = text.replace('two: {from: q, to: r}', 'two: {from: q, to: r, timeout: 0.01}')
    let wasTold = false
    const { outcome } = await runAssembly(readAssembly(slow, 'x'), {
      act: ({ name, signal }) =>
        name !== 'a.two'
          ? Promise.resolve(undefined)
          : new Promise(resolve => {
              signal.addEventListener('abort', () => {
                wasTold = true
                resolve(undefined)
              })
            }),
    })
    expect(wasTold).toBe(true)
    expect(outcome.failed.map(({ failure }) => failure.reason)).toEqual(['did not end within 0.01 s'])
  })

  it('stop after a failure, when that is asked for', async () => {
    const { outcome, ran } = await runAssembly(readAssembly(text, 'x'), {
      afterFailure: 'stop',
      act: async ({ name }) => (name === 'a.one' ? new ActionFailure('no') : undefined),
    })
    expect(outcome.kind).toBe('failed')
    expect(ran).toHaveLength(1)
  })
})

function control(options: Partial<ConstructorParameters<typeof Executor<undefined>>[0]> = {}) {
  const game = new Controlled<undefined>(options)
  return {
    executor: game.executor,
    log: game.log,
    end: (name: string, result?: ActionFailure) => game.end(name, result),
    running: () => game.running,
  }
}
