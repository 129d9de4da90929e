// Reading and merging result dicts as Python code does.
import { splitLines, truth } from '../python/index.js'
import { Dict } from '../python/values.js'

/** `result.get('failed')` in a condition. */
export function isFailed(result: Dict): boolean {
  return isSet(result, 'failed')
}

/** `result.get(key)` in a condition. */
export function isSet(result: Dict, key: string): boolean {
  const value = result.get(key)
  return value !== undefined && truth(value)
}

/** A command's outcome as the dict that plugins merge into their result. */
export function commandDict(command: { readonly rc: number; readonly stdout: string; readonly stderr: string }): Dict {
  return Dict.of({
    rc: command.rc,
    stdout: command.stdout,
    stdout_lines: splitLines(command.stdout),
    stderr: command.stderr,
    stderr_lines: splitLines(command.stderr),
  })
}
