// What tasks of Kolla-Ansible's roles wait for that use general modules for something particular.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { conflictBetween, type Footprint, HazardIndex, UNKNOWN } from '../../src/inference/index.js'
import { fromJs } from '../../src/python/index.js'
import { callOf, loadModel, whyWaits } from './calls.js'

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'inference')
const model = loadModel({ repository: path.join(fixtures, 'kolla') })

interface Where {
  readonly host?: string
  /** The task has `until`. */
  readonly waits?: boolean
  /** Variables that are known. */
  readonly vars?: Readonly<Record<string, string>>
  readonly name?: string
}

/** A task of `role/file`. */
function task(
  place: string,
  action: string,
  args: Record<string, unknown>,
  { host = 'control', waits, vars, name }: Where = {},
) {
  const role = place.slice(0, place.indexOf('/'))
  const given = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, fromJs(value)]))
  return model.footprintOf({
    ...callOf(action, given, {
      role,
      host,
      waits,
      task: name,
      facts: name => vars?.[name],
      taskFile: `/kolla/roles/${place}`,
    }),
    ...(action.startsWith('kolla_') ? { action } : {}),
  })
}
const start = (name: string, role: string, more: Record<string, unknown> = {}, where: Where = {}) =>
  task(
    `${role}/handlers/main.yml`,
    'kolla_container',
    { action: 'recreate_or_restart_container', name, ...more },
    where,
  )
const once = (name: string, role: string, more: Record<string, unknown> = {}, where: Where = {}) =>
  task(
    `${role}/tasks/bootstrap_service.yml`,
    'kolla_container',
    { action: 'start_container', name, detach: false, ...more },
    where,
  )
const toolbox = (module: string, args: Record<string, unknown>, role: string) =>
  task(`${role}/tasks/bootstrap.yml`, 'kolla_toolbox', { module_name: module, module_args: args })
const account = (name: string, role: string) =>
  toolbox('mysql_user', { name, login_user: 'root', append_privs: 'yes' }, role)
const command = (place: string, text: string, where: Where = {}) => task(place, 'command', { _raw_params: text }, where)
const port = (place: string, where: Where = {}) => task(place, 'wait_for', { host: '192.0.2.1', port: '3306' }, where)
const until = { waits: true }
const waits = (earlier: Footprint, later: Footprint) => whyWaits(earlier, later) !== undefined
/** Nobody on another host waits for a guard. */
const waitsElsewhere = (earlier: Footprint, later: Footprint) =>
  conflictBetween(earlier, { host: 'control', round: 1 }, later, { host: 'other', round: 2 }) !== undefined

const copy = task('glance/tasks/config.yml', 'template', {
  src: '/kolla/roles/glance/templates/a.j2',
  dest: '/etc/kolla/glance-api/a',
})
const database = toolbox('mysql_db', { name: 'glance', login_user: 'root' }, 'glance')
const mariadb = start('mariadb', 'mariadb')
const haproxy = start('haproxy', 'loadbalancer')

