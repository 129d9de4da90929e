// YAML texts that are pleasant to read and mean the same to every YAML 1.1 reader: block style, flow style where a part
// fits on a line, quotes where a scalar could be taken for something else.

/** Pairs in their order (undefined values and empty pair lists are left out), or a scalar, or a plain value. */
export type Tree = string | number | { readonly plain: unknown } | readonly (readonly [string, Tree | undefined])[]

const WIDTH = 110
const INDENT = 2

/** A document: a mapping. Ends with a line break. */
export function writeYaml(pairs: readonly (readonly [string, Tree | undefined])[]): string {
  const lines: string[] = []
  for (const [key, tree] of pairs) if (tree !== undefined) writePair(key, plainOf(tree), 0, lines, true)
  return `${lines.join('\n')}\n`
}

/** Mappings as Maps, so that keys keep their order whatever they are. */
function plainOf(tree: Tree): unknown {
  if (typeof tree === 'string' || typeof tree === 'number') return tree
  if (!Array.isArray(tree)) return mapsOf((tree as { readonly plain: unknown }).plain)
  const map = new Map<string, unknown>()
  for (const [key, value] of tree as readonly (readonly [string, Tree | undefined])[]) {
    const plain = value === undefined ? undefined : plainOf(value)
    const isEmptySection = plain instanceof Map && plain.size === 0 && Array.isArray(value)
    if (plain !== undefined && !isEmptySection) map.set(key, plain)
  }
  return map
}

function mapsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapsOf)
  if (typeof value !== 'object' || value === null) return value
  return new Map(Object.entries(value).map(([key, item]) => [key, mapsOf(item)]))
}

/** @param isSection a key of the document: always in block style */
function writePair(key: string, value: unknown, depth: number, lines: string[], isSection = false): void {
  const start = `${' '.repeat(depth)}${scalar(key)}:`
  if (isSection && value instanceof Map) {
    if (value.size === 0) return
    lines.push(start)
    for (const [name, item] of value) writePair(name, item, depth + INDENT, lines)
    return
  }
  const literal = typeof value === 'string' ? literalLines(value) : undefined
  if (literal !== undefined) {
    lines.push(
      `${start} ${literal.mark}`,
      ...literal.lines.map(line => (line === '' ? '' : `${' '.repeat(depth + INDENT)}${line}`)),
    )
    return
  }
  const inFlow = `${start} ${flow(value)}`
  const isCollection = Array.isArray(value) || value instanceof Map
  if (!isCollection || (inFlow.length <= WIDTH && !hasLongParts(value))) {
    lines.push(inFlow)
    return
  }
  lines.push(start)
  writeBlock(value, depth + INDENT, lines)
}

function writeBlock(value: readonly unknown[] | ReadonlyMap<unknown, unknown>, depth: number, lines: string[]): void {
  if (Array.isArray(value)) {
    for (const item of value) lines.push(`${' '.repeat(depth)}- ${flow(item)}`)
  } else {
    for (const [key, item] of value as ReadonlyMap<string, unknown>) writePair(key, item, depth, lines)
  }
}

/** Texts of several lines, and mappings of mappings with several keys, read better on lines of their own. */
function hasLongParts(value: unknown): boolean {
  if (typeof value === 'string') return literalLines(value) !== undefined
  if (Array.isArray(value)) return value.some(hasLongParts)
  if (!(value instanceof Map)) return false
  return [...value.values()].some(item => hasLongParts(item) || (item instanceof Map && item.size > 3))
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (value instanceof Map) return `{${[...value].map(([key, item]) => `${scalar(key)}: ${flow(item)}`).join(', ')}}`
  return scalar(value)
}

/** A literal block for a text of several lines that such a block can hold. */
function literalLines(text: string): { readonly mark: string; readonly lines: readonly string[] } | undefined {
  if (!/^[^\s][^\n]*\n/.test(text) || !/^(?:[\x20-\x7e\u00a1-\u1fff]*\n)*[\x20-\x7e\u00a1-\u1fff]*$/.test(text))
    return undefined
  const isEnded = text.endsWith('\n')
  const body = isEnded ? text.slice(0, -1) : text
  if (body.endsWith('\n') || !body.includes('\n') || / (\n|$)/.test(body)) return undefined
  return { mark: isEnded ? '|' : '|-', lines: body.split('\n') }
}

/** Texts that other YAML 1.1 readers take for booleans or nothing. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+=-]+)*$/

function scalar(value: unknown): string {
  if (typeof value === 'number') return numeral(value)
  if (typeof value !== 'string') return String(value)
  if (PLAIN.test(value) && !RESERVED.test(value)) return value
  // A JSON text is a double-quoted YAML scalar but for characters YAML does not print.
  return JSON.stringify(value).replace(/[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g, escaped)
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** YAML 1.1 knows exponents only with a dot and a sign. */
function numeral(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : String(value)
  const match = /^(-?\d+)(\.\d+)?e([+-])(\d+)$/.exec(text)
  return match === null ? text : `${match[1]}${match[2] ?? '.0'}e${match[3]}${match[4]}`
}
