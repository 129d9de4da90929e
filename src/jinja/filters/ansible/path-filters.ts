// Ansible's filters on paths. Mirrors ansible/plugins/filter/core.py (2.14) on os.path, ntpath and glob.

import { dirName, expandUser, expandVariables, isFile } from '../../../config/index.js'
import {
  add,
  isText,
  listOf,
  PyBytes,
  PyError,
  repr,
  rewrapText,
  Tuple,
  textOf,
  truth,
  typeName,
  type Value,
} from '../../../python/index.js'
import { FilterTypeError } from '../../errors.js'
import type { PluginCall } from '../../plugin.js'
import { classText, isListLike, isStr } from '../conversions.js'
import { glob } from '../glob.js'
import { basename, realPath, relativePath, splitExtension } from '../paths.js'
import { define } from '../signature.js'

/** os.fspath */
function pathText(value: Value, expected = 'expected str, bytes or os.PathLike object'): string {
  if (isStr(value)) return textOf(value)
  if (value instanceof PyBytes) return Buffer.from(value.value).toString('latin1')
  throw new PyError('TypeError', `${expected}, not ${typeName(value)}`)
}

/** A part of a path is text or bytes of its kind. */
function like(source: Value, text: string): Value {
  if (source instanceof PyBytes) return new PyBytes(Buffer.from(text, 'latin1'))
  return isText(source) ? rewrapText(source, text) : text
}

const onText = (signature: string, compute: (path: string) => string): PluginCall =>
  define(signature, (_call, path) => like(path, compute(pathText(path))))

function join(paths: Value): Value {
  if (isStr(paths)) return paths
  const parts = isListLike(paths) ? listOf(paths) : undefined
  if (parts === undefined) {
    throw new FilterTypeError(`|path_join expects string or sequence, got ${classText(paths)} instead.`)
  }
  if (parts.length === 0) throw new PyError('TypeError', "join() missing 1 required positional argument: 'a'")
  const [first, ...rest] = parts as [Value, ...Value[]]
  pathText(first)
  let path = first
  for (const part of rest) {
    if (!isStr(part))
      throw new PyError(
        'TypeError',
        `join() argument must be str, bytes, or os.PathLike object, not ${repr(typeName(part))}`,
      )
    if (path instanceof PyBytes) throw new PyError('TypeError', "Can't mix strings and bytes in path components")
    const before = pathText(path)
    if (textOf(part).startsWith('/')) path = part
    else path = before === '' || before.endsWith('/') ? add(path, part) : add(path, add('/', part))
  }
  return path
}

/** ntpath.splitdrive */
function windowsDrive(path: string): [string, string] {
  const slashes = path.replaceAll('/', '\\')
  if (slashes.startsWith('\\\\')) {
    const start = slashes.slice(0, 8).toUpperCase() === '\\\\?\\UNC\\' ? 8 : 2
    const first = slashes.indexOf('\\', start)
    if (first < 0) return [path, '']
    const second = slashes.indexOf('\\', first + 1)
    return second < 0 ? [path, ''] : [path.slice(0, second), path.slice(second)]
  }
  return slashes[1] === ':' ? [path.slice(0, 2), path.slice(2)] : ['', path]
}

/** ntpath.split */
function windowsSplit(path: string): [string, string] {
  const [drive, rest] = windowsDrive(path)
  const end = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('\\')) + 1
  const head = rest.slice(0, end)
  const stripped = head.replace(/[\\/]+$/, '')
  return [drive + (stripped || head), rest.slice(end)]
}

const tupleLike = (source: Value, parts: readonly string[]): Tuple => new Tuple(parts.map(part => like(source, part)))

export const pathFilters: Readonly<Record<string, PluginCall>> = {
  basename: onText('basename(p)', basename),
  dirname: onText('dirName(p)', dirName),
  expanduser: define('expanduser(path)', (call, path) => {
    call.markVolatile()
    return like(path, expandUser(pathText(path), process.env))
  }),
  expandvars: define('expandvars(path)', (call, path) => {
    call.markVolatile()
    return like(path, expandVariables(pathText(path), process.env))
  }),
  fileglob: define('fileglob(pathname)', (call, path) => {
    call.markVolatile()
    return glob(pathText(path)).filter(isFile)
  }),
  path_join: define('path_join(paths)', (_call, paths) => join(paths)),
  realpath: define('realpath(filename)', (call, path) => {
    call.markVolatile()
    return realPath(pathText(path))
  }),
  relpath: define('relpath(path, start=None)', (call, path, start) => {
    call.markVolatile()
    if (!truth(path)) throw new PyError('ValueError', 'no path specified')
    return relativePath(pathText(path), start === null ? '.' : pathText(start))
  }),
  splitext: define('splitext(p)', (_call, path) => tupleLike(path, splitExtension(pathText(path)))),
  win_basename: onText('basename(p)', path => windowsSplit(path)[1]),
  win_dirname: onText('dirName(p)', path => windowsSplit(path)[0]),
  win_splitdrive: define('splitdrive(p)', (_call, path) => tupleLike(path, windowsDrive(pathText(path)))),
}
