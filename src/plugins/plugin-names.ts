// Which files may define a filter or test of a name. A file holds any number of them, and only Python knows for sure
// which; their text is searched here, so that Python starts only when it is likely to know the name.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What a file's text says about the names it defines. */
interface PluginFile {
  readonly path: string
  mayDefine(name: string): boolean
  quotes(name: string): boolean
  /** Nothing in it reads files, clocks, the environment or random numbers. */
  readonly isRepeatable: boolean
}

export class PluginNames {
  readonly #folders = new Map<string, readonly PluginFile[]>()

  /**
   * Files of the folders that may define the name, in order; a file name is taken once, from the first folder.
   * `isQuoted`: only files that have the name as a literal.
   */
  filesOf(folders: readonly string[], name: string, isQuoted = false): string[] {
    const seen = new Set<string>()
    const found: string[] = []
    for (const folder of folders)
      for (const file of this.#filesIn(folder)) {
        const base = basename(file.path)
        if (seen.has(base)) continue
        seen.add(base)
        if (isQuoted ? file.quotes(name) : file.mayDefine(name)) found.push(file.path)
      }
    return found
  }

  /** Whether the plugins of a file give the same result for the same arguments, as far as its text tells. */
  isRepeatable(path: string): boolean {
    return this.#filesIn(dirname(path)).find(file => file.path === path)?.isRepeatable ?? false
  }

  #filesIn(folder: string): readonly PluginFile[] {
    let files = this.#folders.get(folder)
    if (files === undefined) {
      files = pythonFiles(folder).map(path => readPluginFile(path))
      this.#folders.set(folder, files)
    }
    return files
  }
}

function pythonFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.py') && name !== '__init__.py')
      .sort()
      .map(name => join(folder, name))
  } catch {
    return []
  }
}

function readPluginFile(path: string): PluginFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { path, mayDefine: () => false, quotes: () => false, isRepeatable: false }
  }
  const quotes = (name: string) => text.includes(`'${name}'`) || text.includes(`"${name}"`)
  return { path, mayDefine: definitions(text, quotes), quotes, isRepeatable: !CHANGING.test(text) }
}

/** Signs of a result that may differ next time. */
const CHANGING =
  /\bopen(?:_url)?\(|\burlopen\b|\brequests\.|\bsocket\b|\bsubprocess\b|\bos\.(?:environ|getenv|popen|system|listdir|scandir|walk|stat)\b|\bos\.path\.(?:exists|is|get|l)|\bPath\(|\bglob\b|\btime\.|\b(?:now|utcnow|today|fromtimestamp)\(|\brandom\b|\bsecrets\b|\buuid\b/

function definitions(text: string, quotes: (name: string) => boolean): (name: string) => boolean {
  const plain = plainNames(text)
  if (plain !== undefined) return name => plain.has(name)
  if (isDynamic(text)) return () => true
  return name => quotes(name) || hasKeyword(text, name)
}

const METHOD = /^([ \t]+)def (?:filters|tests)\s*\([^)]*\)[^:\n]*:[ \t]*\n((?:\1[ \t]+.*\n|[ \t]*\n)*)/gm

/** The names, where the methods do nothing but return dicts with literal keys; undefined where they do more. */
function plainNames(text: string): Set<string> | undefined {
  const names = new Set<string>()
  let methods = 0
  for (const [, , body = ''] of `${text}\n`.matchAll(METHOD)) {
    methods++
    const dict = /^\s*(?:(?:'''|""")[\s\S]*?(?:'''|""")\s*)?return\s*\{([^{}]*)\}\s*$/.exec(withoutComments(body))
    if (dict === null) return undefined
    for (const entry of (dict[1] as string).split(',')) {
      if (entry.trim() === '') continue
      const key = /^\s*(['"])([^'"\\]*)\1\s*:\s*[\w.]+\s*$/.exec(entry)
      if (key === null) return undefined
      names.add(key[2] as string)
    }
  }
  return methods > 0 ? names : undefined
}

const withoutComments = (body: string): string => body.replace(/^\s*#.*$/gm, '').replace(/(?<=[,{}])[ \t]*#.*$/gm, '')

/** Names may come from anywhere. */
function isDynamic(text: string): boolean {
  if (/\b__name__\b(?!\s*==)|\bglobals\(|\bgetmembers\b|\bvars\(|\bdir\(|\bimport \*/.test(text)) return true
  // What the method gives is imported.
  const given = /def (?:filters|tests)\s*\([^)]*\)[^:\n]*:[\s\S]*?return\s+([A-Za-z_]\w*)/.exec(text)?.[1]
  return given !== undefined && new RegExp(`^\\s*(?:from\\s.*\\bimport\\b.*|import\\s.*)\\b${given}\\b`, 'm').test(text)
}

const hasKeyword = (text: string, name: string): boolean =>
  /^[A-Za-z_]\w*$/.test(name) && new RegExp(`[(,]\\s*${name}\\s*=[^=]`).test(text)
