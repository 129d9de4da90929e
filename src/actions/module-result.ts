// What a module printed, as a result. Mirrors ActionBase._parse_returned_data and the end of _execute_module
// (lib/ansible/plugins/action/__init__.py), _filter_non_json_lines (module_utils/json_utils.py) and
// remove_internal_keys (vars/clean.py), ansible-core 2.14.
import type { ProcessResult } from '../agent/index.js'
import { decodeUtf8, jsonLoads, PyError, splitLines, str } from '../python/index.js'
import { Dict, isText, Tuple, textOf, type Value } from '../python/values.js'

const INTERNAL_RESULT_KEYS = new Set(['add_host', 'add_group'])

/** The result dict a process gave. `interpreter` is the one it was run with, for the message when it is missing. */
export function parseModuleOutput(
  process: Pick<ProcessResult, 'rc' | 'stdout' | 'stderr'>,
  interpreter: string | undefined,
  warn: (text: string) => void,
): Dict {
  const stdout = decodeUtf8(process.stdout, 'surrogateescape')
  const parsed = parseJsonObject(stdout, warn)
  if (parsed !== undefined) {
    parsed.set('_ansible_parsed', true)
    return parsed
  }
  return moduleFailure(stdout, decodeUtf8(process.stderr, 'surrogateescape'), process.rc, interpreter)
}

function parseJsonObject(stdout: string, warn: (text: string) => void): Dict | undefined {
  const direct = stdout.trimStart()
  try {
    // Nearly always the output is one JSON object and nothing else.
    if (direct.startsWith('{')) {
      const value = jsonLoads(direct)
      if (value instanceof Dict) return value
    }
  } catch (error) {
    if (!(error instanceof PyError)) throw error
  }
  const filtered = filterJsonLines(stdout)
  if (filtered === undefined) return undefined
  for (const text of filtered.warnings) warn(text)
  try {
    const value = jsonLoads(filtered.text)
    return value instanceof Dict ? value : undefined
  } catch (error) {
    if (error instanceof PyError) return undefined
    throw error
  }
}

/** Lines from the first that starts an object to the last that ends one; undefined when there are none. */
export function filterJsonLines(output: string): { text: string; warnings: string[] } | undefined {
  const all = splitLines(output)
  const start = all.findIndex(line => line.trim().startsWith('{'))
  if (start < 0) return undefined
  const lines = all.slice(start)
  const end = lines.findLastIndex(line => line.trim().endsWith('}'))
  if (end < 0) return undefined
  const junk = lines.slice(end + 1)
  const warnings = junk.some(line => line.trim() !== '')
    ? [`Module invocation had junk after the JSON data: ${junk.join('\n')}`]
    : []
  return { text: lines.slice(0, end + 1).join('\n'), warnings }
}

function moduleFailure(stdout: string, stderr: string, rc: number, interpreter: string | undefined): Dict {
  const result = Dict.of({ failed: true, _ansible_parsed: false, module_stdout: stdout, module_stderr: stderr })
  if (stderr.startsWith('Traceback')) result.set('exception', stderr)
  else if (stdout.startsWith('Traceback')) result.set('exception', stdout)
  let message = 'MODULE FAILURE'
  if (interpreter !== undefined) {
    const isMissing = ['No such file or directory', 'not found'].some(text => {
      const line = `${interpreter.replace(/^[!#]+/, '')}: ${text}`
      return stderr.includes(line) || stdout.includes(line)
    })
    if (isMissing) message = 'The module failed to execute correctly, you probably need to set the interpreter.'
  }
  result.set('msg', `${message}\nSee stdout/stderr for the exact error`)
  result.set('rc', rc)
  return result
}

/** Removes what modules may not say and adds stdout_lines and stderr_lines. Changes `data`. */
export function tidyModuleResult(data: Dict, isAsync: boolean, warn: (text: string) => void): void {
  data.delete('_ansible_suppress_tmpdir_delete')
  const results = data.get('results')
  if (results !== undefined && !Array.isArray(results) && !(results instanceof Tuple)) {
    data.delete('results')
    data.set('ansible_module_results', results)
    warn("Found internal 'results' key in module return, renamed to 'ansible_module_results'.")
  }
  removeInternalKeys(data, warn)
  if (isAsync) data.set('changed', true)
  addLines(data, 'stdout')
  addLines(data, 'stderr')
}

function removeInternalKeys(data: Dict, warn: (text: string) => void): void {
  for (const key of [...data.keys()]) {
    const name = str(key)
    if ((name.startsWith('_ansible_') && name !== '_ansible_parsed') || INTERNAL_RESULT_KEYS.has(name)) {
      warn(`Removed unexpected internal key in module return: ${name} = ${str(data.get(key) as Value)}`)
      data.delete(key)
    }
  }
  for (const key of ['warnings', 'deprecations']) {
    const value = data.get(key)
    if (value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0))
      data.delete(key)
  }
  const facts = data.get('ansible_facts')
  if (!(facts instanceof Dict)) return
  for (const key of [...facts.keys()]) {
    const name = str(key)
    if (name.startsWith('discovered_interpreter_') || name.startsWith('ansible_discovered_interpreter_')) {
      facts.delete(key)
    }
  }
}

function addLines(data: Dict, key: 'stdout' | 'stderr'): void {
  const text = data.get(key)
  if (text === undefined || data.has(`${key}_lines`)) return
  data.set(`${key}_lines`, isText(text) ? splitLines(textOf(text)) : [])
}
