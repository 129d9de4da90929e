// A result as files show it: what the console prints with -v, as JSON, with secrets taken out.
import { Dict, type Value } from '../python/values.js'
import { resultJson } from './result-json.js'
import { stripInternalKeys } from './result-text.js'

/** Takes known secrets out of a text. */
export type Censor = (text: string) => string

/** Longer results are cut: a report must open at once. */
const MAX_RESULT = 64 * 1024

/** Without internal keys, arguments of the module, diff (told apart) and traceback. */
export function fileResult(result: Dict): Dict {
  const shown = stripInternalKeys(result) as Dict
  for (const key of ['invocation', 'diff', 'exception']) shown.delete(key)
  const items = shown.get('results')
  if (Array.isArray(items)) {
    for (const item of items) {
      if (item instanceof Dict) for (const key of ['invocation', 'diff', 'exception']) item.delete(key)
    }
  }
  return shown
}

/** JSON of a value; a value that JSON cannot say becomes its own short text. */
export function jsonText(value: Value, censor: Censor): string {
  try {
    return censor(resultJson(value, { sortKeys: true, ensureAscii: false }))
  } catch (error) {
    return JSON.stringify({ unshown: censor(error instanceof Error ? error.message : String(error)) })
  }
}

/** JSON of a result, cut when it is very long. */
export function resultText(result: Dict, censor: Censor): string {
  const text = jsonText(fileResult(result), censor)
  return text.length <= MAX_RESULT ? text : `${text.slice(0, MAX_RESULT)}… (${text.length} characters)`
}
