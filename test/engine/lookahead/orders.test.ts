// Random playbooks are played in Ansible's order and ahead of it, with pauses that let tasks overtake one another:
// results, recap, messages and files are the same. MADANSIBLE_TEST_PLAYBOOKS and MADANSIBLE_TEST_SEED say how many, and
// where to begin.
import { afterAll, describe, expect, it } from 'vitest'
import { hasAnsible } from '../../helpers/payloads.js'
import { hasSshd, startSshServer } from '../../helpers/sshd.js'
import { playWithAnsible } from './ansible-oracle.js'
import { differences, type HostAccess, LOCAL, OrderBench } from './play-orders.js'
import { type RandomPlaybook, randomPlaybook } from './random-playbooks.js'

const COUNT = Number(process.env.MADANSIBLE_TEST_PLAYBOOKS ?? 20)
const SEED = Number(process.env.MADANSIBLE_TEST_SEED ?? 1)
/** One in so many is played on real hosts, too. */
const SAMPLE = 20
const samples = Array.from({ length: Math.ceil(COUNT / SAMPLE) }, (_, index) => SEED + index * SAMPLE)

const benches: OrderBench[] = []
afterAll(() => Promise.all(benches.map(bench => bench.close())))

function bench(access?: HostAccess): OrderBench {
  const made = new OrderBench(access)
  benches.push(made)
  return made
}

async function compare(on: OrderBench, playbook: RandomPlaybook): Promise<number> {
  const linear = await on.play(playbook, { kind: 'linear' })
  const inferred = await on.play(playbook, { kind: 'inferred', seed: playbook.seed })
  const found = differences(linear, inferred)
  expect(found, `seed ${playbook.seed}:\n${found.join('\n')}`).toEqual([])
  return inferred.early
}

describe('tasks that are run before their turn', () => {
  it(`give ${COUNT} random playbooks from seed ${SEED} the results and files of Ansible's order`, {
    timeout: 60_000 + COUNT * 30_000,
  }, async () => {
    const on = bench()
    let early = 0
    for (let seed = SEED; seed < SEED + COUNT; seed++) early += await compare(on, randomPlaybook(seed))
    // It is about something: tasks are run before their turn.
    expect(early).toBeGreaterThan(COUNT)
  })

  it("leave exactly the files of Ansible's order, whatever fails, with the policy strict", {
    timeout: 60_000 + COUNT * 30_000,
  }, async () => {
    const on = bench()
    for (let seed = SEED; seed < SEED + COUNT; seed++) {
      const playbook = randomPlaybook(seed)
      const linear = await on.play(playbook, { kind: 'linear' })
      const strict = await on.play(playbook, { kind: 'inferred', seed, failurePolicy: 'strict' })
      expect(differences(linear, strict, 'strict'), `seed ${seed}`).toEqual([])
    }
  })

  it('do so when Python does them on this machine', { timeout: 60_000 + samples.length * 60_000 }, async () => {
    const on = bench(LOCAL)
    for (const seed of samples) await compare(on, randomPlaybook(seed))
  })

  it.skipIf(!hasSshd || COUNT < 50)(
    'do so on hosts behind SSH, each a machine of its own',
    {
      timeout: 60_000 + samples.length * 60_000,
    },
    async () => {
      const servers = await Promise.all([startSshServer(), startSshServer(), startSshServer()])
      try {
        const on = bench((_host, index) => {
          const { port, keyFile, knownHosts } = servers[index] as (typeof servers)[number]
          return {
            ansible_connection: 'ssh',
            ansible_host: '127.0.0.1',
            ansible_port: port,
            ansible_ssh_private_key_file: keyFile,
            ansible_ssh_common_args: `-F none -o IdentityAgent=none -o UserKnownHostsFile=${knownHosts}`,
          }
        })
        for (const seed of samples) await compare(on, randomPlaybook(seed + 1))
      } finally {
        await Promise.all(servers.map(server => server.stop()))
      }
    },
  )

  it.skipIf(!hasAnsible || COUNT < 50)(
    'are told and leave files as with ansible-playbook',
    {
      timeout: 120_000 + Math.ceil(COUNT / 50) * 120_000,
    },
    async () => {
      const on = bench(LOCAL)
      for (let seed = SEED; seed < SEED + COUNT; seed += 50) {
        const playbook = { ...randomPlaybook(seed), mayFail: false }
        const theirs = playWithAnsible(on, playbook)
        const { end, results, shown, files, wasted } = await on.play(playbook, { kind: 'inferred', seed })
        expect({ end, results, shown }, `seed ${seed}`).toEqual({
          end: theirs.end,
          results: theirs.results,
          shown: theirs.shown,
        })
        if (wasted.length === 0) expect([...files], `seed ${seed}`).toEqual([...theirs.files])
      }
    },
  )
})
