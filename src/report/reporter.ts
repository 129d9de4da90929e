// What every way of telling a run has in common: it takes engine events, in order, and writes.
import type { EngineEvent } from '../engine/events.js'

export interface Reporter {
  handle(event: EngineEvent): void
  /** Called once after the last event; resolves when everything is written. */
  close?(): Promise<void> | void
}