describe('waits in Kolla-Ansible', () => {
  const liveness = port('mariadb/tasks/lookup_cluster.yml')
  const ready = port('mariadb/tasks/restart_services.yml', until)
  const sync = command('mariadb/handlers/main.yml', `docker exec mariadb mysql -p${UNKNOWN} -e 'SHOW STATUS'`, until)
  const check = command('mariadb/tasks/check.yml', "docker exec mariadb mysql -h 192.0.2.9 -e 'show databases;'", until)

  it('look for MariaDB before it is started, whatever else is being done', () => {
    for (const other of [haproxy, copy, start('fluentd', 'common')]) expect(waits(other, liveness)).toBe(false)
    expect(waits(liveness, copy)).toBe(false)
    expect(waits(mariadb, liveness)).toBe(true)
    expect(waits(liveness, mariadb)).toBe(true)
  })
  it.each([
    ['its port', ready],
    ['its cluster', sync],
    ['its virtual address', check],
  ])('hold back those who use MariaDB, and nobody else: %s', (_what, wait) => {
    expect(waits(mariadb, wait)).toBe(true)
    expect(waits(wait, database)).toBe(true)
    expect(waits(wait, mariadb)).toBe(true)
    expect(waits(wait, copy)).toBe(false)
    expect(waits(wait, start('memcached', 'memcached'))).toBe(false)
    expect(waits(copy, wait)).toBe(false)
  })
  it('for the virtual address need HAProxy, its checks, and the accounts', () => {
    const monitor = toolbox('mysql_user', { name: 'monitor', login_user: 'root' }, 'mariadb')
    for (const needed of [haproxy, start('mariadb_clustercheck', 'mariadb'), monitor])
      expect(waits(needed, check)).toBe(true)
  })
  it('for SSH between hosts of Keystone hold back nobody else', () => {
    const ssh = port('keystone/tasks/distribute_fernet.yml', until)
    expect(waits(start('keystone_ssh', 'keystone'), ssh)).toBe(true)
    expect(waits(start('keystone', 'keystone'), ssh)).toBe(false)
    expect(waits(ssh, copy)).toBe(false)
    expect(waits(ssh, database)).toBe(false)
  })
  it('for etcd hold back those who use it', () => {
    const etcd = port('etcd/tasks/restart_services.yml', until)
    expect(waits(start('etcd', 'etcd'), etcd)).toBe(true)
    expect(waits(etcd, start('etcd', 'etcd', {}, { host: 'other' }))).toBe(true)
    expect(waits(etcd, copy)).toBe(false)
  })
  it('between agents of Neutron keep those that run until the others have taken over', () => {
    const pause = task('neutron/handlers/main.yml', 'wait_for', { timeout: 30 })
    expect(waits(start('neutron_l3_agent', 'neutron', {}, { host: 'other' }), pause)).toBe(true)
    expect(waitsElsewhere(pause, start('neutron_l3_agent', 'neutron'))).toBe(true)
    expect(waits(pause, copy)).toBe(false)
  })
  it('for RabbitMQ with its first account hold back those who use RabbitMQ', () => {
    const args = { module_name: 'rabbitmq_user', module_args: { user: 'openstack' } }
    const account = task('service-rabbitmq/tasks/main.yml', 'kolla_toolbox', args, until)
    expect(waits(account, start('heat_engine', 'heat'))).toBe(true)
    expect(waits(account, toolbox('rabbitmq_vhost', { name: 'x' }, 'service-rabbitmq'))).toBe(true)
    expect(waits(account, database)).toBe(false)
    expect(waits(account, toolbox('os_keystone_service', { name: 'nova' }, 'nova'))).toBe(false)
  })
})

describe('containers of Kolla-Ansible that run to their end', () => {
  const cookie = once('rabbitmq_bootstrap', 'rabbitmq', { volumes: ['rabbitmq:/var/lib/rabbitmq'] })
  const broker = start('rabbitmq', 'rabbitmq', { volumes: ['rabbitmq:/var/lib/rabbitmq'] })

  it('write the cookie of RabbitMQ, and touch nothing but its volume', () => {
    expect(waits(cookie, broker)).toBe(true)
    expect(waits(cookie, database)).toBe(false)
    expect(waits(start('memcached', 'memcached'), cookie)).toBe(false)
  })
  it('run beside the removal of volumes that others had', () => {
    const remove = task('nova-cell/tasks/post-config.yml', 'kolla_container', {
      action: 'remove_volume',
      name: 'nova_libvirt_secrets',
    })
    expect(waits(start('nova_libvirt', 'nova-cell'), remove)).toBe(true)
    expect(waits(remove, start('x', 'nova-cell', { volumes: ['nova_libvirt_secrets:/a'] }))).toBe(true)
    expect(waits(remove, once('bootstrap_neutron', 'neutron'))).toBe(false)
    expect(waits(once('bootstrap_heat', 'heat'), remove)).toBe(false)
  })
  it('copy the database, which must be there', () => {
    const backup = once('mariabackup', 'mariadb', { volumes: ['mariadb_backup:/backup'] })
    expect(waits(mariadb, backup)).toBe(true)
    expect(waits(database, backup)).toBe(true)
    expect(waits(copy, backup)).toBe(false)
  })
})

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

