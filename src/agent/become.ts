// Become methods: the command line each one wraps around a command, and how its prompts and refusals read.
// Mirrors lib/ansible/plugins/become/{sudo,su}.py (2.14) and community.general's become plugins (6.x).
import { randomInt } from 'node:crypto'
import { MadansibleError } from '../errors.js'
import { shlexQuote } from '../python/index.js'
import type { BecomeSettings } from './account.js'

/** A command wrapped for one escalation, and what to look for in its output. */
export interface Escalation {
  /** Name in messages: `sudo`, `su`, `community.general.doas`. */
  readonly name: string
  readonly command: string
  /** Printed once the other identity has been reached. */
  readonly successMarker: string
  /** Whether the program needs a terminal for its prompt. */
  readonly needsTty: boolean
  /** Whether the output has to be watched for a prompt before success. */
  readonly awaitsPrompt: boolean
  readonly password: string | undefined
  isPrompt(line: string): boolean
  readonly refusals: readonly string[]
  readonly demands: readonly string[]
}

interface Method {
  readonly defaultExe: string
  readonly defaultFlags: string
  readonly fail?: readonly string[]
  readonly missing?: readonly string[]
  readonly needsTty?: boolean
  /** Prompt text expected at a line's start; `true` waits for a prompt recognised by `isPrompt`. */
  readonly prompt?: (become: BecomeSettings, id: string) => string | true | undefined
  readonly isPrompt?: (line: string, become: BecomeSettings) => boolean
  /** `success` is the quoted success command; `raw` has no shell around it. */
  readonly command: (parts: {
    exe: string
    flags: string
    user: string
    success: string
    raw: string
    prompt: string
    shell: string
  }) => string
  /** Removes what would keep the program from asking, when there is a password. */
  readonly dropNonInteractive?: (flags: string) => string
}

const words = (...parts: readonly string[]): string => parts.join(' ')
const asUser = (user: string): string => (user === '' ? '' : `-u ${user}`)
const viaAnsible = (name: string) => (become: BecomeSettings, id: string) =>
  become.password ? `[${name} via ansible, key=${id}] password:` : undefined

const SUDO_MISSING = ['Sorry, a password is required to run sudo', 'sudo: a password is required']

const METHODS: Readonly<Record<string, Method>> = {
  sudo: {
    defaultExe: 'sudo',
    defaultFlags: '-H -S -n',
    fail: ['Sorry, try again.'],
    missing: SUDO_MISSING,
    prompt: viaAnsible('sudo'),
    dropNonInteractive: dropSudoN,
    command: p => words(p.exe, p.flags, p.prompt === '' ? '' : `-p "${p.prompt}"`, asUser(p.user), p.success),
  },
  su: {
    defaultExe: 'su',
    defaultFlags: '',
    fail: ['Authentication failure'],
    needsTty: true,
    prompt: () => true,
    isPrompt: (line, become) => suPrompt(become.promptTexts).test(line),
    command: p => words(p.exe, p.flags, p.user, '-c', shlexQuote(p.success)),
  },
  doas: {
    defaultExe: 'doas',
    defaultFlags: '',
    fail: ['Permission denied'],
    missing: ['Authorization required'],
    needsTty: true,
    prompt: () => true,
    isPrompt: (line, become) => startsWithAny(line, become.promptTexts, ['doas \\(', 'Password:']),
    command: p => words(p.exe, p.flags, asUser(p.user), p.shell, '-c', p.raw),
  },
  dzdo: {
    defaultExe: 'dzdo',
    defaultFlags: '-H -S -n',
    fail: ['Sorry, try again.'],
    prompt: viaAnsible('dzdo'),
    dropNonInteractive: flags => flags.replaceAll('-n', ''),
    command: p => words(p.exe, p.prompt === '' ? p.flags : `${p.flags} -p "${p.prompt}"`, asUser(p.user), p.success),
  },
  ksu: {
    defaultExe: 'ksu',
    defaultFlags: '',
    fail: ['Password incorrect'],
    missing: ['No password given'],
    needsTty: true,
    prompt: () => true,
    isPrompt: (line, become) => startsWithAny(line, become.promptTexts, ['Kerberos password for .*@.*:']),
    command: p => `${words(p.exe, p.user, p.flags, '-e', p.success)} `,
  },
  machinectl: {
    defaultExe: 'machinectl',
    defaultFlags: '',
    fail: ['==== AUTHENTICATION FAILED ===='],
    needsTty: true,
    prompt: () => 'Password: ',
    command: p => words(p.exe, '-q shell', p.flags, `${p.user}@`, p.success),
  },
  pbrun: {
    defaultExe: 'pbrun',
    defaultFlags: '',
    prompt: () => 'Password:',
    command: p => words(p.exe, p.flags, asUser(p.user), p.raw),
  },
  pfexec: { defaultExe: 'pfexec', defaultFlags: '-H -S -n', command: p => words(p.exe, p.flags, p.raw) },
  pmrun: {
    defaultExe: 'pmrun',
    defaultFlags: '',
    prompt: () => 'Enter UPM user password:',
    command: p => words(p.exe, p.flags, shlexQuote(p.success)),
  },
  sesu: {
    defaultExe: 'sesu',
    defaultFlags: '-H -S -n',
    fail: ['Sorry, try again with sesu.'],
    missing: ['Sorry, try again with sesu.'],
    prompt: () => 'Please enter your password:',
    command: p => words(p.exe, p.flags, p.user, '-c', p.success),
  },
  sudosu: {
    defaultExe: 'sudo',
    defaultFlags: '-H -S -n',
    fail: ['Sorry, try again.'],
    missing: SUDO_MISSING,
    prompt: viaAnsible('sudo'),
    dropNonInteractive: flags => flags.replaceAll('-n', ''),
    command: p => words('sudo', p.flags, p.prompt === '' ? '' : `-p "${p.prompt}"`, 'su -l', p.user, p.success),
  },
  podman_unshare: {
    defaultExe: 'podman',
    defaultFlags: '',
    command: p => words(p.exe, p.flags, 'unshare', p.success),
  },
}

