// Which Python a host's modules run with. Mirrors lib/ansible/executor/interpreter_discovery.py (2.14): the same list of
// candidates, the same distribution table, the same warnings; one shell command instead of three.
import { shlexQuote } from '../python/index.js'

export interface DiscoverySubject {
  readonly hostName: string
  /** `auto`, `auto_silent`, `auto_legacy`, `auto_legacy_silent`. */
  readonly mode: string
  readonly fallback?: readonly string[] | undefined
}

export interface DiscoveredInterpreter {
  readonly path: string
  readonly warnings: readonly string[]
  /** Shown at -vvv. */
  readonly note?: string | undefined
}

/** `INTERPRETER_PYTHON_FALLBACK`. */
export const INTERPRETER_FALLBACK: readonly string[] = [
  'python3.11',
  'python3.10',
  'python3.9',
  'python3.8',
  'python3.7',
  'python3.6',
  'python3.5',
  '/usr/bin/python3',
  '/usr/libexec/platform-python',
  'python2.7',
  '/usr/bin/python',
  'python',
]

/** `_INTERPRETER_PYTHON_DISTRO_MAP`. */
const DISTRIBUTION_PYTHONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  redhat: { '6': '/usr/bin/python', '8': '/usr/libexec/platform-python', '9': '/usr/bin/python3' },
  debian: { '8': '/usr/bin/python', '10': '/usr/bin/python3' },
  fedora: { '23': '/usr/bin/python3' },
  ubuntu: { '14': '/usr/bin/python', '16': '/usr/bin/python3' },
}

/** Families of distributions whose table differs from their own name (module_utils/facts/system/distribution.py). */
const REDHAT_FAMILY = [
  'redhat',
  'rhel',
  'fedora',
  'centos',
  'scientific',
  'slc',
  'ascendos',
  'cloudlinux',
  'psbm',
  'oraclelinux',
  'ovs',
  'oel',
  'amazon',
  'virtuozzo',
  'xenserver',
  'alibaba',
  'euleros',
  'openeuler',
  'almalinux',
  'rocky',
  'tencentos',
  'eurolinux',
  'kylin linux advanced server',
]
const DEBIAN_FAMILY = [
  'debian',
  'ubuntu',
  'raspbian',
  'neon',
  'kde neon',
  'linux mint',
  'steamos',
  'devuan',
  'kali',
  'cumulus linux',
  'pop!_os',
  'parrot',
  'pardus gnu/linux',
  'uos',
  'deepin',
  'osmc',
]

const DOC_LINK = 'https://docs.ansible.com/ansible-core/2.14/reference_appendices/interpreter_discovery.html'

export function isDiscoveryMode(interpreter: string): boolean {
  return ['auto', 'auto_silent', 'auto_legacy', 'auto_legacy_silent'].includes(interpreter)
}

/**
 * Shell text that prints what chooseInterpreter needs. Pythons older than 3.8 tell the distribution themselves (their
 * answer has a longer version number, which is shown in warnings).
 */
export function discoveryCommand(fallback: readonly string[] = INTERPRETER_FALLBACK): string {
  const finds = fallback.map(python => `command -v ${shellQuoteAlways(python)}`).join('; ')
  return (
    `echo PLATFORM; uname; echo FOUND; ${finds}; echo ENDFOUND; ` +
    `cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null; echo ENDRELEASE; ` +
    `p=$(command -v ${fallback.map(shlexQuote).join(' || command -v ')}); ` +
    `case "$p" in *python3.[567]|*python2*|*/python|*platform-python) ` +
    `"$p" -c 'import platform as p;print("DIST=%s=%s"%(p.dist()[:2] if hasattr(p,"dist") else ("","")))' 2>/dev/null;; esac; true`
  )
}

