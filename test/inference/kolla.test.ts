// The adapter of Kolla-Ansible: every rule and every container in it is for something that Kolla-Ansible has.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { canonicalAction } from '../../src/inference/action-names.js'
import { type AdapterFile, readAdapterFile } from '../../src/inference/adapter-file.js'
import { Draft, type DraftWorld } from '../../src/inference/draft.js'
import { type Footprint, UNKNOWN } from '../../src/inference/index.js'
import { RuleBook } from '../../src/inference/rule-book.js'
import { fromJs } from '../../src/python/index.js'
import type { Value } from '../../src/python/values.js'
import { ADAPTERS, callOf, loadModel, whyWaits } from './calls.js'
import { scanTaskFile } from './task-file-scan.js'

/** A task of Kolla-Ansible, as far as rules look at it. */
interface Met {
  readonly action: string
  readonly role: string
  readonly file: string
  readonly task?: string | undefined
  readonly args: Readonly<Record<string, Value>>
}

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'inference')
const files = readdirSync(path.join(ADAPTERS, 'kolla')).map(name => readAdapterFile(path.join(ADAPTERS, 'kolla', name)))
const world: DraftWorld = {
  withdrawn: new Set(),
  serviceNamed: () => undefined,
  containerNamed: () => undefined,
  isSharedVolume: () => false,
  linksOf: () => [],
  noteLink: () => {},
}

/** Names of rules that were for none of the tasks. */
function unused(adapters: readonly AdapterFile[], tasks: readonly Met[]): string[] {
  const book = new RuleBook(adapters)
  const met = new Set<string>()
  for (const { action, role, file, task, args } of tasks) {
    const call = {
      ...callOf(action, args, { role, task, taskFile: `/kolla/roles/${role}/${file}` }),
      action: canonicalAction(action),
    }
    for (const rule of book.rulesFor(new Draft(call, world))) met.add(rule.name)
  }
  return adapters.flatMap(file => file.rules.map(rule => rule.name)).filter(name => !met.has(name))
}

/** Names of containers in the adapter that are not among those given. */
function unmet(names: readonly string[]): string[] {
  return files
    .flatMap(file => file.containers.map(container => container.name))
    .filter(pattern => {
      const test = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
      return !names.some(name => test.test(name))
    })
}

describe('adapter of Kolla-Ansible', () => {
  it('has only rules for what the digest of 17.8.0 tells', () => {
    const digest = JSON.parse(readFileSync(path.join(fixtures, 'kolla-17.8.0.json'), 'utf8')) as {
      readonly containers: readonly string[]
      readonly tasks: readonly {
        action: string
        role: string
        file: string
        task?: string
        args?: Record<string, unknown>
      }[]
    }
    const tasks = digest.tasks.map(task => ({
      ...task,
      args: Object.fromEntries(Object.entries(task.args ?? {}).map(([name, value]) => [name, fromJs(value)])),
    }))
    expect(unused(files, tasks)).toEqual([])
    expect(unmet(digest.containers)).toEqual([])
  })

  const checkout = process.env.KOLLA_ANSIBLE
  it('has only rules for what a checkout has', context => {
    if (checkout === undefined || !existsSync(path.join(checkout, 'ansible', 'roles'))) {
      console.log('skipped: set KOLLA_ANSIBLE to a checkout of kolla-ansible 17.8.0')
      context.skip()
      return
    }
    const roles = path.join(checkout, 'ansible', 'roles')
    const tasks: Met[] = []
    const names = new Set<string>()
    for (const role of readdirSync(roles))
      for (const part of ['tasks', 'handlers', 'defaults', 'vars']) {
        const folder = path.join(roles, role, part)
        for (const name of existsSync(folder) ? readdirSync(folder) : []) {
          const text = readFileSync(path.join(folder, name), 'utf8')
          for (const [, found] of text.matchAll(/^\s*(?:container_name|name): "?([a-z0-9_]+)"?\s*$/gm))
            names.add(found as string)
          if (part !== 'tasks' && part !== 'handlers') continue
          const scanned = scanTaskFile(path.join(folder, name))
          expect(scanned, `${role}/${part}/${name}`).toBeDefined()
          for (const { action, args, name: task } of scanned ?? [])
            tasks.push({
              action,
              role,
              file: `${part}/${name}`,
              task,
              args: Object.fromEntries([...args.entries()] as [string, Value][]),
            })
        }
      }
    for (const broker of ['rabbitmq', 'outward_rabbitmq']) names.add(broker).add(`${broker}_bootstrap`)
    expect(tasks.length).toBeGreaterThan(1000)
    expect(unused(files, tasks)).toEqual([])
    expect(unmet([...names])).toEqual([])
  })
})

