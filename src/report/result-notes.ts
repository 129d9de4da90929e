// What a result has to say besides itself: warnings, deprecations, the exception of a module.
// Mirrors CallbackBase._handle_warnings and _handle_exception (2.14).
import { str } from '../python/index.js'
import { Dict } from '../python/values.js'
import type { Display } from './display.js'

/** Shows a result's warnings and deprecations, and takes them out of it. */
export function showWarnings(display: Display, result: Dict): void {
  if (!display.config.get('ACTION_WARNINGS')) return
  const warnings = result.get('warnings')
  if (Array.isArray(warnings) && warnings.length > 0) {
    for (const warning of warnings) display.warning(str(warning))
    result.delete('warnings')
  }
  const deprecations = result.get('deprecations')
  if (!Array.isArray(deprecations) || deprecations.length === 0) return
  for (const deprecation of deprecations) if (deprecation instanceof Dict) showDeprecation(display, deprecation)
  result.delete('deprecations')
}

function showDeprecation(display: Display, deprecation: Dict): void {
  const text = (key: string) => {
    const value = deprecation.get(key)
    return value === undefined || value === null ? undefined : str(value)
  }
  display.deprecated({
    text: text('msg') ?? '',
    version: text('version'),
    date: text('date'),
    collection: text('collection_name'),
  })
}

/** Shows a module's exception: its last line, or all of it from -vvv on. */
export function showException(display: Display, result: Dict, onStderr: boolean): void {
  const exception = result.get('exception')
  if (exception === undefined) return
  const text = str(exception)
  const message =
    display.verbosity < 3
      ? `An exception occurred during task execution. To see the full traceback, use -vvv. The error was: ${text.trim().split('\n').at(-1)}`
      : `The full traceback is:\n${text}`
  if (display.verbosity >= 3) result.delete('exception')
  display.line(message, { color: 'COLOR_ERROR', stderr: onStderr })
}
