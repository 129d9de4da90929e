// The methods of str. Text that must stay unsafe (or Markup) stays so wherever AnsibleUnsafeText of
// ansible 2.14 (or markupsafe 2.1) wraps the result.

import {
  bindNames,
  type Method,
  type MethodTable,
  named,
  noArguments,
  oneArgument,
  positional,
  variadic,
} from './callable.js'
import { encodeText } from './codecs.js'
import { iterate } from './containers.js'
import { escapeHtml } from './markup.js'
import { intOf } from './numbers.js'
import { PyError } from './py-error.js'
import { typeName } from './repr.js'
import { formatMap, formatText } from './str-format.js'
import { clampRange, hasSurrogates, rewrapText, sliceText, textLength } from './text.js'
import {
  capitalizeText,
  casefoldText,
  centerText,
  checkFill,
  isLowerText,
  isTitleText,
  isUpperText,
  padText,
  swapCaseText,
  titleText,
  zeroFill,
} from './text-case.js'
import {
  isAlnumText,
  isAlphaText,
  isAsciiText,
  isDecimalText,
  isDigitText,
  isIdentifierText,
  isNumericText,
  isPrintableText,
} from './text-classes.js'
import {
  expandTabs,
  isSpaceText,
  partitionText,
  replaceText,
  type StripSide,
  splitLines,
  splitText,
  splitTextFromEnd,
  stripText,
} from './text-split.js'
import { makeTranslation, translateText } from './text-translate.js'
import {
  type Dict,
  isText,
  Markup,
  PyBytes,
  type Text,
  Tuple,
  textOf,
  UnsafeBytes,
  UnsafeText,
  type Value,
} from './values.js'

type Str = string | Text

/** `text: str` arguments; anything else is a TypeError. `where`: what its message begins with, and a space. */
function text(value: Value | undefined, where: string): string {
  if (value !== undefined && isText(value)) return textOf(value)
  throw new PyError('TypeError', `${where}must be str, not ${typeName(value ?? null)}`)
}

function textOrNone(value: Value, message: string): string {
  if (isText(value)) return textOf(value)
  throw new PyError('TypeError', message)
}

