// The task debugger on the terminal: asks for lines until the person goes on, does the task again or quits.
// Mirrors cmd.Cmd.cmdloop as Debugger uses it (plugins/strategy/__init__.py, ansible-core 2.14).

import { DebuggerQuit, type EventSink, InterruptedError, type TaskDebugger } from '../engine/index.js'
import { DebugSession, type PluginHost } from '../plugins/index.js'
import { askLine } from './prompt.js'

/** Asks on standard input; what the debugger shows goes through events. */
export function taskDebugger(host: PluginHost, emit: EventSink): TaskDebugger {
  return async stop => {
    emit({ kind: 'question', isOpen: true })
    try {
      const session = new DebugSession(host, stop)
      for (;;) {
        const { printed, outcome } = session.enter(await typedLine(session.prompt))
        if (printed !== '') emit({ kind: 'display', text: printed })
        if (outcome !== undefined) return outcome
      }
    } finally {
      emit({ kind: 'question', isOpen: false })
    }
  }
}

/** Ctrl-C at the prompt ends the run without a word. */
async function typedLine(prompt: string): Promise<string | undefined> {
  try {
    return await askLine(prompt)
  } catch (error) {
    throw error instanceof InterruptedError ? new DebuggerQuit() : error
  }
}
