// What tasks of Kolla-Ansible's roles wait for that use general modules for something particular.
import { describe, expect, it } from 'vitest'
import { UNKNOWN } from '../../src/inference/index.js'
import {
  account,
  command,
  copy,
  database,
  haproxy,
  mariadb,
  once,
  port,
  start,
  task,
  toolbox,
  until,
  waits,
  waitsElsewhere,
} from './kolla-calls.js'

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
