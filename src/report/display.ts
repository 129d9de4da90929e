// Lines on the screen and in the log file. Mirrors lib/ansible/utils/display.py (2.14): banners, folded warnings that
// are shown once, verbosity levels, log_path.
import { accessSync, appendFileSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import type { Config } from '../config/index.js'
import { wrap } from '../python/textwrap.js'
import { paint, usesColor } from './color.js'
import { textWidth } from './text-width.js'

export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface LineOptions {
  readonly color?: string | undefined
  readonly stderr?: boolean
  readonly screenOnly?: boolean
  readonly logOnly?: boolean
}

export interface Deprecation {
  readonly text: string
  readonly version?: string | undefined
  readonly date?: string | undefined
  readonly collection?: string | undefined
  readonly removed?: boolean | undefined
}

/** Writes for people: everything a reporter prints goes through here. */
export class Display {
  readonly columns: number
  readonly color: boolean
  readonly #shown = new Set<string>()
  readonly #logPath: string | undefined
  readonly #stdout: Output
  readonly #stderr: Output

  constructor(
    readonly config: Config,
    readonly verbosity: number,
    outputs: { readonly stdout: Output; readonly stderr: Output },
  ) {
    this.#stdout = outputs.stdout
    this.#stderr = outputs.stderr
    // Ansible leaves the last column free and assumes 79 where there is no terminal.
    this.columns = Math.max(79, (this.#stdout.isTTY ? (this.#stdout.columns ?? 80) : 0) - 1)
    this.color = usesColor(this.#stdout, config.get('ANSIBLE_FORCE_COLOR'), config.get('ANSIBLE_NOCOLOR'))
    this.#logPath = this.#writableLog(config.get('DEFAULT_LOG_PATH') || undefined)
  }

  /** Colour of a setting such as COLOR_OK. */
  setting(name: ColorSetting): string {
    return this.config.get(name)
  }

  /** Text in the colour of a setting, where output is coloured. */
  paint(text: string, name: ColorSetting | undefined): string {
    return this.color && name !== undefined ? paint(text, this.setting(name)) : text
  }

  line(text: string, options: Omit<LineOptions, 'color'> & { color?: ColorSetting | undefined } = {}): void {
    if (!options.logOnly) {
      const bare = text.endsWith('\n') ? text.slice(0, -1) : text
      const output = options.stderr ? this.#stderr : this.#stdout
      output.write(`${this.paint(bare, options.color)}\n`)
    }
    if (this.#logPath !== undefined && !options.screenOnly) this.#log(text.replace(/^\n+/, ''), options.color)
  }

  /** A headline followed by stars up to the width of the terminal. */
  banner(text: string, color?: ColorSetting): void {
    const headline = text.trim()
    const stars = Math.max(3, this.columns - textWidth(headline))
    this.line(`\n${headline} ${'*'.repeat(stars)}`, { color })
  }

  warning(text: string): void {
    const folded = wrap(`[WARNING]: ${text}`, this.columns).join('\n')
    this.#once(`${folded}\n`, 'COLOR_WARN')
  }

  deprecated(deprecation: Deprecation): void {
    if (!this.config.get('DEPRECATION_WARNINGS')) return
    const folded = wrap(deprecationText(deprecation), this.columns, { dropWhitespace: false }).join('\n')
    this.#once(folded.trim(), 'COLOR_DEPRECATE')
  }

  error(text: string, folded = true): void {
    const message = folded ? `${wrap(`\n[ERROR]: ${text}`, this.columns).join('\n')}\n` : `ERROR! ${text}`
    this.#once(message, 'COLOR_ERROR')
  }

  /** Shown when -v was given at least `level` times. */
  verbose(level: number, text: string, host?: string): void {
    if (this.verbosity < level) return
    const line = host === undefined ? text : `<${host}> ${text}`
    this.line(line, { color: 'COLOR_VERBOSE', stderr: this.config.get('VERBOSE_TO_STDERR') })
  }

  #once(text: string, color: ColorSetting, screenOnly = false): void {
    if (this.#shown.has(text)) return
    this.#shown.add(text)
    this.line(text, { color, stderr: true, screenOnly })
  }

  #writableLog(path: string | undefined): string | undefined {
    if (path === undefined || canWrite(path) || canWrite(dirname(path))) return path
    this.#stderr.write(`[WARNING]: log file at ${path} is not writeable and we cannot create it, aborting\n\n`)
    return undefined
  }

  #log(text: string, color: ColorSetting | undefined): void {
    const level = color === 'COLOR_ERROR' ? 'ERROR' : color === 'COLOR_WARN' ? 'WARNING' : 'INFO'
    const now = new Date()
    const stamp = `${localTime(now)},${String(now.getMilliseconds()).padStart(3, '0')}`
    const line = `${stamp} p=${process.pid} u=${userInfo().username} n=ansible ${level}| ${text}\n`
    const path = this.#logPath as string
    try {
      appendFileSync(path, line)
    } catch (error) {
      // A log that cannot be written must not end a deployment; Ansible goes on without it too.
      const reason = `The log file ${path} lacks what could not be written: ${(error as Error).message}`
      this.#once(`${wrap(`[WARNING]: ${reason}`, this.columns).join('\n')}\n`, 'COLOR_WARN', true)
    }
  }
}

/** Settings that name a colour. */
export type ColorSetting =
  | 'COLOR_CHANGED'
  | 'COLOR_DEBUG'
  | 'COLOR_DEPRECATE'
  | 'COLOR_DIFF_ADD'
  | 'COLOR_DIFF_LINES'
  | 'COLOR_DIFF_REMOVE'
  | 'COLOR_ERROR'
  | 'COLOR_HIGHLIGHT'
  | 'COLOR_OK'
  | 'COLOR_SKIP'
  | 'COLOR_UNREACHABLE'
  | 'COLOR_VERBOSE'
  | 'COLOR_WARN'

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function deprecationText(deprecation: Deprecation): string {
  let text = deprecation.text.trim()
  if (text !== '' && !/[!?.]$/.test(text)) text += '.'
  const { removed = false } = deprecation
  const from = deprecation.collection === 'ansible.builtin' ? 'ansible-core' : deprecation.collection
  const when = deprecation.date
    ? `in a release after ${deprecation.date}.`
    : deprecation.version
      ? `in version ${deprecation.version}.`
      : 'in a future release.'
  return [
    removed ? `[DEPRECATED]: ${text}` : `[DEPRECATION WARNING]: ${text}`,
    removed ? 'This feature was removed' : 'This feature will be removed',
    from ? `from ${from}` : '',
    when,
    removed
      ? 'Please update your playbooks.'
      : 'Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.',
  ]
    .filter(part => part !== '')
    .join(' ')
}

function localTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
