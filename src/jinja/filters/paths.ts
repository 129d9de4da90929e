// os.path and ntpath of Python on text, and unfrackpath: what path filters, tests and file lookups compute with.
// Mirrors posixpath.py, ntpath.py (CPython 3.11).

import { lstatSync, readlinkSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { posix } from 'node:path'
import { readPasswd } from './passwd.js'

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

/** os.path.join: an absolute part starts anew. */
export function joinPath(first: string, ...parts: readonly string[]): string {
  let path = first
  for (const part of parts) {
    if (part.startsWith('/')) path = part
    else if (path === '' || path.endsWith('/')) path += part
    else path += `/${part}`
  }
  return path
}

/** os.path.splitext: leading dots belong to the name. */
export function splitExtension(path: string): [string, string] {
  const separator = path.lastIndexOf('/')
  const dot = path.lastIndexOf('.')
  if (dot > separator) {
    for (let index = separator + 1; index < dot; index++) {
      if (path[index] !== '.') return [path.slice(0, dot), path.slice(dot)]
    }
  }
  return [path, '']
}

/** os.path.normpath */
export function normalizePath(path: string): string {
  if (path === '') return '.'
  const slashes = path.startsWith('/') ? (path.startsWith('//') && !path.startsWith('///') ? 2 : 1) : 0
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..' || (slashes === 0 && parts.length === 0) || parts.at(-1) === '..') parts.push(part)
    else if (parts.length > 0) parts.pop()
  }
  return '/'.repeat(slashes) + parts.join('/') || '.'
}

export function absolutePath(path: string, cwd = process.cwd()): string {
  return normalizePath(path.startsWith('/') ? path : joinPath(cwd, path))
}

/** os.path.expanduser */
export function expandUser(path: string): string {
  if (!path.startsWith('~')) return path
  const slash = path.indexOf('/')
  const end = slash < 0 ? path.length : slash
  const home = end === 1 ? ownHome() : readPasswd().find(entry => entry.name === path.slice(1, end))?.home
  if (home === undefined) return path
  return home.replace(/\/+$/, '') + path.slice(end) || '/'
}

function ownHome(): string {
  return process.env.HOME ?? (userInfo().homedir || homedir())
}

/** os.path.expandvars: unknown variables stay. */
export function expandVariables(path: string): string {
  return path.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (all, plain: string | undefined, braced: string | undefined) => {
    return process.env[plain ?? braced ?? ''] ?? all
  })
}

/** os.path.realpath: links are followed as far as they lead; missing parts stay. */
export function realPath(path: string): string {
  return absolutePath(followLinks('', path, new Map()).path)
}

interface Followed {
  readonly path: string
  readonly complete: boolean
}

function followLinks(start: string, rest: string, seen: Map<string, string | undefined>): Followed {
  const parts = rest.split('/')
  let path = rest.startsWith('/') ? '/' : start
  for (const [index, name] of parts.entries()) {
    if (name === '' || name === '.') continue
    if (name === '..') {
      path = parentOf(path)
      continue
    }
    const next = joinPath(path, name)
    if (!isLink(next)) {
      path = next
      continue
    }
    const remaining = parts.slice(index + 1).join('/')
    if (seen.has(next)) {
      const known = seen.get(next)
      if (known === undefined) return { path: joinPath(next, remaining), complete: false }
      path = known
      continue
    }
    seen.set(next, undefined)
    const target = followLinks(path, readlinkSync(next), seen)
    if (!target.complete) return { path: joinPath(target.path, remaining), complete: false }
    path = target.path
    seen.set(next, path)
  }
  return { path, complete: true }
}

function parentOf(path: string): string {
  if (path === '') return '..'
  const name = basename(path)
  return name === '..' ? joinPath(path, '..') : dirname(path)
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** os.path.relpath */
export function relativePath(path: string, start: string): string {
  return posix.relative(absolutePath(start), absolutePath(path)) || '.'
}
