// What the services of Kolla-Ansible are to each other: databases, accounts, virtual switches, parts.
import { describe, expect, it } from 'vitest'
import { type Footprint, HazardIndex } from '../../src/inference/index.js'
import { account, haproxy, mariadb, once, start, task, toolbox, type Where, waits } from './kolla-calls.js'

describe('MariaDB in Kolla-Ansible', () => {
  const monitor = toolbox('mysql_user', { name: 'monitor', login_user: 'root' }, 'mariadb')

  it('needs no virtual address, and its accounts neither', () => {
    expect(waits(haproxy, mariadb)).toBe(false)
    expect(waits(haproxy, monitor)).toBe(false)
    expect(waits(monitor, haproxy)).toBe(false)
    expect(waits(mariadb, monitor)).toBe(true)
    const user = account('glance', 'glance')
    expect(waits(haproxy, user)).toBe(true)
  })
  it('has an account for ProxySQL before that starts', () => {
    expect(waits(monitor, start('proxysql', 'loadbalancer'))).toBe(true)
  })
  it('is started beside the container that tells whether it is there', () => {
    const clustercheck = start('mariadb_clustercheck', 'mariadb')
    expect(waits(mariadb, clustercheck)).toBe(false)
    expect(waits(clustercheck, mariadb)).toBe(false)
  })
})

describe('variables of the database server in Kolla-Ansible', () => {
  const turn = (value: number, role: string) =>
    toolbox('mysql_variables', { variable: 'log_bin_trust_function_creators', value, login_user: 'root' }, role)
  const [on, off] = [turn(1, 'glance'), turn(0, 'glance')]
  const migration = once('bootstrap_glance', 'glance')

  it('keep their order with the migrations that need them', () => {
    expect(waits(mariadb, on)).toBe(true)
    expect(waits(on, migration)).toBe(true)
    expect(waits(migration, off)).toBe(true)
    expect(waits(off, turn(1, 'keystone'))).toBe(true)
    for (const name of ['init_upgrade_database', 'finish_upgrade_database']) {
      expect(waits(turn(1, 'keystone'), once(name, 'keystone'))).toBe(true)
      expect(waits(once(name, 'keystone'), turn(0, 'keystone'))).toBe(true)
    }
  })
  it('are nothing to databases, accounts, services and other migrations', () => {
    const others = [
      toolbox('mysql_db', { name: 'nova', login_user: 'root' }, 'nova'),
      account('nova', 'nova'),
      once('nova_api_bootstrap', 'nova'),
      once('bootstrap_heat', 'heat'),
      start('placement_api', 'placement'),
      toolbox('os_keystone_service', { name: 'glance' }, 'glance'),
    ]
    for (const other of others)
      for (const change of [on, off]) {
        expect(waits(change, other)).toBe(false)
        expect(waits(other, change)).toBe(false)
      }
  })
})

describe('accounts of databases in Kolla-Ansible', () => {
  const accounts = { nova_cell0_database_user: 'nova', nova_cell_database_user: 'nova', nova_api_database_user: 'api' }
  const known = { vars: accounts }
  /** Whom the last of some runs waits for. */
  function waitedFor(runs: Readonly<Record<string, Footprint>>): readonly string[] {
    const index = new HazardIndex()
    let round = 0
    let last: ReturnType<HazardIndex['add']> = []
    for (const [id, footprint] of Object.entries(runs))
      last = index.add(id, footprint, { host: 'control', round: ++round })
    return last.map(({ earlier }) => String(earlier)).sort()
  }

  it('may be given more rights while they are used, one after the other', () => {
    const [first, second] = [account('nova', 'nova'), account('nova', 'nova-cell')]
    const migration = once('nova_api_bootstrap', 'nova', {}, known)
    expect(waitedFor({ first, migration, second })).toEqual(['first'])
    expect(waits(first, migration)).toBe(true)
    expect(waits(second, once('nova_cell_bootstrap', 'nova-cell', {}, known))).toBe(true)
    expect(waits(second, start('nova_conductor', 'nova-cell', {}, known))).toBe(true)
  })
  it('are those that the variables of Nova name', () => {
    const neutron = account('neutron', 'neutron')
    const containers = (where: Where) => [
      once('nova_api_bootstrap', 'nova', {}, where),
      once('nova_list_cells', 'nova-cell', {}, where),
      once('nova_cell_bootstrap', 'nova-cell', {}, where),
      once('create_cell_nova', 'nova-cell', {}, where),
      start('nova_conductor', 'nova-cell', {}, where),
    ]
    for (const container of containers(known)) {
      expect(waits(container, neutron)).toBe(false)
      expect(waits(account('api', 'nova'), container)).toBe(true)
      expect(waits(account('nova', 'nova'), container)).toBe(true)
    }
    for (const container of containers({})) expect(waits(neutron, container)).toBe(true)
  })
})