/** Method name without its collection: `community.general.doas` is `doas`. */
function methodName(become: Pick<BecomeSettings, 'method'>): string {
  return become.method.replace(/^(ansible\.(builtin|legacy)|community\.general|containers\.podman)\./, '')
}

/** Whether a become method can be used without its plugin. */
export const knowsBecomeMethod = (method: string): boolean => METHODS[methodName({ method })] !== undefined

/** `command` wrapped so that it runs as the other user. Throws for a method that is not known. */
export function escalate(become: BecomeSettings, command: string, shell: string): Escalation {
  const name = methodName(become)
  const method = METHODS[name]
  if (method === undefined) {
    throw new MadansibleError(`Invalid become method specified, could not find matching plugin: '${become.method}'.`, {
      hint: 'Use one of the known become methods (ansible-doc -t become -l).',
    })
  }
  const id = randomId()
  const successMarker = `BECOME-SUCCESS-${id}`
  const raw = shlexQuote(`echo ${successMarker} ; ${command}`)
  const prompt = method.prompt?.(become, id)
  let flags = become.flags ?? method.defaultFlags
  if (become.password) flags = method.dropNonInteractive?.(flags) ?? flags
  if (name === 'doas' && !become.password && !flags.includes('-n')) flags += ' -n'
  return {
    name: name === 'sudo' || name === 'su' ? name : `community.general.${name}`,
    command: method.command({
      exe: become.exe || method.defaultExe,
      flags,
      user: become.user,
      success: `${shell} -c ${raw}`,
      raw,
      prompt: typeof prompt === 'string' ? prompt : '',
      shell,
    }),
    successMarker,
    needsTty: method.needsTty ?? false,
    awaitsPrompt: prompt !== undefined,
    password: become.password || undefined,
    isPrompt: line => isPromptLine(line, method, become, prompt),
    refusals: method.fail ?? [],
    demands: method.missing ?? [],
  }
}

function isPromptLine(
  line: string,
  method: Method,
  become: BecomeSettings,
  prompt: string | true | undefined,
): boolean {
  if (method.isPrompt !== undefined) return method.isPrompt(line, become)
  return typeof prompt === 'string' && line.trim().startsWith(prompt.trim())
}

/** 32 random lower-case letters. */
function randomId(): string {
  return Array.from({ length: 32 }, () => String.fromCharCode(97 + randomInt(26))).join('')
}

/** sudo's flags without `-n`, also inside a cluster such as `-HnS`. */
function dropSudoN(flags: string): string {
  if (flags.trim() === '') return flags
  return flags
    .trim()
    .split(/\s+/)
    .filter(flag => flag !== '-n' && flag !== '--non-interactive')
    .map(flag => (flag.startsWith('--') ? flag : flag.replace(/^(-\w*)n(\w*.*)/, '$1$2')))
    .join(' ')
}

function startsWithAny(line: string, custom: readonly string[] | undefined, patterns: readonly string[]): boolean {
  const list = custom !== undefined && custom.length > 0 ? custom : patterns
  return new RegExp(`^(?:${list.join('|')})`).test(line)
}

/** The word for "password" in the languages su speaks. */
const SU_WORDS = [
  'Password',
  '암호',
  'パスワード',
  'Adgangskode',
  'Contraseña',
  'Contrasenya',
  'Hasło',
  'Heslo',
  'Jelszó',
  'Lösenord',
  'Mật khẩu',
  'Mot de passe',
  'Parola',
  'Parool',
  'Pasahitza',
  'Passord',
  'Passwort',
  'Salasana',
  'Sandi',
  'Senha',
  'Wachtwoord',
  'ססמה',
  'Лозинка',
  'Парола',
  'Пароль',
  'गुप्तशब्द',
  'शब्दकूट',
  'సంకేతపదము',
  'හස්පදය',
  '密码',
  '密碼',
  '口令',
]

function suPrompt(custom: readonly string[] | undefined): RegExp {
  const list = custom !== undefined && custom.length > 0 ? custom : SU_WORDS
  return new RegExp(`^(?:${list.map(word => `(?:\\w+'s )?${word}`).join('|')} ?(?::|：) ?)`, 'i')
}
