// Finds the import statements of Python source without a Python: which names are imported, and whether the
// statement stands at the top level of the file. Strings, comments, brackets and continuation lines are honoured.
// Gives what ModuleDepFinder (lib/ansible/executor/module_common.py, 2.14) sees in the syntax tree.

export interface ImportStatement {
  /** `import a.b, c`: names is ['a.b', 'c']. `from ..m import x, y`: level 2, module 'm', names ['x', 'y']. */
  readonly kind: 'import' | 'from'
  readonly level: number
  readonly module: string
  readonly names: readonly string[]
  /** False inside functions, classes, try, if and so on. */
  readonly isTopLevel: boolean
}

const COMPOUND = new Set('if for while try with def class else elif except finally async match case'.split(' '))
const WORD = /[A-Za-z_\u0080-\u00ff][A-Za-z0-9_\u0080-\u00ff]*/y
const STRING_PREFIX = /^(?:[rRbBuUfF]|[bB][rR]|[rR][bB]|[fF][rR]|[rR][fF])$/

/** All import statements of a source in order. `source` may be any byte-preserving decoding (latin1). */
export function scanImports(source: string): ImportStatement[] {
  return new ImportScanner(source).scan()
}

class ImportScanner {
  readonly #found: ImportStatement[] = []
  #position = 0
  #depth = 0
  /** The logical line is indented, or a compound statement's colon was passed on it. */
  #isNested = false
  #startsCompound = false
  #atStatementStart = true

  constructor(private readonly source: string) {}

  scan(): ImportStatement[] {
    if (this.source.charCodeAt(0) === 0xfeff) this.#position = 1
    else if (this.source.startsWith('\u00ef\u00bb\u00bf')) this.#position = 3
    this.#beginLine()
    while (this.#position < this.source.length) this.#token()
    return this.#found
  }

  #token(): void {
    const source = this.source
    const code = source.charCodeAt(this.#position)
    if (code === 0x0a) {
      this.#position++
      if (this.#depth === 0) this.#beginLine()
    } else if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0c) this.#position++
    else if (code === 0x23) this.#skipComment()
    else if (code === 0x22 || code === 0x27) this.#skipString()
    else if (code === 0x5c) this.#position += source.charCodeAt(this.#position + 1) === 0x0d ? 3 : 2
    else if (isWordStart(code)) this.#word()
    else this.#punctuation(code)
  }

  #punctuation(code: number): void {
    this.#position++
    if (code === 0x28 || code === 0x5b || code === 0x7b) this.#depth++
    else if (code === 0x29 || code === 0x5d || code === 0x7d) this.#depth = Math.max(0, this.#depth - 1)
    else if (this.#depth === 0 && code === 0x3b) {
      this.#atStatementStart = true
      return
    } else if (this.#depth === 0 && code === 0x3a) {
      if (this.#startsCompound) this.#isNested = true
      this.#atStatementStart = true
      return
    }
    this.#atStatementStart = false
  }

  #word(): void {
    WORD.lastIndex = this.#position
    const word = (WORD.exec(this.source) as RegExpExecArray)[0]
    const start = this.#position
    this.#position += word.length
    const next = this.source.charCodeAt(this.#position)
    if ((next === 0x22 || next === 0x27) && STRING_PREFIX.test(word)) {
      this.#skipString()
      return
    }
    if (!this.#atStatementStart) return
    this.#atStatementStart = false
    if (this.#depth > 0) return
    if (word === 'import' || word === 'from') this.#statement(word)
    else if (COMPOUND.has(word) && this.#isLineStart(start)) this.#startsCompound = true
  }

  /** Whether only indentation stands before an offset on its line. */
  #isLineStart(offset: number): boolean {
    return this.source.slice(this.source.lastIndexOf('\n', offset - 1) + 1, offset).trim() === ''
  }

  #statement(kind: 'import' | 'from'): void {
    const text = this.#restOfStatement()
    const isTopLevel = !this.#isNested
    if (kind === 'import') {
      const names = splitNames(text)
      if (names.length > 0) this.#found.push({ kind, level: 0, module: '', names, isTopLevel })
      return
    }
    const match = /^\s*([.\s]*)([^\s(]*?)\s*\bimport\b\s*([\s\S]*)$/.exec(text)
    if (match === null) return
    const [, dots = '', module = '', list = ''] = match
    const names = splitNames(list.replace(/^\(|\)\s*$/g, ''))
    if (names.length > 0) this.#found.push({ kind, level: dots.replace(/\s/g, '').length, module, names, isTopLevel })
  }

  /** Text up to the end of the simple statement, without comments, line breaks as spaces. */
  #restOfStatement(): string {
    const source = this.source
    let text = ''
    let depth = 0
    for (; this.#position < source.length; this.#position++) {
      const char = source[this.#position] as string
      if (char === '#') {
        this.#skipComment()
        this.#position--
      } else if (char === '\\') {
        this.#position += source[this.#position + 1] === '\r' ? 2 : 1
        text += ' '
      } else if (char === '\n' || char === ';') {
        if (depth === 0) break
        text += ' '
      } else {
        if (char === '(') depth++
        else if (char === ')') depth--
        text += char
      }
    }
    return text
  }

  /** Skips blank and comment lines, then notes whether the logical line that follows is indented. */
  #beginLine(): void {
    const source = this.source
    for (;;) {
      const start = this.#position
      let code = source.charCodeAt(this.#position)
      while (code === 0x20 || code === 0x09 || code === 0x0c) code = source.charCodeAt(++this.#position)
      if (code === 0x23) {
        this.#skipComment()
        code = source.charCodeAt(this.#position)
      }
      if (code === 0x0d && source.charCodeAt(this.#position + 1) === 0x0a) code = source.charCodeAt(++this.#position)
      if (code === 0x0a) {
        this.#position++
        continue
      }
      const indentation = source.slice(start, this.#position)
      this.#isNested = indentation.slice(indentation.lastIndexOf('\f') + 1) !== ''
      this.#startsCompound = false
      this.#atStatementStart = true
      return
    }
  }

  #skipComment(): void {
    const end = this.source.indexOf('\n', this.#position)
    this.#position = end < 0 ? this.source.length : end
  }

  #skipString(): void {
    const source = this.source
    const quote = source[this.#position] as string
    this.#atStatementStart = false
    if (source.startsWith(quote.repeat(3), this.#position)) {
      const fence = quote.repeat(3)
      let end = this.#position + 3
      for (;;) {
        end = source.indexOf(fence, end)
        if (end < 0) {
          this.#position = source.length
          return
        }
        if (!isEscaped(source, end, this.#position + 3)) break
        end++
      }
      this.#position = end + 3
      return
    }
    let position = this.#position + 1
    for (; position < source.length; position++) {
      const char = source[position]
      if (char === '\\') position++
      else if (char === quote || char === '\n') break
    }
    this.#position = source[position] === '\n' ? position : position + 1
  }
}

function isWordStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80
}

function isEscaped(source: string, position: number, from: number): boolean {
  let backslashes = 0
  while (position - 1 - backslashes >= from && source.charCodeAt(position - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}

/** `a . b as c, d` → ['a.b', 'd'] */
function splitNames(list: string): string[] {
  return list
    .split(',')
    .map(name => (name.trim().split(/\s+as\s+/)[0] as string).replace(/\s+/g, ''))
    .filter(name => name !== '')
}
