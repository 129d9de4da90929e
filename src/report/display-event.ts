// Events that are words of the display rather than callbacks: the same in every output format.
import type { EngineEvent } from '../engine/events.js'
import type { Display } from './display.js'

/** Shows warnings, deprecations, errors, verbose and plain lines; leaves every other event alone. */
export function displayEvent(display: Display, event: EngineEvent): void {
  switch (event.kind) {
    case 'warning':
      return display.warning(event.text)
    case 'deprecation':
      return display.deprecated(event)
    case 'error':
      return display.error(event.text, event.wrap)
    case 'verbose':
      return display.verbose(event.level, event.text, event.host)
    case 'display':
      return event.banner ? display.banner(event.text) : display.line(event.text, { stderr: event.stderr ?? false })
    default:
  }
}