describe('footprints in Kolla-Ansible', () => {
  const model = loadModel({ repository: path.join(fixtures, 'kolla') })
  const of = (action: string, args: Record<string, unknown>, role: string, host = 'control'): Footprint =>
    model.footprintOf({
      ...callOf(action, Object.fromEntries(Object.entries(args).map(([name, value]) => [name, fromJs(value)])), {
        role,
        host,
      }),
      action,
      taskFile: `/kolla/roles/${role}/handlers/main.yml`,
    })
  const start = (name: string, role: string, more: Record<string, unknown> = {}, host = 'control') =>
    of(
      'kolla_container',
      {
        action: 'recreate_or_restart_container',
        name,
        image: `quay.io/${name}:1`,
        volumes: [`/etc/kolla/${name}/:/var/lib/kolla/config_files/:ro`, 'kolla_logs:/var/log/kolla/'],
        ...more,
      },
      role,
      host,
    )
  const toolbox = (module: string, args: Record<string, unknown>, role: string) =>
    of('kolla_toolbox', { module_name: module, module_args: args }, role)
  const waits = (earlier: Footprint, later: Footprint) => whyWaits(earlier, later) !== undefined

  const mariadb = start('mariadb', 'mariadb')
  const keystone = start('keystone', 'keystone')
  const glance = start('glance_api', 'glance')
  const pull = of('kolla_container', { action: 'pull_image', image: 'quay.io/glance_api:1' }, 'glance')
  const config = of(
    'merge_configs',
    { sources: ['/kolla/roles/glance/templates/glance.conf.j2'], dest: '/etc/kolla/glance_api/glance.conf' },
    'glance',
  )
  const database = toolbox('mysql_db', { name: 'glance', login_user: 'root' }, 'glance')
  const bootstrap = of(
    'kolla_container',
    { action: 'start_container', name: 'bootstrap_glance', image: 'quay.io/glance_api:1', detach: false, volumes: [] },
    'glance',
  )
  const register = toolbox('os_keystone_service', { name: 'glance' }, 'glance')

  it.each([
    ['a container', 'its image', pull, glance],
    ['a container', 'its configuration', config, glance],
    ['a container', 'what its bootstrap wrote', bootstrap, glance],
    ['a bootstrap', 'its database', database, bootstrap],
    ['a database', 'the server', mariadb, database],
    ['a database', 'the container kolla_toolbox', start('kolla_toolbox', 'common'), database],
    ['a service', 'its database server', mariadb, keystone],
    ['a registration', 'Keystone', keystone, register],
    ['a service', 'the virtual address', start('haproxy', 'loadbalancer'), glance],
    ['an endpoint', 'its service', register, toolbox('os_keystone_endpoint', { service: 'glance' }, 'glance')],
    [
      'a user',
      'its project',
      toolbox('os_project', { name: 'service' }, 'glance'),
      toolbox('os_user', { name: 'glance', default_project: 'service' }, 'glance'),
    ],
  ])('%s waits for %s', (_later, _earlier, earlier, later) => {
    expect(waits(earlier, later)).toBe(true)
  })
  it.each([
    [
      'pulls of different images',
      pull,
      of('kolla_container', { action: 'pull_image', image: 'quay.io/nova:1' }, 'nova'),
    ],
    ['a pull and the start of another container', mariadb, pull],
    ['configuration and other containers', keystone, config],
    ['databases of different services', database, toolbox('mysql_db', { name: 'nova', login_user: 'root' }, 'nova')],
    ['registrations of different services', register, toolbox('os_keystone_service', { name: 'nova' }, 'nova')],
    ['services that do not use each other', start('heat_api', 'heat'), glance],
    ['a bootstrap and a service that does not use it', bootstrap, start('heat_api', 'heat')],
  ])('%s may change places', (_what, earlier, later) => {
    expect(whyWaits(earlier, later)).toBeUndefined()
  })
  it('lets services share one project: the next may look again before others have used it', () => {
    const user = toolbox('os_user', { name: 'glance', default_project: 'service' }, 'glance')
    const first = toolbox('os_project', { name: 'service' }, 'glance')
    const second = toolbox('os_project', { name: 'service' }, 'nova')
    expect(waits(first, second)).toBe(true)
    expect(user.reads.some(access => access.resource.path.includes('users'))).toBe(true)
    expect(waits(second, toolbox('os_user', { name: 'nova', default_project: 'service' }, 'nova'))).toBe(true)
  })
  it('lets commands in known containers reach what the container reaches, and no files of the host', () => {
    const show = of(
      'ansible.builtin.command',
      { _raw_params: "docker exec mariadb mysql -uroot -psecret -e 'show databases;'" },
      'mariadb',
    )
    expect(show.writes).toEqual([])
    expect(waits(mariadb, show)).toBe(true)
    const change = of(
      'ansible.builtin.command',
      { _raw_params: 'docker exec nova_conductor nova-manage cell_v2 discover_hosts' },
      'nova-cell',
    )
    expect(change.opaque).toBeUndefined()
    expect(waits(database, change)).toBe(true)
    expect(waits(change, config)).toBe(false)
    // The virtual switch reaches nothing but itself.
    const bridge = { _raw_params: 'docker exec openvswitch_db /usr/local/bin/kolla_ensure_openvswitch_configured' }
    const ensured = of('ansible.builtin.command', bridge, 'openvswitch')
    expect(waits(ensured, database)).toBe(false)
    expect(
      waits(ensured, of('kolla_container', { action: 'start_container', name: 'openvswitch_db' }, 'openvswitch')),
    ).toBe(true)
    expect(of('ansible.builtin.command', { _raw_params: 'docker exec thing ls' }, 'x').opaque).toBeDefined()
  })
  it.each([
    ['ansible.builtin.shell', 'set -o pipefail && echo secret | docker exec -i nova_libvirt saslpasswd2 -p nova'],
    ['ansible.builtin.command', `docker exec nova_conductor nova-manage cell_v2 discover_hosts --cell_uuid ${UNKNOWN}`],
  ])('lets %s enter a known container whatever it does there: %s', (action, text) => {
    const enters = of(action, { _raw_params: text }, 'nova-cell')
    expect(enters.opaque).toBeUndefined()
    expect(waits(enters, config)).toBe(false)
  })
  it.each([
    `docker exec ${UNKNOWN} ls`,
    `docker ${UNKNOWN} nova_conductor ls`,
    'set -o pipefail && docker exec -i nova_libvirt ls && rm -r /etc/x',
    'set -o allexport && x=1 docker exec nova_libvirt ls',
  ])('knows nothing of %s', text => {
    expect(of('ansible.builtin.shell', { _raw_params: text }, 'nova-cell').opaque).toBeDefined()
  })
  it('lets containers that only share a volume for logs run beside each other', () => {
    const run = (name: string, volume: string) =>
      of(
        'kolla_container',
        { action: 'start_container', name: `bootstrap_${name}`, image: name, detach: false, volumes: [volume] },
        name,
      )
    expect(waits(run('glance', 'kolla_logs:/var/log/kolla/'), run('heat', 'kolla_logs:/var/log/kolla/'))).toBe(false)
    expect(waits(run('glance', 'data:/data'), run('heat', 'data:/data'))).toBe(true)
  })
  it('takes a container that it does not know for one that may touch everything', () => {
    const unknown = start('acme', 'acme')
    expect(waits(unknown, config)).toBe(true)
    expect(waits(unknown, start('keystone', 'keystone', {}, 'other'))).toBe(true)
  })
  it('counts every action that a container may turn out to take', () => {
    const unknown = of('kolla_container', { action: UNKNOWN, name: 'mariadb', image: 'x' }, 'mariadb')
    expect(waits(unknown, database)).toBe(true)
  })
})
