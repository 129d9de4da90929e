// Decides how a host is reached: with ssh2, when everything its settings say is understood here, else with an OpenSSH
// child and the reason. Guarantee: an option is obeyed, or known to make no difference, or it decides for OpenSSH.
import { existsSync, readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import type { ConnectionSettings } from './settings.js'
import { expandHome, type SshOption, sshCommandLine } from './ssh-command-line.js'
import { defaultConfigFiles, readSshConfig } from './ssh-config.js'

export type HostKeyPolicy = 'yes' | 'ask' | 'accept-new' | 'no'

/** Everything the ssh2 transport obeys. */
export interface Ssh2Plan {
  readonly kind: 'ssh2'
  /** Name or address to connect to. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly family: 0 | 4 | 6
  readonly bindAddress?: string | undefined
  readonly connectTimeoutSeconds: number
  readonly connectionAttempts: number
  readonly keepaliveSeconds: number
  readonly keepaliveCount: number
  readonly tcpKeepAlive: boolean
  readonly compression: boolean
  readonly forwardAgent: boolean
  /** Socket of the key agent, if one is to be used. */
  readonly agentSocket?: string | undefined
  readonly identityFiles: readonly { readonly path: string; readonly isDefault: boolean }[]
  readonly identitiesOnly: boolean
  /** Methods in the order to try. */
  /** Whether the user may be asked about an unknown host key. */
  readonly mayAsk: boolean
  readonly methods: readonly ('publickey' | 'keyboard-interactive' | 'password')[]
  readonly hostKeyPolicy: HostKeyPolicy
  /** Name looked up in known_hosts (HostKeyAlias, else the host). */
  readonly hostKeyName: string
  /** Whether the name stands without port (an alias). */
  readonly hostKeyAlias: boolean
  readonly userKnownHosts: readonly string[]
  readonly globalKnownHosts: readonly string[]
  readonly hashKnownHosts: boolean
  readonly env: Readonly<Record<string, string>>
}

export interface OpenSshPlan {
  readonly kind: 'openssh'
  /** Shown at -v. */
  readonly reason: string
  readonly args: readonly string[]
}

/** Options without effect on a session that only runs commands, whatever their value. */
const WITHOUT_EFFECT = new Set([
  'controlmaster',
  'controlpath',
  'controlpersist',
  'loglevel',
  'escapechar',
  'visualhostkey',
  'exitonforwardfailure',
  'forwardx11trusted',
  'forwardx11timeout',
  'updatehostkeys',
  'ignoreunknown',
  'gssapidelegatecredentials',
  'numberofpasswordprompts',
  'streamlocalbindunlink',
  'streamlocalbindmask',
  'gatewayports',
  'ipqos',
  'syslogfacility',
  'enableescapecommandline',
])

/** Options that need OpenSSH unless they have one of these values. */
const HARMLESS_VALUES: Readonly<Record<string, readonly string[]>> = {
  proxyjump: ['none'],
  proxycommand: ['none'],
  hostbasedauthentication: ['no'],
  canonicalizehostname: ['no'],
  checkhostip: ['no'],
  verifyhostkeydns: ['no'],
  permitlocalcommand: ['no'],
  tunnel: ['no'],
  forwardx11: ['no'],
  requesttty: ['no', 'auto'],
  clearallforwardings: ['no'],
  addkeystoagent: ['no'],
  remotecommand: ['none'],
  forkafterauthentication: ['no'],
  stdinnull: ['no'],
  nohostauthenticationforlocalhost: ['no'],
  knownhostscommand: ['none'],
  sessiontype: ['default'],
  pkcs11provider: ['none'],
  revokedhostkeys: ['none'],
  securitykeyprovider: ['internal'],
}

const UNDERSTOOD = new Set([
  'batchmode',
  'hostname',
  'user',
  'port',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'stricthostkeychecking',
  'userknownhostsfile',
  'globalknownhostsfile',
  'hashknownhosts',
  'hostkeyalias',
  'connecttimeout',
  'connectionattempts',
  'serveraliveinterval',
  'serveralivecountmax',
  'tcpkeepalive',
  'compression',
  'forwardagent',
  'preferredauthentications',
  'passwordauthentication',
  'kbdinteractiveauthentication',
  'challengeresponseauthentication',
  'pubkeyauthentication',
  'addressfamily',
  'bindaddress',
  'sendenv',
  'setenv',
  'gssapiauthentication',
  'gssapikeyexchange',
])

const DEFAULT_IDENTITIES = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa']

/** How to reach a host; `force` overrides the choice as far as options allow. */
export function planSsh(settings: ConnectionSettings, force?: 'ssh2' | 'openssh'): Ssh2Plan | OpenSshPlan {
  const line = sshCommandLine(settings)
  const openssh = (reason: string): OpenSshPlan => ({ kind: 'openssh', reason, args: line.args })
  if (force === 'openssh') return openssh('asked for with --transport')
  if (settings.ssh.executable !== 'ssh') return openssh(`ssh_executable is ${settings.ssh.executable}`)
  if (settings.pkcs11Provider) return openssh('pkcs11_provider is set')
  if (line.foreign !== undefined) return openssh(`ssh argument ${line.foreign}`)
  const fixed = (keyword: string): string | undefined => line.options.find(o => o.keyword === keyword)?.value
  const files =
    line.configFile === undefined ? defaultConfigFiles() : line.configFile === 'none' ? [] : [line.configFile]
  const config = readSshConfig(files, { host: settings.address, user: fixed('user'), hostName: fixed('hostname') })
  if (config.foreign !== undefined) return openssh(config.foreign)
  const options = [...line.options, ...config.options]
  const beyond = options.find(needsOpenSsh)
  if (beyond !== undefined) return openssh(`ssh option ${beyond.keyword} ${beyond.value}`)
  const plan = ssh2Plan(settings, options)
  const reason = credentialsBeyond(plan, options)
  return reason === undefined ? plan : openssh(reason)
}

function needsOpenSsh(option: SshOption): boolean {
  const { keyword, value } = option
  if (WITHOUT_EFFECT.has(keyword) || UNDERSTOOD.has(keyword)) return false
  const harmless = HARMLESS_VALUES[keyword]
  return harmless === undefined || !harmless.includes(value.toLowerCase())
}

function ssh2Plan(settings: ConnectionSettings, options: readonly SshOption[]): Ssh2Plan {
  const get = (keyword: string): string | undefined => options.find(o => o.keyword === keyword)?.value
  const isOn = (keyword: string, byDefault: boolean): boolean => {
    const value = get(keyword)?.toLowerCase()
    return value === undefined ? byDefault : value === 'yes' || value === 'true'
  }
  const host = get('hostname')?.replaceAll('%h', settings.address).replaceAll('%%', '%') ?? settings.address
  const user = get('user') ?? userInfo().username
  const port = Number(get('port') ?? 22)
  const expand = (text: string): string =>
    expandTokens(expandHome(text), { host, original: settings.address, user, port })
  const alias = get('hostkeyalias')
  const seconds = (keyword: string, byDefault: number): number => {
    const value = get(keyword)
    return value === undefined ? byDefault : parseTime(value)
  }
  const files = (keyword: string, byDefault: readonly string[]): string[] =>
    (get(keyword)?.split(/\s+/) ?? byDefault).filter(path => path !== 'none').map(expand)
  const explicit = options.filter(o => o.keyword === 'identityfile' && o.value.toLowerCase() !== 'none')
  const hasNone = options.some(o => o.keyword === 'identityfile' && o.value.toLowerCase() === 'none')
  const defaults = hasNone ? [] : DEFAULT_IDENTITIES.map(name => join(userInfo().homedir, '.ssh', name))
  return {
    kind: 'ssh2',
    host,
    port,
    user,
    family: ({ inet: 4, inet6: 6 } as const)[get('addressfamily')?.toLowerCase() ?? ''] ?? 0,
    bindAddress: get('bindaddress'),
    connectTimeoutSeconds: seconds('connecttimeout', 0),
    connectionAttempts: Math.max(1, Number(get('connectionattempts') ?? 1)),
    keepaliveSeconds: seconds('serveraliveinterval', 0),
    keepaliveCount: Number(get('serveralivecountmax') ?? 3),
    tcpKeepAlive: isOn('tcpkeepalive', true),
    // Ansible's default arguments ask for it; for that default alone it is not worth the processor time.
    compression: isOn('compression', false) && settings.ssh.args.trim() !== DEFAULT_SSH_ARGS,
    forwardAgent: get('forwardagent') !== undefined && get('forwardagent')?.toLowerCase() !== 'no',
    agentSocket: agentSocket(get('identityagent'), expand),
    identityFiles:
      explicit.length > 0
        ? [...new Set(explicit.map(o => expand(o.value)))].map(path => ({ path, isDefault: false }))
        : defaults.filter(path => existsSync(path)).map(path => ({ path, isDefault: true })),
    identitiesOnly: isOn('identitiesonly', false),
    methods: authMethods(settings, get, isOn),
    mayAsk: !isOn('batchmode', false),
    hostKeyPolicy: hostKeyPolicy(get('stricthostkeychecking')),
    hostKeyName: (alias ?? host).toLowerCase(),
    hostKeyAlias: alias !== undefined,
    userKnownHosts: files('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
    globalKnownHosts: files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    hashKnownHosts: isOn('hashknownhosts', false),
    env: sentEnvironment(options),
  }
}

const DEFAULT_SSH_ARGS = '-C -o ControlMaster=auto -o ControlPersist=60s'

function authMethods(
  settings: ConnectionSettings,
  get: (keyword: string) => string | undefined,
  isOn: (keyword: string, byDefault: boolean) => boolean,
): Ssh2Plan['methods'] {
  const preferred = get('preferredauthentications')?.split(',') ?? ['publickey', 'keyboard-interactive', 'password']
  const keyboard = isOn('kbdinteractiveauthentication', isOn('challengeresponseauthentication', true))
  // In batch mode ssh asks for nothing, so that there is no question sshpass could answer.
  const hasPassword = settings.password !== undefined && !isOn('batchmode', false)
  const allowed = {
    publickey: isOn('pubkeyauthentication', true) || get('pubkeyauthentication') === 'unbound',
    'keyboard-interactive': keyboard && hasPassword,
    password: isOn('passwordauthentication', true) && hasPassword,
  }
  return preferred.filter((m): m is keyof typeof allowed => m in allowed && allowed[m as keyof typeof allowed])
}

function hostKeyPolicy(value: string | undefined): HostKeyPolicy {
  const word = value?.toLowerCase() ?? 'ask'
  if (word === 'yes' || word === 'true') return 'yes'
  if (word === 'no' || word === 'off' || word === 'false') return 'no'
  return word === 'accept-new' ? 'accept-new' : 'ask'
}

function agentSocket(value: string | undefined, expand: (text: string) => string): string | undefined {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || undefined
  if (value === 'none') return undefined
  return value.startsWith('$') ? process.env[value.slice(1).replace(/^\{|\}$/g, '')] : expand(value)
}

function sentEnvironment(options: readonly SshOption[]): Record<string, string> {
  const env: Record<string, string> = {}
  for (const option of options) {
    if (option.keyword === 'sendenv') {
      for (const pattern of option.value.split(/\s+/)) addMatching(env, pattern)
    } else if (option.keyword === 'setenv') {
      for (const [, name, value] of option.value.matchAll(/(\w+)=(?:"([^"]*)"|\S*)/g)) {
        if (name !== undefined) env[name] ??= value ?? option.value.split(`${name}=`)[1]!.split(/\s/)[0]!
      }
    }
  }
  return env
}

function addMatching(env: Record<string, string>, pattern: string): void {
  const regex = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && regex.test(name)) env[name] = value
  }
}

