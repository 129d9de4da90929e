import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Config, originText, type SettingName } from '../../src/config/index.js'
import { ConfigError } from '../../src/errors.js'

interface Resolved {
  readonly file: string | null
  readonly settings: Record<string, readonly [unknown, string]>
  readonly plugins: Record<string, Record<string, unknown>>
  readonly deprecated: readonly string[]
  readonly warnings: readonly string[]
}

const VARIABLES: Readonly<Record<string, unknown>> = {
  ansible_ssh_port: '2222',
  ansible_port: 2200,
  ansible_become_user: 'app',
  ansible_pipelining: 'yes',
  ansible_ssh_common_args: '-o X=y',
  ansible_remote_tmp: '/var/tmp/a',
}

let root: string
let home: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'config-')))
  home = join(root, 'home')
  mkdirSync(home)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const folder = (name: string, cfg?: string): string => {
  const path = join(root, name)
  mkdirSync(path, { recursive: true })
  if (cfg !== undefined) writeFileSync(join(path, 'ansible.cfg'), cfg)
  return path
}
const environment = (extra: Record<string, string> = {}) => ({
  PATH: '/usr/bin:/bin',
  HOME: home,
  LC_ALL: 'C.UTF-8',
  ...extra,
})

/** What ansible-core makes of a directory and an environment, or the text of its error. */
function ansible(cwd: string, env: Record<string, string>): Resolved | string {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url))
  const result = spawnSync('/usr/bin/python3', [script], { cwd, env: environment(env), encoding: 'utf8' })
  return result.status === 0 ? (JSON.parse(result.stdout) as Resolved) : result.stderr.trim()
}

