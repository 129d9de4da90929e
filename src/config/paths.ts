// Paths as Ansible treats them: ~ and $VARIABLES, relative to a base, without following links. Mirrors utils/path.py of
// 2.14 and the parts of os.path that it uses.
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'

export interface PathOptions {
  /** Directory (or a file in it) that relative paths start from; the current directory by default. */
  readonly basedir?: string | undefined
  readonly cwd?: string | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Resolve symbolic links. */
  readonly follow?: boolean | undefined
}

/** An absolute, normal path: ~ and $VARS expanded, links kept unless `follow` (unfrackpath). */
export function unfrackPath(path: string, options: PathOptions = {}): string {
  const env = options.env ?? process.env
  let base = options.basedir ?? options.cwd ?? process.cwd()
  if (options.basedir !== undefined && isFile(base)) base = dirName(base)
  let full = expandUser(expandVariables(path, env), env)
  if (!full.startsWith('/')) full = joinPath(base, full)
  return normalPath(options.follow === true ? realPath(full) : full)
}

/** os.path.expandvars: $NAME and ${NAME}; unknown names stay. */
export function expandVariables(path: string, env: NodeJS.ProcessEnv): string {
  if (!path.includes('$')) return path
  return path.replace(
    /\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})/g,
    (all, bare: string | undefined, braced: string | undefined) => {
      return env[bare ?? braced ?? ''] ?? all
    },
  )
}

/** os.path.expanduser: ~ and ~name at the start; unknown names stay. */
export function expandUser(path: string, env: NodeJS.ProcessEnv): string {
  if (!path.startsWith('~')) return path
  const slash = path.indexOf('/')
  const end = slash < 0 ? path.length : slash
  const home = end === 1 ? (env.HOME ?? homedir()) : homeOf(path.slice(1, end))
  if (home === undefined) return path
  return home.replace(/\/+$/, '') + path.slice(end) || '/'
}

function homeOf(user: string): string | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const fields = line.split(':')
    if (fields[0] === user) return fields[5]
  }
  return undefined
}

/** os.path.join of two parts: an absolute second part stands alone; nothing is normalised. */
export function joinPath(base: string, ...parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/')) return part
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`
  }, base)
}

/** os.path.normpath. */
export function normalPath(path: string): string {
  if (path === '') return '.'
  const root = path.startsWith('//') && !path.startsWith('///') ? '//' : path.startsWith('/') ? '/' : ''
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || root === '') parts.push(part)
  }
  return root + parts.join('/') || '.'
}

/** os.path.dirname. */
export function dirName(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /[^/]/.test(head) ? head.replace(/\/+$/, '') : head
}

/** os.path.realpath: links are followed as far as the path exists. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirName(path)
    if (parent === path || parent === '') return path
    return joinPath(realPath(parent), path.slice(path.lastIndexOf('/') + 1))
  }
}

/** basedir(): the directory of an inventory source or playbook; undefined for what does not exist. */
export function baseDirectory(source: string, cwd: string = process.cwd()): string | undefined {
  if (source === '' || source === '.') return cwd
  const path = joinPath(cwd, source)
  if (isDirectory(path)) return normalPath(path)
  return isFile(path) ? normalPath(dirName(path)) : undefined
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  } catch {
    return false
  }
}

export function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch {
    return false
  }
}

export function pathExists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}
