// Reads ssh_config files for one host: Host and simple Match blocks, Include. What cannot be decided here (Match exec,
// canonicalisation, …) is reported, so that OpenSSH itself does it. Mirrors ssh_config(5).
import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expandHome, parseOption, type SshOption } from './ssh-command-line.js'

export interface SshConfigTarget {
  /** The name given to ssh. */
  readonly host: string
  /** User and HostName already fixed by the command line, if any. */
  readonly user?: string | undefined
  readonly hostName?: string | undefined
}

export interface SshConfigResult {
  readonly options: readonly SshOption[]
  /** Why these files need OpenSSH, if they do. */
  readonly foreign?: string | undefined
}

type Line = SshOption & { readonly file: string }

const parsed = new Map<string, readonly Line[]>()

/** Options of `files` that apply to the target, in order. Missing files count as empty. */
export function readSshConfig(files: readonly string[], target: SshConfigTarget): SshConfigResult {
  const options: SshOption[] = []
  const state: MatchState = { ...target, foreign: undefined, active: true }
  for (const file of files) {
    state.active = true
    apply(file, state, options, 0)
  }
  return { options, foreign: state.foreign }
}

/** The files ssh reads without `-F`. */
export function defaultConfigFiles(): string[] {
  return [join(userInfo().homedir, '.ssh', 'config'), '/etc/ssh/ssh_config']
}

interface MatchState {
  readonly host: string
  user?: string | undefined
  hostName?: string | undefined
  foreign: string | undefined
  active: boolean
}

function apply(file: string, state: MatchState, options: SshOption[], depth: number): void {
  if (depth > 16) {
    state.foreign ??= `${file}: too many nested Include`
    return
  }
  for (const line of linesOf(file)) {
    if (line.keyword === 'host') state.active = matchesHost(line.value, state.host)
    else if (line.keyword === 'match') state.active = matches(line, state)
    else if (!state.active) continue
    else if (line.keyword === 'include') include(line, state, options, depth)
    else {
      if (line.keyword === 'user') state.user ??= line.value
      if (line.keyword === 'hostname') state.hostName ??= line.value.replaceAll('%h', state.host)
      options.push({ keyword: line.keyword, value: line.value })
    }
  }
}

function include(line: Line, state: MatchState, options: SshOption[], depth: number): void {
  const wasActive = state.active
  for (const pattern of line.value.split(/\s+/)) {
    for (const path of expandGlob(includePath(pattern, line.file))) {
      state.active = wasActive
      apply(path, state, options, depth + 1)
    }
  }
  state.active = wasActive
}

function includePath(pattern: string, file: string): string {
  const path = expandHome(pattern)
  if (path.startsWith('/')) return path
  return join(file.startsWith('/etc/') ? '/etc/ssh' : join(userInfo().homedir, '.ssh'), path)
}

/** Paths for a pattern with wildcards in its last part, sorted. */
function expandGlob(pattern: string): string[] {
  const name = basename(pattern)
  if (!/[*?[]/.test(name)) return [pattern]
  const regex = globRegex(name)
  try {
    return readdirSync(dirname(pattern))
      .filter(entry => !entry.startsWith('.') && regex.test(entry))
      .sort()
      .map(entry => join(dirname(pattern), entry))
  } catch {
    return []
  }
}

function linesOf(file: string): readonly Line[] {
  const known = parsed.get(file)
  if (known !== undefined) return known
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Absent or unreadable: ssh goes on without it too.
  }
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ ...parseOption(line), file }))
  parsed.set(file, lines)
  return lines
}

/** Patterns of a Host line: one must match, none of the negated ones may. */
export function matchesHost(patterns: string, host: string): boolean {
  return matchesList(patterns.split(/\s+/), host)
}

/** Pattern list of known_hosts and Match. */
export function matchesList(patterns: readonly string[], text: string): boolean {
  let isMatched = false
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!')
    const glob = (isNegated ? pattern.slice(1) : pattern).replaceAll('"', '')
    if (!globRegex(glob).test(text)) continue
    if (isNegated) return false
    isMatched = true
  }
  return isMatched
}

function globRegex(pattern: string): RegExp {
  const body = [...pattern].map(c => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[.+^${}()|[\]\\]/, '\\$&')))
  return new RegExp(`^${body.join('')}$`, 'is')
}

function matches(line: Line, state: MatchState): boolean {
  const words = line.value.split(/\s+/)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const isNegated = word.startsWith('!')
    const criterion = word.replace(/^!/, '').toLowerCase()
    if (criterion === 'all') continue
    const subject = matchSubject(criterion, state)
    const argument = words[++i]
    if (subject === undefined || argument === undefined) {
      state.foreign ??= `Match ${criterion} in ${line.file}`
      return false
    }
    if (matchesList(argument.split(','), subject) === isNegated) return false
  }
  return true
}

function matchSubject(criterion: string, state: MatchState): string | undefined {
  if (criterion === 'host') return state.hostName ?? state.host
  if (criterion === 'originalhost') return state.host
  if (criterion === 'user') return state.user ?? userInfo().username
  if (criterion === 'localuser') return userInfo().username
  return undefined
}