/** `count: int` arguments; bool counts as int, None does not. */
function count(value: Value | undefined, fallback: number): number {
  if (value === undefined) return fallback
  const number = intOf(value)
  if (number !== undefined) return Number(number)
  throw new PyError('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
}

/** Text that joins `self`: into Markup it goes escaped. */
const joining = (self: Str, value: Value | undefined, where: string): string =>
  self instanceof Markup && value !== undefined && isText(value) ? escapeHtml(value) : text(value, where)

const changed = (change: (plain: string) => string): Method<Str> =>
  noArguments(self => rewrapText(self, change(textOf(self))))

const question = (answer: (plain: string) => boolean): Method<Str> => noArguments(self => answer(textOf(self)))

const wrapAll = (self: Str, parts: readonly string[]): Value[] =>
  typeof self === 'string' ? [...parts] : parts.map(part => rewrapText(self, part))

function stripping(side: StripSide): Method<Str> {
  return positional(0, 1, (self, [characters]) => {
    const set =
      characters === undefined || characters === null ? null : textOrNone(characters, 'strip arg must be None or str')
    return rewrapText(self, stripText(textOf(self), set, side))
  })
}

function splitting(split: (plain: string, separator: string | null, maxSplit: number) => string[]): Method<Str> {
  return named(['sep', 'maxsplit'], 0, (self, separator, maxSplit) => {
    const by =
      separator === undefined || separator === null
        ? null
        : textOrNone(separator, `must be str or None, not ${typeName(separator)}`)
    return wrapAll(self, split(textOf(self), by, count(maxSplit, -1)))
  })
}

function fillCharacter(self: Str, fill: Value): string {
  if (isText(fill)) return checkFill(joining(self, fill, ''))
  throw new PyError('TypeError', `The fill character must be a unicode character, not ${typeName(fill)}`)
}

function padding(pad: (plain: string, width: number, fill: string) => string): Method<Str> {
  return positional(1, 2, (self, [width, fill]) => {
    const character = fill === undefined ? ' ' : fillCharacter(self, fill)
    return rewrapText(self, pad(textOf(self), count(width, 0), character))
  })
}

function partitioning(fromEnd: boolean): Method<Str> {
  return oneArgument((self, separator) => {
    const parts = partitionText(textOf(self), text(separator, ''), fromEnd)
    return new Tuple(wrapAll(self, parts))
  })
}

/** Part of the text that find and its kin look at, and where it begins in code points. */
function window(
  self: Str,
  start: Value | undefined,
  end: Value | undefined,
): { part: string; from: number; valid: boolean } {
  const plain = textOf(self)
  if (start === undefined && end === undefined) return { part: plain, from: 0, valid: true }
  const length = textLength(plain)
  const bound = (value: Value | undefined, fallback: number): number =>
    value === undefined || value === null ? fallback : count(value, fallback)
  const [from, to] = clampRange(length, bound(start, 0), bound(end, length))
  return { part: sliceText(plain, from, to), from, valid: from <= to }
}

function finding(backwards: boolean, mustFind: boolean): Method<Str> {
  return positional(1, 3, (self, [wanted, start, end]) => {
    const needle = text(wanted, '')
    const { part, from, valid } = window(self, start, end)
    const at = !valid ? -1 : backwards ? part.lastIndexOf(needle) : part.indexOf(needle)
    if (at >= 0) return from + (hasSurrogates(part) ? textLength(part.slice(0, at)) : at)
    if (mustFind) throw new PyError('ValueError', 'substring not found')
    return -1
  })
}

function edging(name: 'startswith' | 'endswith'): Method<Str> {
  return positional(1, 3, (self, [wanted, start, end]) => {
    const { part, valid } = window(self, start, end)
    const matches = (affix: Value): boolean => {
      if (!isText(affix)) {
        const type = typeName(affix)
        throw new PyError(
          'TypeError',
          wanted instanceof Tuple
            ? `tuple for ${name} must only contain str, not ${type}`
            : `${name} first arg must be str or a tuple of str, not ${type}`,
        )
      }
      const plain = textOf(affix)
      return valid && (name === 'startswith' ? part.startsWith(plain) : part.endsWith(plain))
    }
    return wanted instanceof Tuple ? wanted.items.some(matches) : matches(wanted as Value)
  })
}

function countOccurrences(self: Str, args: Value[]): Value {
  const needle = text(args[0], '')
  const { part, valid } = window(self, args[1], args[2])
  if (!valid) return 0
  return needle === '' ? textLength(part) + 1 : part.split(needle).length - 1
}

/** `separator.join(items)`; TypeError "sequence item 0: expected str instance, int found". */
export function joinText(separator: Value, items: Iterable<Value>): Value {
  const self = separator as Str
  const pieces: string[] = []
  for (const item of items) {
    if (isText(item)) pieces.push(self instanceof Markup ? escapeHtml(item) : textOf(item))
    else if (self instanceof Markup) pieces.push(escapeHtml(item))
    else
      throw new PyError('TypeError', `sequence item ${pieces.length}: expected str instance, ${typeName(item)} found`)
  }
  return rewrapText(self, pieces.join(textOf(self)))
}

function join(self: Str, items: Value): Value {
  try {
    return joinText(self, iterate(items))
  } catch (error) {
    if (error instanceof PyError && error.message.endsWith('object is not iterable'))
      throw new PyError('TypeError', 'can only join an iterable')
    throw error
  }
}

const replace: Method<Str> = variadic((self, args, kwargs) => {
  if (args.length < 2 || args.length > 3 || kwargs.size > 0)
    throw new PyError('TypeError', `replace expected at least 2 arguments, got ${args.length}`)
  const old = joining(self, args[0], 'replace() argument 1 ')
  const replacement = joining(self, args[1], 'replace() argument 2 ')
  return rewrapText(self, replaceText(textOf(self), old, replacement, count(args[2], -1)))
})

const format: Method<Str> = variadic((self, args, kwargs) => {
  if (!(self instanceof Markup)) return rewrapText(self, formatText(textOf(self), args, kwargs))
  const safe = (value: Value): Value => (isText(value) ? escapeHtml(value) : value)
  const named = new Map(Array.from(kwargs, ([key, value]) => [key, safe(value)] as const))
  return new Markup(formatText(self.value, args.map(safe), named))
})

const encode: Method<Str> = variadic((self, args, kwargs) => {
  const [encoding, errors] = bindNames('encode', ['encoding', 'errors'], 0, args, kwargs)
  const bytes = encodeText(
    textOf(self),
    encoding === undefined ? 'utf-8' : text(encoding, "encode() argument 'encoding' "),
    errors === undefined ? 'strict' : text(errors, "encode() argument 'errors' "),
  )
  return self instanceof UnsafeText ? new UnsafeBytes(bytes) : new PyBytes(bytes)
})

function affix(name: string, remove: (plain: string, part: string) => string): Method<Str> {
  return oneArgument((self, part) => {
    if (part === null) throw new PyError('TypeError', `${name}() argument must be str, not None`)
    return rewrapText(self, remove(textOf(self), text(part, `${name}() argument `)))
  })
}

export const STR_METHODS: MethodTable<Str> = new Map<string, Method<Str>>([
  ['upper', changed(plain => plain.toUpperCase())],
  ['lower', changed(plain => plain.toLowerCase())],
  ['title', changed(titleText)],
  ['capitalize', changed(capitalizeText)],
  ['swapcase', changed(swapCaseText)],
  ['casefold', changed(casefoldText)],
  ['strip', stripping('both')],
  ['lstrip', stripping('start')],
  ['rstrip', stripping('end')],
  ['split', splitting(splitText)],
  ['rsplit', splitting(splitTextFromEnd)],
  [
    'splitlines',
    named(['keepends'], 0, (self, keepEnds) => wrapAll(self, splitLines(textOf(self), count(keepEnds, 0) !== 0))),
  ],
  ['partition', partitioning(false)],
  ['rpartition', partitioning(true)],
  ['join', oneArgument(join)],
  ['replace', replace],
  ['find', finding(false, false)],
  ['rfind', finding(true, false)],
  ['index', finding(false, true)],
  ['rindex', finding(true, true)],
  ['count', positional(1, 3, countOccurrences)],
  ['startswith', edging('startswith')],
  ['endswith', edging('endswith')],
  ['removeprefix', affix('removeprefix', (plain, part) => (plain.startsWith(part) ? plain.slice(part.length) : plain))],
  [
    'removesuffix',
    affix('removesuffix', (plain, part) =>
      part !== '' && plain.endsWith(part) ? plain.slice(0, plain.length - part.length) : plain,
    ),
  ],
  ['center', padding(centerText)],
  ['ljust', padding((plain, width, fill) => padText(plain, width, 'end', fill))],
  ['rjust', padding((plain, width, fill) => padText(plain, width, 'start', fill))],
  ['zfill', oneArgument((self, width) => rewrapText(self, zeroFill(textOf(self), count(width, 0))))],
  ['expandtabs', named(['tabsize'], 0, (self, size) => rewrapText(self, expandTabs(textOf(self), count(size, 8))))],
  ['format', format],
  ['format_map', oneArgument((self, mapping) => rewrapText(self, formatMap(textOf(self), mapping)))],
  ['encode', encode],
  ['translate', oneArgument((self, table) => rewrapText(self, translateText(textOf(self), table)))],
  ['maketrans', positional(1, 3, (_, args): Dict => makeTranslation(args))],
  ['isalpha', question(isAlphaText)],
  ['isalnum', question(isAlnumText)],
  ['isascii', question(isAsciiText)],
  ['isdecimal', question(isDecimalText)],
  ['isdigit', question(isDigitText)],
  ['isnumeric', question(isNumericText)],
  ['isidentifier', question(isIdentifierText)],
  ['islower', question(isLowerText)],
  ['isupper', question(isUpperText)],
  ['istitle', question(isTitleText)],
  ['isspace', question(isSpaceText)],
  ['isprintable', question(isPrintableText)],
])
