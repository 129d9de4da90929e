// configparser.ConfigParser of Python 3.11 with its defaults: strict, `=` and `:`, basic interpolation.

import { PyError, type PyErrorType } from './py-error.js'
import { reprText } from './repr.js'
import { stripText } from './text-split.js'

export interface ConfigParserOptions {
  /** A key without a value is accepted; its value is None. */
  readonly allowNoValue?: boolean
  /** Keys keep their case. */
  readonly caseSensitive?: boolean
  /** Name of the file in error messages. */
  readonly source?: string
}

type Section = Map<string, string | null>

const DEFAULT = 'DEFAULT'
const MAX_DEPTH = 10
const HEADER = /^\[([^\n]+)\]/
const OPTION = /^([^\n]*?)\s*(?:(?:=|:)\s*([^\n]*))$/
const OPTION_WITHOUT_VALUE = /^([^\n]*?)\s*(?:(?:=|:)\s*([^\n]*))?$/
const REFERENCE = /^%\(([^)]+)\)s/

const fail = (type: PyErrorType, message: string): PyError => new PyError(type, message)

export class ConfigParser {
  readonly #defaults: Section = new Map()
  readonly #sections = new Map<string, Section>()

  constructor(readonly options: ConfigParserOptions = {}) {}

  /** Adds the content of a text. Raises MissingSectionHeaderError, DuplicateSectionError, DuplicateOptionError, ParsingError. */
  read(text: string): void {
    const source = this.options.source ?? '<???>'
    new Reader(this.#defaults, this.#sections, this.options, source).read(text)
  }

  /** Interpolated value. Raises NoSectionError, NoOptionError and the interpolation errors. */
  get(section: string, option: string): string | null {
    const values = this.#unified(section)
    const key = this.#key(option)
    const value = values.get(key)
    if (value === undefined) {
      throw fail('NoOptionError', `No option ${reprText(option)} in section: ${reprText(section)}`)
    }
    return this.#interpolate(section, key, value, values)
  }

  /** Interpolated pairs of a section, those of DEFAULT first. */
  items(section: string): [string, string | null][] {
    const values = this.#unified(section)
    return [...values].map(([key, value]) => [key, this.#interpolate(section, key, value, values)])
  }

  #key(option: string): string {
    return this.options.caseSensitive ? option : option.toLowerCase()
  }

  #unified(section: string): Section {
    const own = this.#sections.get(section)
    if (own === undefined && section !== DEFAULT) {
      throw fail('NoSectionError', `No section: ${reprText(section)}`)
    }
    return new Map([...this.#defaults, ...(own ?? [])])
  }

  #interpolate(section: string, option: string, value: string | null, values: Section): string | null {
    if (value === null) return null
    const parts: string[] = []
    this.#expand(section, option, value, values, parts, 1)
    return parts.join('')
  }

  #expand(section: string, option: string, text: string, values: Section, parts: string[], depth: number): void {
    const where = `option ${reprText(option)} in section ${reprText(section)} contains an interpolation key`
    const raw = reprText(values.get(option) ?? text)
    if (depth > MAX_DEPTH) {
      const text = `${where} which cannot be substituted in ${MAX_DEPTH} steps. Raw value: ${raw}`
      throw fail('InterpolationDepthError', `Recursion limit exceeded in value substitution: ${text}`)
    }
    let rest = text
    while (rest !== '') {
      const percent = rest.indexOf('%')
      if (percent < 0) {
        parts.push(rest)
        return
      }
      parts.push(rest.slice(0, percent))
      rest = rest.slice(percent)
      if (rest[1] === '%') {
        parts.push('%')
        rest = rest.slice(2)
        continue
      }
      if (rest[1] !== '(') {
        throw fail('InterpolationSyntaxError', `'%' must be followed by '%' or '(', found: ${reprText(rest)}`)
      }
      const match = REFERENCE.exec(rest)
      if (match === null) {
        throw fail('InterpolationSyntaxError', `bad interpolation variable reference ${reprText(rest)}`)
      }
      const name = this.#key(match[1] as string)
      const value = values.get(name)
      if (value === undefined) {
        const text = `${where} ${reprText(name)} which is not a valid option name. Raw value: ${raw}`
        throw fail('InterpolationMissingOptionError', `Bad value substitution: ${text}`)
      }
      rest = rest.slice(match[0].length)
      if (value === null) throw fail('TypeError', "argument of type 'NoneType' is not iterable")
      if (value.includes('%')) this.#expand(section, option, value, values, parts, depth + 1)
      else parts.push(value)
    }
  }
}

type Lines = Map<string, string[] | null>

/** One pass over a text: sections, keys, values that go on in indented lines. */
class Reader {
  readonly #lines = new Map<string, Lines>()
  readonly #bad: string[] = []
  #section: string | undefined
  #option: string | undefined
  #indent = 0