function shellQuoteAlways(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`
}

/** What the output of discoveryCommand says. */
export function chooseInterpreter(output: string, subject: DiscoverySubject): DiscoveredInterpreter {
  const fallback = subject.fallback ?? INTERPRETER_FALLBACK
  const isSilent = subject.mode.endsWith('_silent')
  const warnings: string[] = []
  const warn = (text: string): void => {
    if (!isSilent) warnings.push(text)
  }
  const match = /PLATFORM[\r\n]+([\s\S]*?)FOUND([\s\S]*?)ENDFOUND([\s\S]*)/.exec(output)
  const platform = match === null ? 'unknown' : match[1]!.toLowerCase().trim()
  const lines = match === null ? [] : match[2]!.split(/\r?\n/)
  const found = lines.map(line => line.trim()).filter(line => line.startsWith('/'))
  const { hostName: host } = subject
  if (match !== null && found.length === 0) {
    warn(`No python interpreters found for host ${host} (tried ${pythonList(fallback)})`)
    return { path: '/usr/bin/python', warnings }
  }
  const first = found[0] ?? '/usr/bin/python'
  const unsure = (note: string): DiscoveredInterpreter => {
    warn(
      `Platform ${platform} on host ${host} is using the discovered Python interpreter at ${first}, but future installation of ` +
        `another Python interpreter could change the meaning of that path. See ${DOC_LINK} for more information.`,
    )
    return { path: first, warnings, note: `Python interpreter discovery fallback (${note})` }
  }
  if (match === null) return unsure('unexpected output from Python interpreter discovery')
  if (platform !== 'linux') return unsure(`unsupported platform for extended discovery: ${platform}`)
  const { distribution, version } = readRelease(match[3]!)
  if (distribution === '' || version === '') return unsure('unable to get Linux distribution/version info')
  const name = distribution.toLowerCase().trim()
  const table = DISTRIBUTION_PYTHONS[name] ?? DISTRIBUTION_PYTHONS[familyOf(name)]
  if (table === undefined) return unsure(`unsupported Linux distribution: ${distribution}`)
  const wanted = closestVersion(version, table)
  if (subject.mode.startsWith('auto_legacy') && wanted !== '/usr/bin/python' && found.includes('/usr/bin/python')) {
    warn(
      `Distribution ${distribution} ${version} on host ${host} should use ${wanted}, but is using ` +
        `/usr/bin/python for backward compatibility with prior Ansible releases. See ${DOC_LINK} for more information`,
    )
    return { path: '/usr/bin/python', warnings }
  }
  if (found.includes(wanted)) return { path: wanted, warnings }
  if (!fallback.includes(wanted)) warn(`Platform interpreter ${wanted} on host ${host} is missing from bootstrap list`)
  warn(
    `Distribution ${distribution} ${version} on host ${host} should use ${wanted}, but is using ${first}, since the ` +
      `discovered platform python interpreter was not present. See ${DOC_LINK} for more information.`,
  )
  return { path: first, warnings }
}

function readRelease(text: string): { readonly distribution: string; readonly version: string } {
  const dist = /^DIST=([^=\r\n]*)=([^\r\n]*)/m.exec(text)
  if (dist !== null && (dist[1] !== '' || dist[2] !== '')) return { distribution: dist[1]!, version: dist[2]! }
  const value = (key: string): string => {
    const line = new RegExp(`^${key}=(.*)$`, 'm').exec(text)
    return line === null ? '' : line[1]!.trim().replace(/^(["'])(.*)\1$/, '$2')
  }
  return { distribution: value('ID'), version: value('VERSION_ID') }
}

function familyOf(name: string): string {
  if (REDHAT_FAMILY.includes(name)) return 'redhat'
  return DEBIAN_FAMILY.includes(name) ? 'debian' : name
}

/** The entry of the nearest older version, else the oldest. */
function closestVersion(version: string, table: Readonly<Record<string, string>>): string {
  if (table[version] !== undefined) return table[version]
  const known = Object.keys(table).sort(compareVersions)
  const older = known.filter(candidate => compareVersions(candidate, version) <= 0)
  return table[older.at(-1) ?? known[0]!]!
}

/** LooseVersion order for the dotted numbers distributions use. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(text =>
    text
      .split(/[^0-9]+/)
      .filter(Boolean)
      .map(Number),
  )
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? -1) - (right![i] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

function pythonList(items: readonly string[]): string {
  return `[${items.map(item => `'${item}'`).join(', ')}]`
}
