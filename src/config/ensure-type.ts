// Values of settings with the type their definition asks for. Mirrors ensure_type of config/manager.py (2.14).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { PyError, str, toFloat, toInt } from '../python/index.js'
import { isText, Mapping, PyFloat, Tuple, textOf, type Value } from '../python/values.js'
import { toBoolean, unquote } from './convert.js'
import type { PlainValue, SettingType } from './definition.js'
import { isDirectory, joinPath, pathExists, unfrackPath } from './paths.js'

/** What a setting may be before its type is known: text of a file, a default, or a variable's value. */
export type RawSetting = Value | PlainValue | undefined
/** What it is afterwards. */
export type SettingValue = PlainValue | Value

export interface TypeContext {
  /** ansible.cfg that the value comes from: relative paths start there. */
  readonly file?: string | undefined
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** The value does not fit its type; the message is Python's or Ansible's. */
export class TypeMismatch extends Error {}

export function ensureType(value: RawSetting, type: SettingType | undefined, context: TypeContext): SettingValue {
  if (value === null || value === undefined) return null
  const text = asText(value)
  switch (type) {
    case 'boolean':
      return toBoolean(value as Value, false)
    case 'integer':
      return Number(python(() => toInt(value as Value)))
    case 'float':
      return python(() => toFloat(value as Value))
    case 'list':
      return text === undefined ? sequence(value, 'list') : text.split(',').map(part => unquote(part.trim()))
    case 'none':
      if (text === 'None') return null
      throw mismatch('None', value)
    case 'path':
      if (text === undefined) throw mismatch('path', value)
      return resolvePath(text, context)
    case 'temporary':
      if (text === undefined) throw mismatch('temppath', value)
      return makeTemporary(resolvePath(text, context))
    case 'pathspec':
    case 'pathlist': {
      const separator = type === 'pathspec' ? ':' : ','
      const parts = text === undefined ? sequence(value, type) : text.split(separator)
      return parts.map(part => resolvePath(type === 'pathlist' ? String(part).trim() : String(part), context))
    }
    case 'dict':
      if (value instanceof Mapping || (typeof value === 'object' && !Array.isArray(value))) return value as SettingValue
      throw mismatch('dictionary', value)
    case 'string':
      return asString(value, text)
    default:
      return text === undefined ? (value as SettingValue) : unquote(text)
  }
}

function asText(value: RawSetting): string | undefined {
  return typeof value === 'string' || isText(value as Value) ? textOf(value as string) : undefined
}

function asString(value: RawSetting, text: string | undefined): string {
  if (text !== undefined) return unquote(text)
  const scalar = typeof value === 'boolean' || typeof value === 'bigint' || value instanceof PyFloat
  if (scalar) return unquote(str(value as Value))
  if (typeof value === 'number') return String(value)
  throw mismatch('string', value)
}

function sequence(value: RawSetting, type: string): readonly PlainValue[] {
  if (Array.isArray(value)) return value as readonly PlainValue[]
  if (value instanceof Tuple) return value.items as readonly PlainValue[]
  throw mismatch(type, value)
}

function mismatch(type: string, value: RawSetting): TypeMismatch {
  return new TypeMismatch(`Invalid type provided for "${type}": ${str(value as Value)}`)
}

function python<T>(convert: () => T): T {
  try {
    return convert()
  } catch (error) {
    if (error instanceof PyError) throw new TypeMismatch(error.message)
    throw error
  }
}

function resolvePath(path: string, context: TypeContext): string {
  const { cwd, env, file } = context
  const basedir = file?.startsWith('/') === true && pathExists(file) ? file : undefined
  return unfrackPath(path.replaceAll('{{CWD}}', cwd), { basedir, cwd, env })
}

/** A fresh directory in `parent`, removed when the process ends. */
function makeTemporary(parent: string): string {
  if (!isDirectory(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 })
  const path = mkdtempSync(joinPath(parent, `ansible-local-${process.pid}`))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}