  constructor(
    readonly defaults: Section,
    readonly sections: Map<string, Section>,
    readonly options: ConfigParserOptions,
    readonly source: string,
  ) {}

  read(text: string): void {
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    lines.forEach((line, index) => {
      this.#line(line, index + 1)
    })
    for (const [name, options] of this.#lines) {
      const section = name === DEFAULT ? this.defaults : (this.sections.get(name) ?? new Map<string, string | null>())
      if (name !== DEFAULT) this.sections.set(name, section)
      for (const [key, values] of options) section.set(key, values === null ? null : stripEnd(values.join('\n')))
    }
    if (this.#bad.length > 0) {
      throw fail('ParsingError', `Source contains parsing errors: ${reprText(this.source)}${this.#bad.join('')}`)
    }
  }

  #line(line: string, number: number): void {
    const text = stripText(line)
    const isComment = text.startsWith('#') || text.startsWith(';')
    if (isComment || text === '') {
      if (!isComment) this.#continuation()?.push('')
      return
    }
    const indent = line.search(/\S/)
    const isContinued = this.#section !== undefined && this.#option !== undefined && indent > this.#indent
    if (isContinued) {
      const values = this.#continuation()
      if (values === undefined) throw fail('AttributeError', "'NoneType' object has no attribute 'append'")
      values.push(text)
      return
    }
    this.#indent = indent
    const header = HEADER.exec(text)?.[1]
    if (header !== undefined) this.#header(header, number)
    else if (this.#section === undefined) {
      const where = `file: ${reprText(this.source)}, line: ${number}\n${reprText(`${line}\n`)}`
      throw fail('MissingSectionHeaderError', `File contains no section headers.\n${where}`)
    } else this.#assignment(text, line, number)
  }

  /** Lines of the value that is being read; undefined when there is none. */
  #continuation(): string[] | undefined {
    if (this.#section === undefined || this.#option === undefined) return undefined
    return this.#lines.get(this.#section)?.get(this.#option) ?? undefined
  }

  #header(name: string, number: number): void {
    if (this.#lines.has(name) && name !== DEFAULT) {
      const where = `While reading from ${reprText(this.source)} [line ${String(number).padStart(2)}]`
      throw fail('DuplicateSectionError', `${where}: section ${reprText(name)} already exists`)
    }
    if (!this.#lines.has(name)) this.#lines.set(name, new Map())
    this.#section = name
    this.#option = undefined
  }

  #assignment(text: string, line: string, number: number): void {
    const match = (this.options.allowNoValue ? OPTION_WITHOUT_VALUE : OPTION).exec(text)
    const name = stripEnd(match?.[1] ?? '')
    if (match === null || name === '')
      this.#bad.push(`\n\t[line ${String(number).padStart(2)}]: ${reprText(`${line}\n`)}`)
    if (match === null) return
    const key = this.options.caseSensitive ? name : name.toLowerCase()
    const section = this.#section as string
    const options = this.#lines.get(section) as Lines
    if (options.has(key)) {
      const where = `While reading from ${reprText(this.source)} [line ${String(number).padStart(2)}]`
      const what = `option ${reprText(key)} in section ${reprText(section)} already exists`
      throw fail('DuplicateOptionError', `${where}: ${what}`)
    }
    const value = match[2]
    options.set(key, value === undefined ? null : [stripText(value)])
    this.#option = key
  }
}

const stripEnd = (text: string): string => stripText(`.${text}`).slice(1)
