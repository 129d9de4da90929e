// Colours by Ansible's setting names (COLOR_OK, COLOR_CHANGED …). Mirrors lib/ansible/utils/color.py (2.14).

/** ANSI codes of the colour names that ansible.cfg knows (constants.py COLOR_CODES). */
const CODES: Readonly<Record<string, string>> = {
  black: '0;30',
  'bright gray': '0;37',
  blue: '0;34',
  white: '1;37',
  green: '0;32',
  'bright blue': '1;34',
  cyan: '0;36',
  'bright green': '1;32',
  red: '0;31',
  'bright cyan': '1;36',
  purple: '0;35',
  'bright red': '1;31',
  yellow: '0;33',
  'bright purple': '1;35',
  'dark gray': '1;30',
  'bright yellow': '1;33',
  magenta: '0;35',
  'bright magenta': '1;35',
  normal: '0',
}

function code(color: string): string {
  const match = /^(?:color(\d+)|rgb([0-5])([0-5])([0-5])|gray(\d+))/.exec(color)
  if (!match) return CODES[color] ?? '0'
  if (match[1] !== undefined) return `38;5;${Number(match[1])}`
  if (match[5] !== undefined) return `38;5;${232 + Number(match[5])}`
  return `38;5;${16 + 36 * Number(match[2]) + 6 * Number(match[3]) + Number(match[4])}`
}

/** A text in colour, each line on its own so that pagers and CI logs keep it. */
export function paint(text: string, color: string): string {
  const start = code(color)
  return text
    .split('\n')
    .map(line => `\u001b[${start}m${line}\u001b[0m`)
    .join('\n')
}

/** Whether output to this stream is coloured: ANSIBLE_NOCOLOR, NO_COLOR, ANSIBLE_FORCE_COLOR, else a terminal. */
export function usesColor(stream: { readonly isTTY?: boolean }, force: boolean, never: boolean): boolean {
  if (force) return true
  if (never) return false
  return stream.isTTY === true && process.env.TERM !== 'dumb'
}
