// Text to values: JSON first, then YAML, as Ansible's from_yaml (parsing/utils/yaml.py of 2.14), with its error texts.
import { ParserError, type Position } from '../errors.js'
import { jsonLoads, PyError, wrapUnsafe } from '../python/index.js'
import { Dict, isText, textOf, type Value, VaultText } from '../python/values.js'
import { VaultSecrets } from '../vault/index.js'
import { Constructor } from './constructor.js'
import { withPosition } from './describe-position.js'
import { type ProblemKind, YamlProblem } from './marks.js'
import { readAll, readSingle } from './read-nodes.js'

export interface LoadYamlOptions {
  /** Secrets for !vault values; without them a vault value fails when it is used. */
  readonly vault?: VaultSecrets | undefined
  /** What happens to duplicate keys; default 'warn'. */
  readonly duplicateKeys?: 'warn' | 'error' | 'ignore' | undefined
  readonly warn?: ((message: string) => void) | undefined
  /** False when the text was decrypted: errors then do not quote the file's lines. */
  readonly showContent?: boolean | undefined
  /** Only JSON is accepted (inventory scripts). */
  readonly jsonOnly?: boolean | undefined
}

/** What may be JSON; anything else is not tried as such. */
const JSON_START = /^[ \t\n\r]*(?:[{["\d]|-[\dI]|true|false|null|NaN|Infinity)/

/** The value of one document, null for an empty text. Throws ParserError with Ansible's text. */
export function loadYaml(text: string, file = '<string>', options: LoadYamlOptions = {}): Value {
  if (JSON_START.test(text) || options.jsonOnly === true) {
    const value = tryJson(text, options)
    if (value !== undefined) return value
  }
  try {
    const root = readSingle(text)
    return root === undefined ? null : construct(file, options).document(root)
  } catch (error) {
    if (error instanceof YamlProblem) throw syntaxError(error, text, file, options)
    throw error
  }
}

/** The values of all documents of a stream; YAML only. */
export function loadYamlAll(text: string, file = '<string>', options: LoadYamlOptions = {}): Value[] {
  const values: Value[] = []
  try {
    for (const root of readAll(text)) values.push(root === undefined ? null : construct(file, options).document(root))
  } catch (error) {
    if (error instanceof YamlProblem) throw syntaxError(error, text, file, options)
    throw error
  }
  return values
}

/** A document that PyYAML's safe loader refuses; `pyType` and the message are those of its exception. */
export class YamlError extends Error {
  constructor(
    readonly pyType: ProblemKind,
    message: string,
  ) {
    super(message)
    this.name = pyType
  }
}

/** yaml.safe_load of a text: neither !vault nor !unsafe. Throws YamlError. */
export function loadYamlSafe(text: string): Value {
  return plainly(() => {
    const root = readSingle(text)
    return root === undefined ? null : plainConstructor().document(root)
  })
}

/** yaml.safe_load_all of a text. Throws YamlError. */
export function loadYamlSafeAll(text: string): Value[] {
  return plainly(() => readAll(text).map(root => (root === undefined ? null : plainConstructor().document(root))))
}

function plainly<T>(load: () => T): T {
  try {
    return load()
  } catch (error) {
    if (error instanceof YamlProblem) throw new YamlError(error.kind, error.message)
    throw error
  }
}

function plainConstructor(): Constructor {
  return new Constructor({ file: '<string>', decrypt: text => text, plain: true, duplicateKeys: 'ignore', warn() {} })
}

function construct(file: string, options: LoadYamlOptions): Constructor {
  return new Constructor({
    file,
    decrypt: decryptWith(options),
    duplicateKeys: options.duplicateKeys ?? 'warn',
    warn: options.warn ?? (() => {}),
  })
}

function decryptWith(options: LoadYamlOptions): (envelope: string, position?: Position) => string {
  const { showContent } = options
  return (envelope, position) =>
    (options.vault ?? new VaultSecrets()).decryptText(envelope, undefined, message =>
      withPosition(message, position, { showContent }),
    )
}

function tryJson(text: string, options: LoadYamlOptions): Value | undefined {
  try {
    const value = jsonLoads(text)
    return text.includes('"__ansible_') ? reviveJson(value, decryptWith(options)) : value
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    if (options.jsonOnly === true) throw new ParserError(`${error.message}. ${error.message}`)
    return undefined
  }
}

/** Vault and unsafe values inside JSON, as AnsibleJSONDecoder (parsing/ajson.py). */
function reviveJson(value: Value, decrypt: (envelope: string) => string): Value {
  if (Array.isArray(value)) return value.map(item => reviveJson(item, decrypt))
  if (!(value instanceof Dict)) return value
  for (const [key, item] of value.entries()) value.set(key, reviveJson(item, decrypt))
  for (const [key, item] of value.entries()) {
    if (key === '__ansible_vault' && isText(item)) return new VaultText(textOf(item), decrypt)
    if (key === '__ansible_unsafe') return wrapUnsafe(item)
  }
  return value
}

function syntaxError(problem: YamlProblem, text: string, file: string, options: LoadYamlOptions): ParserError {
  const { mark } = problem
  const position: Position | undefined =
    mark === undefined ? undefined : { file, line: mark.line + 1, column: mark.column + 1 }
  const reason = mark === undefined ? '' : problem.problem
  const message =
    'We were unable to read either as JSON nor YAML, these are the errors we got from each:\n' +
    `JSON: ${jsonProblem(text)}\n\nSyntax Error while loading YAML.\n  ${reason}`
  const full =
    position === undefined
      ? `${message}. ${problem.problem}`
      : withPosition(message, position, { showContent: options.showContent })
  return new ParserError(full, { position, cause: problem })
}

function jsonProblem(text: string): string {
  try {
    jsonLoads(text)
    return ''
  } catch (error) {
    if (error instanceof PyError) return error.message
    throw error
  }
}
