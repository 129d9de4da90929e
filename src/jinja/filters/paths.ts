// What posixpath.py of CPython 3.11 has beyond the paths of config: names, extensions, links followed step by step.

import { lstatSync, readlinkSync } from 'node:fs'
import { posix } from 'node:path'
import { dirName, joinPath, normalPath } from '../../config/index.js'

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
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

export function absolutePath(path: string, cwd = process.cwd()): string {
  return normalPath(path.startsWith('/') ? path : joinPath(cwd, path))
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
  return name === '..' ? joinPath(path, '..') : dirName(path)
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