function ours(cwd: string, env: Record<string, string>): Resolved | string {
  try {
    const config = Config.load({ cwd, env: environment(env) })
    return describeConfig(config)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

function describeConfig(config: Config): Resolved {
  const settings: Record<string, readonly [unknown, string]> = {}
  for (const name of names) settings[name] = [config.get(name), originText(config.origin(name))]
  const plugins: Record<string, Record<string, unknown>> = {}
  for (const key of ['connection/ssh', 'connection/local', 'become/sudo', 'become/su', 'shell/sh']) {
    const [kind, plugin] = key.split('/') as [string, string]
    plugins[key] = Object.fromEntries(config.pluginOptions(kind, plugin))
    const vars = (name: string) => VARIABLES[name]
    plugins[`${key} with variables`] = Object.fromEntries(config.pluginOptions(kind, plugin, { vars }))
  }
  const deprecated = config.deprecations.map(deprecation => deprecation.name).sort()
  return { file: config.file ?? null, settings, plugins, deprecated, warnings: config.warnings }
}

let names: SettingName[] = []
function compare(cwd: string, env: Record<string, string> = {}): Resolved | string {
  const expected = ansible(cwd, env)
  if (typeof expected !== 'string') names = Object.keys(expected.settings) as SettingName[]
  const actual = ours(cwd, env)
  expect(actual).toEqual(expected)
  return actual
}
const setting = (resolved: Resolved | string, name: string): unknown => (resolved as Resolved).settings[name]?.[0]

describe('Config', () => {
  it('has every setting of ansible-core with its default', () => {
    const resolved = compare(folder('empty'))
    expect(setting(resolved, 'DEFAULT_FORKS')).toBe(5)
    expect(setting(resolved, 'DEFAULT_ROLES_PATH')).toEqual([
      join(home, '.ansible/roles'),
      '/usr/share/ansible/roles',
      '/etc/ansible/roles',
    ])
  })

  it('reads ansible.cfg: types, lists, relative and home paths, comments, continuation lines', () => {
    const cfg = [
      '# comment',
      '; comment',
      '[defaults]',
      'forks = 20 ; inline',
      'inventory: hosts,~/more , {{CWD}}/third',
      'roles_path = roles:../shared/roles:$HOME/r',
      'host_key_checking = no',
      'stdout_callback="yaml"',
      'ansible_managed = Managed: %Y-%m-%d ; not #this',
      'callbacks_enabled = timer,',
      '    profile_tasks, "quoted"',
      'gathering = smart',
      'timeout =  30',
      'fact_caching_timeout = 7200',
      'log_path = %(here)s/x',
      'REMOTE_USER = Deploy',
      'action_plugins = {{ ANSIBLE_HOME }}/x',
      '[privilege_escalation]',
      'become = True',
      'become_method = su',
      '[ssh_connection]',
      'pipelining = yes',
      'ssh_args = -o ControlMaster=auto -o ControlPersist=60s',
      'retries = 3',
      '[sudo_become_plugin]',
      'flags = -n',
      '[DEFAULT]',
      'forks = 7',
      '',
    ].join('\n')
    const resolved = compare(folder('site', cfg))
    expect(setting(resolved, 'DEFAULT_FORKS')).toBe(20)
    expect((resolved as Resolved).plugins['connection/ssh']?.pipelining).toBe(true)
  })

  it('lets the environment win over the file, the last name over the first', () => {
    const cwd = folder('both', '[defaults]\nforks = 8\n')
    const resolved = compare(cwd, {
      ANSIBLE_FORKS: '12',
      ANSIBLE_ROLES_PATH: 'a:b',
      ANSIBLE_NOCOLOR: '',
      NO_COLOR: '1',
      ANSIBLE_HOME: '~/other',
      ANSIBLE_SSH_PIPELINING: 'on',
      ANSIBLE_PIPELINING: 'off',
      ANSIBLE_VAULT_ID_MATCH: 'false',
    })
    expect(setting(resolved, 'DEFAULT_FORKS')).toBe(12)
    expect((resolved as Resolved).settings.DEFAULT_FORKS?.[1]).toBe('env: ANSIBLE_FORKS')
  })

  it('falls back to the default when a variable is empty and needs a number', () => {
    expect(setting(compare(folder('blank'), { ANSIBLE_FORKS: '' }), 'DEFAULT_FORKS')).toBe(5)
  })

  it('notes deprecated settings and names', () => {
    const cfg = '[defaults]\ncallback_whitelist = timer\nfact_path = /x\n'
    const resolved = compare(folder('old', cfg), { ANSIBLE_COW_WHITELIST: 'a' })
    expect((resolved as Resolved).deprecated).toContain('[defaults]callback_whitelist')
  })

  it('looks for ansible.cfg in ANSIBLE_CONFIG, here, and at home', () => {
    const here = folder('search', '[defaults]\nforks = 2\n')
    const other = folder('other', '[defaults]\nforks = 3\n')
    expect(setting(compare(here), 'DEFAULT_FORKS')).toBe(2)
    expect(setting(compare(here, { ANSIBLE_CONFIG: other }), 'DEFAULT_FORKS')).toBe(3)
    expect(setting(compare(here, { ANSIBLE_CONFIG: join(other, 'ansible.cfg') }), 'DEFAULT_FORKS')).toBe(3)
    writeFileSync(join(home, '.ansible.cfg'), '[defaults]\nforks = 4\n')
    expect(setting(compare(folder('nothing')), 'DEFAULT_FORKS')).toBe(4)
    rmSync(join(home, '.ansible.cfg'))
  })

  it('passes over the ansible.cfg of a world writable directory, with a warning', () => {
    const open = folder('open', '[defaults]\nforks = 2\n')
    chmodSync(open, 0o777)
    const resolved = compare(open)
    expect(setting(resolved, 'DEFAULT_FORKS')).toBe(5)
    expect((resolved as Resolved).warnings).toHaveLength(1)
  })

  it.each([
    ['no number', '[defaults]\nforks = many\n'],
    ['no choice', '[defaults]\ngathering = sometimes\n'],
    ['no section', 'forks = 1\n'],
    ['the same key twice', '[defaults]\nforks = 1\nforks = 2\n'],
    ['the same section twice', '[defaults]\nforks = 1\n[defaults]\ntimeout = 2\n'],
    ['a line without a value', '[defaults]\nforks\nalso this\n'],
  ])('refuses %s in the words of Ansible', (name, cfg) => {
    expect(typeof compare(folder(`bad ${name}`, cfg))).toBe('string')
  })

  it('refuses a bad variable in the words of Ansible', () => {
    expect(compare(folder('badenv'), { ANSIBLE_FORKS: 'x' })).toBe(
      "Invalid type for configuration option setting: DEFAULT_FORKS (from env: ANSIBLE_FORKS): invalid literal for int() with base 10: 'x'",
    )
  })

  it('takes settings of the command line', () => {
    const config = Config.load({ cwd: folder('cli'), env: environment() })
    config.set('DEFAULT_FORKS', 50, '--forks')
    expect(config.get('DEFAULT_FORKS')).toBe(50)
    expect(config.origin('DEFAULT_FORKS')).toEqual({ kind: 'cli', where: '--forks' })
  })

  it('makes the temporary directory when it is asked for', () => {
    const config = Config.load({ cwd: folder('tmp'), env: environment({ ANSIBLE_LOCAL_TEMP: join(root, 'scratch') }) })
    const path = config.get('DEFAULT_LOCAL_TMP')
    expect(path.startsWith(join(root, 'scratch', 'ansible-local-'))).toBe(true)
    expect(config.get('DEFAULT_LOCAL_TMP')).toBe(path)
  })

  it('lets keywords and direct values set options of plugins', () => {
    const config = Config.load({ cwd: folder('plugins'), env: environment() })
    const keywords = (name: string) => (name === 'port' ? 22 : undefined)
    expect(config.pluginOption('connection', 'ssh', 'port', { keywords })).toBe(22)
    expect(config.pluginOption('connection', 'ssh', 'port', { keywords, vars: () => '23' })).toBe(23)
    expect(config.pluginOption('connection', 'ssh', 'port', { keywords, direct: () => 24 })).toBe(24)
    expect(config.pluginOption('become', 'doas', 'become_exe')).toBe('doas')
    expect(config.pluginOption('connection', 'ssh', 'nothing')).toBeUndefined()
    expect(config.pluginOptions('connection', 'unheard.of.plugin').size).toBe(0)
  })
})
