// Events that are words of the display rather than callbacks: the same in every output format.
import type { EngineEvent } from '../engine/events.js'
import { paint } from './color.js'
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
      return event.banner ? display.banner(event.text) : showLine(display, event)
    default:
  }
}

function showLine(display: Display, event: EngineEvent & { kind: 'display' }): void {
  const { text, color, stderr = false } = event
  if (color === undefined || !display.color) return display.line(text, { stderr })
  const bare = text.endsWith('\n') ? text.slice(0, -1) : text
  display.line(paint(bare, color), { stderr, screenOnly: true })
  display.line(text, { logOnly: true })
}
