// A unified difference with its lines told apart by sign, colour and meaning for screen readers.
import { element } from './format.js'

export function diffLines(diff: string): HTMLElement {
  const out = element('pre', { class: 'diff', tabindex: 0 })
  for (const line of diff.replace(/\n+$/, '').split('\n')) {
    const isHead = line.startsWith('+++') || line.startsWith('---')
    const kind = isHead
      ? 'head'
      : line.startsWith('+')
        ? 'add'
        : line.startsWith('-')
          ? 'remove'
          : line.startsWith('@@')
            ? 'place'
            : 'same'
    out.append(element(kind === 'add' ? 'ins' : kind === 'remove' ? 'del' : 'span', { class: kind }, line || ' '))
  }
  return out
}
