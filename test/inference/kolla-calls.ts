// Calls of modules as roles of Kolla-Ansible make them, for tests of its adapter.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { conflictBetween, type Footprint } from '../../src/inference/index.js'
import { fromJs } from '../../src/python/index.js'
import { callOf, loadModel, whyWaits } from './calls.js'

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'inference')
const model = loadModel({ repository: path.join(fixtures, 'kolla') })

export interface Where {
  readonly host?: string
  /** The task has `until`. */
  readonly waits?: boolean
  /** Variables that are known. */
  readonly vars?: Readonly<Record<string, string>>
  readonly name?: string
}

/** A task of `role/file`. */
export function task(
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
export const start = (name: string, role: string, more: Record<string, unknown> = {}, where: Where = {}) =>
  task(
    `${role}/handlers/main.yml`,
    'kolla_container',
    { action: 'recreate_or_restart_container', name, ...more },
    where,
  )
export const once = (name: string, role: string, more: Record<string, unknown> = {}, where: Where = {}) =>
  task(
    `${role}/tasks/bootstrap_service.yml`,
    'kolla_container',
    { action: 'start_container', name, detach: false, ...more },
    where,
  )
export const toolbox = (module: string, args: Record<string, unknown>, role: string) =>
  task(`${role}/tasks/bootstrap.yml`, 'kolla_toolbox', { module_name: module, module_args: args })
export const account = (name: string, role: string) =>
  toolbox('mysql_user', { name, login_user: 'root', append_privs: 'yes' }, role)
export const command = (place: string, text: string, where: Where = {}) =>
  task(place, 'command', { _raw_params: text }, where)
export const port = (place: string, where: Where = {}) =>
  task(place, 'wait_for', { host: '192.0.2.1', port: '3306' }, where)
export const until = { waits: true }
export const waits = (earlier: Footprint, later: Footprint) => whyWaits(earlier, later) !== undefined
/** Nobody on another host waits for a guard. */
export const waitsElsewhere = (earlier: Footprint, later: Footprint) =>
  conflictBetween(earlier, { host: 'control', round: 1 }, later, { host: 'other', round: 2 }) !== undefined

export const copy = task('glance/tasks/config.yml', 'template', {
  src: '/kolla/roles/glance/templates/a.j2',
  dest: '/etc/kolla/glance-api/a',
})
export const database = toolbox('mysql_db', { name: 'glance', login_user: 'root' }, 'glance')
export const mariadb = start('mariadb', 'mariadb')
export const haproxy = start('haproxy', 'loadbalancer')
