// Telling a run: engine events in, text out.
export { CallbackReporter } from './callback-reporter.js'
export { paint, usesColor } from './color.js'
export { createReporter, type ReporterOptions } from './create-reporter.js'
export { Display } from './display.js'
export { displayEvent } from './display-event.js'
export { LiveScreen, ProgressReporter } from './progress-reporter.js'
export type { Reporter } from './reporter.js'
