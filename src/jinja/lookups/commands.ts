// Lookups that run commands on the controller: pipe and lines. Mirrors ansible/plugins/lookup/pipe.py, lines.py (2.14).

import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { decodeUtf8, PyError, repr, typeName, type Value } from '../../python/index.js'
import { TemplateError } from '../errors.js'
import { callMethod, isStr, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'

/** Output of a shell command; its errors go to the terminal. */
function runShell(call: CallContext, lookup: string, command: string): Buffer {
  call.markVolatile()
  const cwd = call.templar.controller.loader.basedir
  const { stdout, status, signal, error } = spawnSync('/bin/sh', ['-c', command], {
    cwd,
    input: '',
    stdio: ['pipe', 'pipe', 'inherit'],
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  if (error !== undefined && status === null && signal === null) {
    throw new PyError('FileNotFoundError', `[Errno 2] No such file or directory: ${repr(cwd)}`)
  }
  const code = status ?? -(signal === null ? 1 : constants.signals[signal])
  if (code !== 0) throw new TemplateError(`lookup_plugin.${lookup}(${command}) returned ${code}`)
  return stdout
}

const pipe: PluginCall = (call, terms) =>
  terms.map(term => callMethod(decodeUtf8(runShell(call, 'pipe', toText(term))), 'rstrip'))

const lines: PluginCall = (call, terms) => terms.flatMap(term => splitBytes(runShell(call, 'lines', shellText(term))))

function shellText(term: Value): string {
  if (isStr(term)) return toText(term)
  throw new PyError('TypeError', `expected str, bytes or os.PathLike object, not ${typeName(term)}`)
}

/** bytes.splitlines: only carriage returns and newlines end lines. */
function splitBytes(output: Buffer): string[] {
  const parts = decodeUtf8(output, 'surrogateescape').split(/\r\n|\r|\n/)
  if (parts.at(-1) === '') parts.pop()
  return parts
}

export const commandLookups: Readonly<Record<string, PluginCall>> = { lines, pipe }
