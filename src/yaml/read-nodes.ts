// The trees of nodes of a YAML text. js-yaml reads; where it cannot, libyaml's grammar says why in Ansible's words, or
// reads what js-yaml does not know (YAML 1.1's other line breaks).
import { YAMLException } from 'js-yaml'
import { readDocuments } from './js-yaml-reader.js'
import { findForbidden } from './libyaml/characters.js'
import { Composer } from './libyaml/composer.js'
import { YamlProblem } from './marks.js'
import type { Node } from './nodes.js'

/**
 * What js-yaml 4 reads differently without a complaint. Some texts match without need, which does no harm:
 * - line breaks of YAML 1.1, and byte order marks inside of the text,
 * - blanks at the very end,
 * - `- -` with nothing behind,
 * - `?` inside [] and {},
 * - `---` with text right behind,
 * - a tag or anchor on a line of its own before a block scalar, and an escaped line break before an empty line,
 * - tabs at the start of a line or behind `-`, `?` and `:`,
 * - a mapping that begins behind a tag or anchor in the line of its key,
 * - anchors and aliases with other characters than letters, digits, `-` and `_`.
 */
const BEYOND_JS_YAML = new RegExp(
  [
    /[\x85\u2028\u2029]|(?!^)\ufeff/,
    /[\r\n][ \t]+$/,
    /-[ \t]+-[ \t]*(?:#.*)?(?:[\r\n]|$)/,
    /[,[{]\s*\?/,
    /(?:^|[\r\n])---[^\s]/,
    /[!&]\S*[ \t]*[\r\n]\s*[|>]/,
    /(?:^|[\r\n]) *\t|[-?:]\t/,
    /:[ \t]+[!&]\S*[ \t][^\r\n]*:(?:\s|$)/,
    /\\(?:\r\n?|\n)[ \t]*[\r\n]/,
    /(?:^|[\s,[{])[&*][\w-]+[^\s\w,\]}[{-]/,
  ]
    .map(part => part.source)
    .join('|'),
)

/** The only document, undefined for an empty text. Throws YamlProblem. */
export function readSingle(text: string): Node | undefined {
  const documents = tryJsYaml(text)
  return documents === undefined || documents.length > 1 ? new Composer(text).single() : documents[0]
}

/** All documents of a stream. Throws YamlProblem. */
export function readAll(text: string): (Node | undefined)[] {
  const documents = tryJsYaml(text)
  if (documents !== undefined) return documents
  const composer = new Composer(text)
  const nodes: Node[] = []
  for (let node = composer.next(); node !== undefined; node = composer.next()) nodes.push(node)
  return nodes
}

/** Undefined when js-yaml refuses the text. */
function tryJsYaml(text: string): (Node | undefined)[] | undefined {
  const forbidden = findForbidden(text)
  if (forbidden !== undefined) throw forbiddenCharacter(text, forbidden)
  if (BEYOND_JS_YAML.test(text)) return undefined
  try {
    return readDocuments(text)
  } catch (error) {
    if (error instanceof YAMLException) return undefined
    throw error
  }
}

function forbiddenCharacter(text: string, forbidden: { readonly index: number; readonly code: number }): YamlProblem {
  const offset = Buffer.byteLength(text.slice(0, forbidden.index))
  const code = forbidden.code.toString(16).padStart(4, '0')
  const problem = `unacceptable character #x${code}: control characters are not allowed`
  return new YamlProblem('ReaderError', `${problem}\n  in "<unicode string>", position ${offset}`, undefined)
}