describe('Open vSwitch in Kolla-Ansible', () => {
  const on = (host: string) => ({ host })
  const switches = (host: string) => start('openvswitch_vswitchd', 'openvswitch', {}, on(host))
  const ovs = (host: string) =>
    task(
      'openvswitch/tasks/post-config.yml',
      'kolla_toolbox',
      { module_name: 'openvswitch_db', module_args: { table: 'Open_vSwitch' } },
      on(host),
    )

  it('is one of each host', () => {
    const agent = start('neutron_openvswitch_agent', 'neutron', {}, on('network'))
    for (const change of [switches, ovs]) {
      expect(waits(change('network'), agent)).toBe(true)
      expect(waits(change('compute'), agent)).toBe(false)
    }
    expect(waits(switches('network'), ovs('network'))).toBe(true)
    expect(waits(ovs('network'), switches('network'))).toBe(true)
    expect(waits(start('openvswitch_db', 'openvswitch', {}, on('compute')), switches('network'))).toBe(false)
    const stop = { action: 'stop_container', name: 'openvswitch_db' }
    const stopped = task('openvswitch/tasks/stop.yml', 'kolla_container', stop, on('network'))
    expect(waits(stopped, agent)).toBe(true)
  })
  it('may be started and changed while computes start', () => {
    const compute = start('nova_compute', 'nova-cell', {}, on('compute'))
    for (const change of [switches('compute'), ovs('compute')]) {
      expect(waits(compute, change)).toBe(false)
      expect(waits(change, compute)).toBe(false)
    }
  })
  it('needs its module, which disturbs nobody who runs already', () => {
    const load = (name: string, state: string) =>
      task('module-load/tasks/main.yml', 'community.general.modprobe', { name, state }, on('compute'))
    const sysctl = task('nova-cell/tasks/config-host.yml', 'ansible.posix.sysctl', { name: 'a' }, on('compute'))
    const module = load('openvswitch', 'present')
    const users = [switches('compute'), start('nova_compute', 'nova-cell', {}, on('compute'))]
    for (const user of users) {
      expect(waits(module, user)).toBe(true)
      expect(waits(user, module)).toBe(false)
    }
    expect(waits(module, sysctl)).toBe(true)
    expect(waits(load('openvswitch', 'absent'), module)).toBe(true)
    expect(waits(module, load('openvswitch', 'absent'))).toBe(true)
    expect(waits(users[0] as Footprint, load('openvswitch', 'absent'))).toBe(true)
  })
})

describe('parts of services in Kolla-Ansible', () => {
  it('are started beside each other, each in its order on several hosts', () => {
    for (const [one, other, role] of [
      ['heat_api', 'heat_engine', 'heat'],
      ['heat_api', 'heat_api_cfn', 'heat'],
      ['neutron_dhcp_agent', 'neutron_l3_agent', 'neutron'],
      ['neutron_openvswitch_agent', 'neutron_metadata_agent', 'neutron'],
    ] as const) {
      expect(waits(start(one, role), start(other, role))).toBe(false)
      expect(waits(start(one, role), start(one, role, {}, { host: 'other' }))).toBe(true)
    }
  })
  it('are all waited for by those who use the service', () => {
    const ask = toolbox('os_flavor_info', {}, 'heat')
    for (const name of ['heat_api', 'heat_api_cfn', 'heat_engine']) expect(waits(start(name, 'heat'), ask)).toBe(true)
    const pause = task('neutron/handlers/main.yml', 'wait_for', { timeout: 30 }, { host: 'other' })
    expect(waits(start('neutron_l3_agent', 'neutron'), pause)).toBe(true)
    expect(waits(pause, start('neutron_l3_agent', 'neutron'))).toBe(true)
  })
})
