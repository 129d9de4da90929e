// The ssh command line Ansible would run, in its order (the first setting of an option wins in ssh), and the options in
// it. Mirrors Connection._build_command of lib/ansible/plugins/connection/ssh.py (2.14).
import { homedir, userInfo } from 'node:os'
import { ConfigError } from '../errors.js'
import { shlexSplit } from '../python/index.js'
import type { ConnectionSettings } from './settings.js'

/** `Keyword value` as in ssh_config; the keyword in lower case. */
export interface SshOption {
  readonly keyword: string
  readonly value: string
}

export interface SshCommandLine {
  /** All arguments before the host. */
  readonly args: readonly string[]
  /** Options found in them, first one wins. */
  readonly options: readonly SshOption[]
  /** `-F`. */
  readonly configFile?: string | undefined
  /** The first argument that has no `Keyword value` form, or is beyond what is understood here. */
  readonly foreign?: string | undefined
}

/** Letters that take an argument, with the option they stand for (`man ssh`). */
const WITH_VALUE: Readonly<Record<string, string>> = {
  p: 'port',
  i: 'identityfile',
  l: 'user',
  S: 'controlpath',
  e: 'escapechar',
  b: 'bindaddress',
  c: 'ciphers',
  m: 'macs',
  J: 'proxyjump',
  L: 'localforward',
  R: 'remoteforward',
  D: 'dynamicforward',
  W: 'stdioforward',
  I: 'pkcs11provider',
  w: 'tunneldevice',
  B: 'bindinterface',
}

const FLAGS: Readonly<Record<string, SshOption | null>> = {
  C: { keyword: 'compression', value: 'yes' },
  A: { keyword: 'forwardagent', value: 'yes' },
  a: { keyword: 'forwardagent', value: 'no' },
  x: { keyword: 'forwardx11', value: 'no' },
  X: { keyword: 'forwardx11', value: 'yes' },
  Y: { keyword: 'forwardx11', value: 'yes' },
  K: { keyword: 'gssapiauthentication', value: 'yes' },
  k: { keyword: 'gssapidelegatecredentials', value: 'no' },
  '4': { keyword: 'addressfamily', value: 'inet' },
  '6': { keyword: 'addressfamily', value: 'inet6' },
  // How much ssh says of itself, and what only matters to an interactive ssh.
  q: null,
  v: null,
  n: null,
  y: null,
  M: null,
}

/** The arguments and options for a host. */
export function sshCommandLine(settings: ConnectionSettings): SshCommandLine {
  const args = [...splitWords(settings.ssh.args), ...ownArguments(settings)]
  args.push(...splitWords(settings.ssh.commonArgs), ...splitWords(settings.ssh.extraArgs))
  return { args, ...parseArguments(args) }
}

function ownArguments(settings: ConnectionSettings): string[] {
  const args: string[] = []
  const add = (keyword: string, value: string): number => args.push('-o', `${keyword}=${value}`)
  if (!settings.hostKeyChecking) add('StrictHostKeyChecking', 'no')
  if (settings.port !== undefined) add('Port', String(settings.port))
  if (settings.privateKeyFile !== undefined && settings.privateKeyFile !== '') {
    const path = settings.privateKeyFile.replace(/^~(?=\/|$)/, homedir())
    add('IdentityFile', `"${path}"`)
  }
  if (settings.password === undefined) {
    add('KbdInteractiveAuthentication', 'no')
    add('PreferredAuthentications', 'gssapi-with-mic,gssapi-keyex,hostbased,publickey')
    add('PasswordAuthentication', 'no')
  }
  if (settings.user !== undefined && settings.user !== '') add('User', `"${settings.user}"`)
  add('ConnectTimeout', String(settings.timeoutSeconds))
  return args
}

function parseArguments(args: readonly string[]): Omit<SshCommandLine, 'args'> {
  const options: SshOption[] = []
  let configFile: string | undefined
  let foreign: string | undefined
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith('-') || arg === '-') {
      foreign ??= arg
      continue
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at]!
      const flag = FLAGS[letter]
      if (flag !== undefined) {
        if (flag !== null) options.push(flag)
        continue
      }
      const value = arg.slice(at + 1) || args[++i]
      if (value === undefined) foreign ??= `-${letter}`
      else if (letter === 'o') options.push(parseOption(value))
      else if (letter === 'F') configFile = expandHome(value)
      else if (WITH_VALUE[letter] !== undefined) options.push({ keyword: WITH_VALUE[letter], value })
      else foreign ??= `-${letter}`
      break
    }
  }
  return { options, configFile, foreign }
}

/** Words of an argument string; an open quote is the user's mistake. */
export function splitWords(text: string): string[] {
  try {
    return shlexSplit(text).filter(word => word.trim() !== '')
  } catch (cause) {
    throw new ConfigError(`ssh arguments cannot be split: ${(cause as Error).message}: ${text}`, { cause })
  }
}

/** `Keyword=value`, `Keyword value`, with the value's outer quotes removed. */
export function parseOption(text: string): SshOption {
  const match = /^\s*(\w+)(?:\s*=\s*|\s+)?(.*?)\s*$/s.exec(text)
  const value = match?.[2] ?? ''
  return { keyword: (match?.[1] ?? text).toLowerCase(), value: unquote(value) }
}

export function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}

/** `~/x` as ssh resolves it: by the password database, whatever HOME says. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? userInfo().homedir + path.slice(1) : path
}

/** What ssh says on stderr when a command with a terminal has ended; it becomes part of such a command's result. */
export function sshFarewell(settings: ConnectionSettings): string {
  const { args, options } = sshCommandLine(settings)
  const value = (keyword: string): string | undefined => options.find(o => o.keyword === keyword)?.value.toLowerCase()
  const isQuiet =
    args.some(arg => /^-[CAaxXYKk46vny]*q/.test(arg)) || ['quiet', 'fatal', 'error'].includes(value('loglevel') ?? '')
  if (isQuiet) return ''
  const isShared = (value('controlmaster') ?? 'no') !== 'no'
  return `${isShared ? 'Shared connection' : 'Connection'} to ${value('hostname') ?? settings.address} closed.\r\n`
}