/** Credentials only OpenSSH can use. */
function credentialsBeyond(plan: Ssh2Plan, options: readonly SshOption[]): string | undefined {
  for (const { path } of plan.identityFiles) {
    if (existsSync(`${path}-cert.pub`)) return `certificate ${path}-cert.pub`
    if (isHardwareKey(path)) return `hardware key ${path}`
  }
  const wantsGssapi = options.some(o => o.keyword === 'gssapiauthentication' && o.value.toLowerCase() === 'yes')
  const ticket = process.env.KRB5CCNAME?.replace(/^FILE:/, '') ?? `/tmp/krb5cc_${userInfo().uid}`
  if (wantsGssapi && (existsSync(ticket) || /^(KEYRING|KCM|DIR):/.test(ticket))) return 'GSSAPI with a Kerberos ticket'
  for (const path of [...plan.userKnownHosts, ...plan.globalKnownHosts]) {
    if (hasAuthority(path)) return `@cert-authority in ${path}`
  }
  return undefined
}

const hardwareKeys = new Map<string, boolean>()
function isHardwareKey(path: string): boolean {
  return cached(hardwareKeys, path, () => readFileSync(`${path}.pub`, 'utf8').startsWith('sk-'))
}

const authorities = new Map<string, boolean>()
function hasAuthority(path: string): boolean {
  return cached(authorities, path, () => /^\s*@cert-authority\s/m.test(readFileSync(path, 'utf8')))
}

function cached(map: Map<string, boolean>, path: string, compute: () => boolean): boolean {
  let value = map.get(path)
  if (value === undefined) {
    try {
      value = compute()
    } catch {
      value = false
    }
    map.set(path, value)
  }
  return value
}

interface Tokens {
  readonly host: string
  readonly original: string
  readonly user: string
  readonly port: number
}

function expandTokens(text: string, tokens: Tokens): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    h: tokens.host,
    n: tokens.original,
    r: tokens.user,
    p: String(tokens.port),
    d: userInfo().homedir,
    u: userInfo().username,
    i: String(userInfo().uid),
    l: hostname(),
    L: hostname().split('.')[0]!,
    k: tokens.host,
  }
  return text.replace(/%([%hnrpduilLk])/g, (_, letter: string) => values[letter]!)
}

/** Seconds of an ssh time (`90`, `1m30s`, `1h`). */
export function parseTime(text: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, '': 1 }
  let total = 0
  for (const [, count, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)) total += Number(count) * units[unit!]!
  return total
}
