// What plugins say through Ansible's Display, handed to the reporter.

import type { NoticeSink } from '../collections/index.js'
import type { Json } from './wire.js'

/** Where the plugin host's words go. */
export interface HostVoice extends NoticeSink {
  /** `color`: one of Ansible's colour names. */
  display(text: string, toStderr: boolean, color?: string): void
  error(text: string, isWrapped: boolean): void
  /** What plugins printed themselves. */
  print(text: string): void
}

export function showNote(note: Readonly<Record<string, Json>>, voice: HostVoice): void {
  const text = String(note.text)
  switch (note.kind) {
    case 'warning':
      return voice.warning(text)
    case 'deprecation': {
      const given = (name: string) => (typeof note[name] === 'string' ? (note[name] as string) : undefined)
      return voice.deprecated({ text, version: given('version'), date: given('date'), collection: given('collection') })
    }
    case 'verbose':
      return voice.verbose(Number(note.level), note.host ? `<${String(note.host)}> ${text}` : text)
    case 'error':
      return voice.error(text, note.wrap === true)
    default:
      return voice.display(text, note.stderr === true, typeof note.color === 'string' ? note.color : undefined)
  }
}
