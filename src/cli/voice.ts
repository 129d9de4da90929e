// How every room's words reach the display: as engine events, so that each output format shows the same warnings.
import type { NoticeSink } from '../collections/index.js'
import type { EngineEvent } from '../engine/events.js'
import type { Messages } from '../playbook/index.js'
import type { HostVoice } from '../plugins/index.js'

export interface Voice {
  readonly emit: (event: EngineEvent) => void
  readonly notices: NoticeSink
  readonly messages: Messages
  readonly pluginHost: HostVoice
  readonly warning: (text: string) => void
}

export function voiceOf(emit: (event: EngineEvent) => void): Voice {
  const warning = (text: string) => emit({ kind: 'warning', text })
  const verbose = (level: number, text: string) => emit({ kind: 'verbose', level, text })
  const notices: NoticeSink = {
    warning,
    verbose,
    deprecated: ({ isRemoved, ...notice }) => emit({ kind: 'deprecation', ...notice, removed: isRemoved ?? false }),
  }
  return {
    emit,
    warning,
    notices,
    messages: {
      warning,
      verbose,
      deprecated: (text, version) => emit({ kind: 'deprecation', text, version }),
      display: text => emit({ kind: 'display', text }),
    },
    pluginHost: {
      ...notices,
      display: (text, toStderr, color) =>
        emit({ kind: 'display', text, stderr: toStderr, ...(color !== undefined && { color }) }),
      error: (text, isWrapped) => emit({ kind: 'error', text, wrap: isWrapped }),
      print: text => process.stderr.write(text),
    },
  }
}
