// ansible.cfg as Python's ConfigParser reads it with inline_comment_prefixes=(';',): continuation lines, [DEFAULT],
// duplicates are errors, values raw (no interpolation). Mirrors CPython 3.11's configparser.
import { ConfigError } from '../errors.js'
import { reprText } from '../python/index.js'

const SECTION = /^\[(.+)\]/
const OPTION = /^(.*?)\s*[=:]\s*(.*)$/s

export class IniFile {
  readonly #sections = new Map<string, Map<string, string>>()
  readonly #defaults: ReadonlyMap<string, string>

  private constructor(sections: ReadonlyMap<string, Map<string, string[]>>) {
    let defaults = new Map<string, string>()
    for (const [name, lines] of sections) {
      const values = new Map([...lines].map(([key, parts]) => [key, parts.join('\n').trimEnd()]))
      if (name === 'DEFAULT') defaults = values
      else this.#sections.set(name, values)
    }
    this.#defaults = defaults
  }

  /** Throws ConfigError naming `path` for what ConfigParser refuses. */
  static parse(text: string, path: string): IniFile {
    return new IniFile(new IniReader(path).read(text))
  }

  /** Raw text of a key; undefined when the section or the key is missing. Keys do not mind case. */
  get(section: string, key: string): string | undefined {
    const values = this.#sections.get(section)
    const name = key.toLowerCase()
    return values === undefined ? undefined : (values.get(name) ?? this.#defaults.get(name))
  }
}

class IniReader {
  readonly #sections = new Map<string, Map<string, string[]>>()
  readonly #seen = new Set<string>()
  readonly #bad: string[] = []
  #section: Map<string, string[]> | undefined
  #sectionName = ''
  #option: string[] | undefined
  #indent = 0

  constructor(private readonly path: string) {}

  read(text: string): ReadonlyMap<string, Map<string, string[]>> {
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    lines.forEach((line, index) => {
      this.#line(line, index + 1, index < lines.length - 1 || text.endsWith('\n') ? `${line}\n` : line)
    })
    if (this.#bad.length > 0) this.#fail(`Source contains parsing errors: '<string>'${this.#bad.join('')}`)
    return this.#sections
  }

  #line(line: string, number: number, raw: string): void {
    const comment = commentStart(line)
    const value = (comment === undefined ? line : line.slice(0, comment)).trim()
    if (value === '') {
      if (comment === undefined) this.#option?.push('')
      return
    }
    const indent = line.length - line.trimStart().length
    if (this.#option !== undefined && indent > this.#indent) {
      this.#option.push(value)
      return
    }
    this.#indent = indent
    const header = SECTION.exec(value)?.[1]
    if (header !== undefined) this.#startSection(header, number)
    else if (this.#section === undefined) {
      this.#fail(`File contains no section headers.\nfile: '<string>', line: ${number}\n${reprText(raw)}`)
    } else this.#startOption(this.#section, value, number, raw)
  }

  #startSection(name: string, line: number): void {
    if (name !== 'DEFAULT' && this.#sections.has(name)) {
      this.#fail(`${readingFrom(line)}: section ${reprText(name)} already exists`)
    }
    this.#section = this.#sections.get(name) ?? new Map()
    this.#sections.set(name, this.#section)
    this.#sectionName = name
    this.#option = undefined
  }

  #startOption(section: Map<string, string[]>, value: string, line: number, raw: string): void {
    const match = OPTION.exec(value)
    if (match === null || match[1] === '') {
      this.#bad.push(`\n\t[line ${String(line).padStart(2)}]: ${reprText(raw)}`)
      if (match === null) return
    }
    const name = (match?.[1] ?? '').trimEnd().toLowerCase()
    const id = `${this.#sectionName}\n${name}`
    if (this.#seen.has(id)) {
      const where = `option ${reprText(name)} in section ${reprText(this.#sectionName)}`
      this.#fail(`${readingFrom(line)}: ${where} already exists`)
    }
    this.#seen.add(id)
    this.#option = [(match?.[2] ?? '').trim()]
    section.set(name, this.#option)
  }

  #fail(message: string): never {
    throw new ConfigError(`Error reading config file (${this.path}): ${message}`)
  }
}

const readingFrom = (line: number): string => `While reading from '<string>' [line ${String(line).padStart(2)}]`

/** Where a comment starts: a line that begins with # or ;, or a ; after a blank. */
function commentStart(line: string): number | undefined {
  if (/^\s*[#;]/.test(line)) return 0
  for (let at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) {
    if (at === 0 || /\s/.test(line[at - 1] as string)) return at
  }
  return undefined
}
