// Ansible's tests on files of the controller. Mirrors ansible/plugins/test/files.py (2.14) on os.path.

import { fstatSync, lstatSync, type Stats, statSync } from 'node:fs'
import { joinPath } from '../../config/index.js'
import { PyBytes, PyError, repr, textOf, typeName, type Value } from '../../python/index.js'
import { isInteger, isStr } from '../filters/conversions.js'
import { realPath } from '../filters/paths.js'
import { define } from '../filters/signature.js'
import type { PluginCall } from '../plugin.js'

function pathOf(value: Value, name: string): string {
  if (isStr(value)) return textOf(value)
  if (value instanceof PyBytes) return Buffer.from(value.value).toString('utf8')
  const allowed = name === 'lstat' ? 'string, bytes or os.PathLike' : 'string, bytes, os.PathLike or integer'
  throw new PyError('TypeError', `${name}: path should be ${allowed}, not ${typeName(value)}`)
}

function statOf(path: string, follow: boolean): Stats | undefined {
  if (path.includes('\0')) return undefined
  try {
    return follow ? statSync(path) : lstatSync(path)
  } catch {
    return undefined
  }
}

/** A number is a file descriptor for os.stat, and nothing for os.lstat. */
function descriptorStat(value: number | bigint | boolean, follow: boolean): Stats | undefined {
  if (!follow) {
    throw new PyError('TypeError', `lstat: path should be string, bytes or os.PathLike, not ${typeName(value)}`)
  }
  const descriptor = Number(value)
  if (descriptor > 0x7fffffff) throw new PyError('OverflowError', 'fd is greater than maximum')
  if (descriptor < -0x80000000) throw new PyError('OverflowError', 'fd is less than minimum')
  try {
    return fstatSync(descriptor)
  } catch {
    return undefined
  }
}

function fileTest(name: string, follow: boolean, isMet: (stats: Stats) => boolean): PluginCall {
  return define(`${name}(path)`, (call, path) => {
    call.markVolatile()
    const stats = isInteger(path)
      ? descriptorStat(path, follow)
      : statOf(pathOf(path, follow ? 'stat' : 'lstat'), follow)
    return stats !== undefined && isMet(stats)
  })
}

function requireStat(value: Value): Stats {
  if (isInteger(value)) {
    const stats = Number(value) < 0 ? undefined : descriptorStat(value, true)
    if (stats !== undefined) return stats
    throw new PyError('OSError', `[Errno 9] Bad file descriptor: ${repr(value)}`)
  }
  const path = pathOf(value, 'stat')
  const stats = statOf(path, true)
  if (stats !== undefined) return stats
  throw new PyError('FileNotFoundError', `[Errno 2] No such file or directory: ${repr(path)}`)
}

function isMount(path: string): boolean {
  const own = statOf(path, false)
  if (own === undefined || own.isSymbolicLink()) return false
  const parent = statOf(realPath(joinPath(path, '..')), false)
  return parent !== undefined && (own.dev !== parent.dev || own.ino === parent.ino)
}

const directory = fileTest('isdir', true, stats => stats.isDirectory())
const file = fileTest('isfile', true, stats => stats.isFile())
const link = fileTest('islink', false, stats => stats.isSymbolicLink())
const isAbsolute = define('isabs(s)', (_call, path) => {
  if (isStr(path)) return textOf(path).startsWith('/')
  throw new PyError('TypeError', `expected str, bytes or os.PathLike object, not ${typeName(path)}`)
})
const sameFile = define('samefile(f1, f2)', (call, first, second) => {
  call.markVolatile()
  const one = requireStat(first)
  const other = requireStat(second)
  return one.ino === other.ino && one.dev === other.dev
})
const mount = define('ismount(path)', (call, path) => {
  call.markVolatile()
  return isMount(pathOf(path, 'lstat'))
})

export const fileTests: Readonly<Record<string, PluginCall>> = {
  abs: isAbsolute,
  directory,
  exists: fileTest('exists', true, () => true),
  file,
  is_abs: isAbsolute,
  is_dir: directory,
  is_file: file,
  is_link: link,
  is_mount: mount,
  is_same_file: sameFile,
  link,
  link_exists: fileTest('lexists', false, () => true),
  mount,
  same_file: sameFile,
}
