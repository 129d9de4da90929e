// Splits a command line into simple commands when nothing in it can do more than run them: no substitution, no variables,
// no output into files. What cannot be split surely is not split at all.

import { UNKNOWN } from '../unknown.js'

export interface SimpleCommand {
  /** Name without its directory. */
  readonly program: string
  /** As written, with its directory. */
  readonly path: string
  readonly args: readonly string[]
}

/** Redirections that write nothing. */
const HARMLESS_REDIRECTION =
  /^(?:[012]?>>?\s*\/dev\/null|&>\s*\/dev\/null|[012]?>&[012-]|<\s*\/dev\/null)(?=\s|$|[|;&])/

/** Commands of a shell line, joined by | && || ; or newlines. Undefined for anything else. */
export function splitShell(text: string): readonly SimpleCommand[] | undefined {
  if (text.includes(UNKNOWN)) return undefined
  const commands: SimpleCommand[] = []
  let words: string[] = []
  let word: string | undefined
  const endWord = () => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  const endCommand = (): boolean => {
    endWord()
    if (words.length === 0) return false
    const command = simple(words)
    words = []
    if (command === undefined) return false
    commands.push(command)
    return true
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string
    const rest = text.slice(at)
    const redirection = word === undefined || /^\d$/.test(word) ? HARMLESS_REDIRECTION.exec(rest) : null
    if (redirection !== null) {
      word = undefined
      at += redirection[0].length - 1
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1)
      if (end < 0) return undefined
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (character === '"') {
      const quoted = /^"([^"\\$`]*)"/.exec(rest)
      if (quoted === null) return undefined
      word = (word ?? '') + quoted[1]
      at += quoted[0].length - 1
    } else if (character === ' ' || character === '\t') endWord()
    else if (character === '\n' || character === ';') {
      if (!endCommand() && words.length > 0) return undefined
      if (words.length > 0) return undefined
    } else if (character === '|' || rest.startsWith('&&')) {
      if (rest.startsWith('|&')) return undefined
      if (!endCommand()) return undefined
      if (rest.startsWith('||') || rest.startsWith('&&')) at++
    } else if (/[$`\\<>&(){}!#]/.test(character)) return undefined
    else word = (word ?? '') + character
  }
  endWord()
  if (words.length > 0 && !endCommand()) return undefined
  return commands.length === 0 ? undefined : commands
}

/** The command of a list of arguments, as `command` runs it. */
export function simple(words: readonly string[]): SimpleCommand | undefined {
  const [path, ...args] = words
  if (path === undefined || path === '' || path.includes(UNKNOWN) || path.includes('=')) return undefined
  return { path, program: path.slice(path.lastIndexOf('/') + 1), args }
}