describe('commands in containers of Kolla-Ansible', () => {
  const keystone = start('keystone', 'keystone')
  const keys = command('keystone/tasks/distribute_fernet.yml', 'docker exec -t keystone_fernet /usr/bin/fernet-push.sh')
  const first = command(
    'keystone/tasks/register.yml',
    `docker exec keystone kolla_keystone_bootstrap admin ${UNKNOWN} admin admin`,
  )
  const register = toolbox('os_keystone_service', { name: 'glance' }, 'glance')

  it('give Keystone its keys before anybody asks it', () => {
    for (const name of ['keystone_fernet', 'keystone_ssh', 'keystone'])
      expect(waits(start(name, 'keystone'), keys)).toBe(true)
    expect(waits(port('keystone/tasks/distribute_fernet.yml', until), keys)).toBe(true)
    expect(waits(keys, register)).toBe(true)
    expect(waits(keys, database)).toBe(false)
    expect(waits(keys, first)).toBe(false)
  })
  it('write the first objects of Keystone into its database, and into no other', () => {
    expect(waits(once('bootstrap_keystone', 'keystone'), first)).toBe(true)
    expect(waits(keystone, first)).toBe(true)
    expect(waits(first, register)).toBe(true)
    expect(waits(first, toolbox('os_project', { name: 'service' }, 'glance'))).toBe(true)
    expect(waits(first, database)).toBe(false)
    expect(waits(first, once('bootstrap_glance', 'glance'))).toBe(false)
  })
  it('wait for RabbitMQ and change its settings, which are nothing to volumes', () => {
    const broker = start('rabbitmq', 'rabbitmq')
    const ready = command(
      'rabbitmq/tasks/restart_services.yml',
      'docker exec rabbitmq rabbitmqctl wait --timeout 60 pid',
    )
    const flags = command(
      'rabbitmq/tasks/feature-flags.yml',
      'docker exec rabbitmq rabbitmqctl enable_feature_flag all',
    )
    const user = toolbox('rabbitmq_user', { user: 'openstack' }, 'nova')
    expect(waits(broker, ready)).toBe(true)
    expect(waits(ready, flags)).toBe(true)
    expect(waits(ready, user)).toBe(true)
    expect(waits(flags, user)).toBe(true)
    expect(waits(flags, start('heat_api', 'heat'))).toBe(true)
    for (const command of [ready, flags]) {
      expect(waits(command, once('bootstrap_keystone', 'keystone', { volumes: ['keystone:/a'] }))).toBe(false)
      expect(waits(command, database)).toBe(false)
    }
  })
  it('wait for Open vSwitch and make its bridges, which are nothing to other containers', () => {
    const place = { host: 'network' }
    const switches = start('openvswitch_vswitchd', 'openvswitch', {}, place)
    const ready = command('openvswitch/handlers/main.yml', 'docker exec openvswitch_db ovs-vsctl --no-wait show', {
      ...place,
      ...until,
    })
    const bridge = command(
      'openvswitch/tasks/post-config.yml',
      'docker exec openvswitch_db /usr/local/bin/kolla_ensure_openvswitch_configured br-ex eth1',
      place,
    )
    const facts = task(
      'neutron/tasks/neutron_plugin_agent_check.yml',
      'kolla_container_volume_facts',
      { name: ['ovn_nb_db'] },
      place,
    )
    expect(waits(start('openvswitch_db', 'openvswitch', {}, place), ready)).toBe(true)
    expect(waits(ready, switches)).toBe(true)
    expect(waits(switches, bridge)).toBe(true)
    expect(waits(bridge, start('neutron_openvswitch_agent', 'neutron', {}, place))).toBe(true)
    for (const command of [ready, bridge]) expect(waits(command, facts)).toBe(false)
  })
  it('wait for computes, which only those need who look for their hosts', () => {
    const computes = command(
      'nova-cell/tasks/wait_discover_computes.yml',
      `docker exec kolla_toolbox openstack ${UNKNOWN}`,
    )
    const discover = command(
      'nova-cell/tasks/discover_computes.yml',
      'docker exec nova_conductor nova-manage cell_v2 discover_hosts',
    )
    expect(waits(start('nova_compute', 'nova-cell', {}, { host: 'compute' }), computes)).toBe(true)
    expect(waits(computes, discover)).toBe(true)
    expect(waits(start('nova_conductor', 'nova-cell'), discover)).toBe(true)
    expect(waits(discover, start('nova_scheduler', 'nova'))).toBe(true)
    for (const other of [database, account('neutron', 'neutron'), once('bootstrap_neutron', 'neutron')])
      expect(waits(discover, other)).toBe(false)
    expect(waits(computes, start('heat_api', 'heat'))).toBe(false)
    expect(waits(computes, copy)).toBe(false)
  })
  it('ask a program for its version, which is nothing to services', () => {
    const version = command('common/handlers/main.yml', 'docker exec -t kolla_toolbox ansible --version')
    expect(waits(start('kolla_toolbox', 'common'), version)).toBe(true)
    for (const other of [database, keystone, haproxy]) {
      expect(waits(version, other)).toBe(false)
      expect(waits(other, version)).toBe(false)
    }
  })
  it('ask the database that their program is for', () => {
    const show = (more: string) =>
      command('x/tasks/main.yml', `docker exec mariadb mysql ${more} -e 'show status'`, { host: 'other' })
    const policies = command('x/tasks/main.yml', 'docker exec rabbitmq rabbitmqctl list_policies')
    const user = toolbox('rabbitmq_user', { user: 'openstack' }, 'nova')
    expect(waits(database, show('-uroot'))).toBe(true)
    expect(waits(user, show('-uroot'))).toBe(false)
    expect(waits(user, policies)).toBe(true)
    expect(waits(database, policies)).toBe(false)
    expect(waits(haproxy, show('-uroot'))).toBe(false)
    expect(waits(haproxy, show('-h 192.0.2.9'))).toBe(true)
  })
  it('reach every service from the container with the clients of all', () => {
    const stack = command('octavia/tasks/hm-interface.yml', `docker exec kolla_toolbox openstack ${UNKNOWN}`)
    for (const other of [database, keystone, haproxy, register]) expect(waits(other, stack)).toBe(true)
    expect(waits(stack, register)).toBe(true)
    expect(waits(start('fluentd', 'common'), start('kolla_toolbox', 'common'))).toBe(false)
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

describe('files of Kolla-Ansible whose names are told by a loop', () => {
  it('are plugins of three services of Neutron', () => {
    const args = { src: `${UNKNOWN}`, dest: `/etc/kolla/${UNKNOWN}/${UNKNOWN}` }
    const write = (vars: Readonly<Record<string, string>>) =>
      task('neutron/tasks/config.yml', 'template', args, { vars, name: 'Copying over extra ml2 plugins' })
    const plugins = write({ node_config_directory: '/etc/kolla' })
    const sees = (name: string, folder: string) =>
      start(name, 'x', { volumes: [`/etc/kolla/${folder}/:/var/lib/kolla/config_files/:ro`] })
    for (const folder of ['neutron-server', 'neutron-openvswitch-agent', 'neutron-linuxbridge-agent'])
      expect(waits(plugins, sees('neutron_server', folder))).toBe(true)
    const switches = sees('openvswitch_vswitchd', 'openvswitch-vswitchd')
    expect(waits(switches, plugins)).toBe(false)
    expect(waits(switches, write({}))).toBe(true)
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
