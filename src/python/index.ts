// Python's behaviour for the values of values.ts: what templates, filters and results rely on.
// Mirrors CPython 3.11. Everything that other rooms may use is exported here.

export {
  absolute,
  add,
  div,
  floordiv,
  isNumber,
  mod,
  mul,
  neg,
  pos,
  pow,
  round,
  setOperation,
  sub,
} from './arithmetic.js'
export { getAttribute } from './attributes.js'
export { BoundMethod, bindNames, Callable, type CallableBody, NO_KWARGS } from './callable.js'
export { callValue, isCallable } from './calls.js'
export {
  type DecodeErrors,
  decodeBytes,
  decodeUtf8,
  type EncodeErrors,
  encodeText,
  encodeUtf8,
} from './codecs.js'
export { updateDict } from './container-methods.js'
export { contains, isIterable, iterate, len, listOf, truth } from './containers.js'
export { fromJs, toFloat, toInt, toJs } from './convert.js'
export { type CryptAlgorithm, cryptHash } from './crypt.js'
export { dateTimeFromTimestamp, dateTimeNow, isoFormat, PyTime, PyTimeZone } from './datetime.js'
export { equals, isHashable, isIdentical, requireHashable } from './equality.js'
export { binaryLog, decimalLog, naturalLog, power } from './float-math.js'
export { fnmatch, fnmatchRegex } from './fnmatch.js'
export { formatValue } from './format-spec.js'
export { getItem, getSlice, requireItem, setItem } from './items.js'
export { type JsonDumpOptions, jsonDumps } from './json-dumps.js'
export { jsonLoads } from './json-loads.js'
export { requireFitting } from './limits.js'
export { type LiteralOptions, literalEval } from './literal-eval.js'
export { escapeHtml } from './markup.js'
export { type Int, int, intOf, numberOf } from './numbers.js'
export { type CompareOperator, compare, type SortOptions, sortValues } from './ordering.js'
export { pep440Version } from './pep440.js'
export { percentFormat } from './percent-format.js'
export { listenToSteps } from './progress.js'
export { isPyError, PyError, type PyErrorType } from './py-error.js'
export { Random } from './random.js'
export { ELLIPSIS, PyComplex } from './rare-values.js'
export { compileRegex, escapeRegex, type Regex, type RegexFlags, type RegexMatch } from './regex/regex.js'
export { ascii, escapeCodePoint, floatRepr, repr, reprText, str, typeLabel, typeName } from './repr.js'
export { combineSets, DictView, type DictViewKind, PyIterator, PyRange, PySlice } from './sequences.js'
export { type ShlexOptions, shlexQuote, shlexSplit } from './shlex.js'
export { formatMap, formatText } from './str-format.js'
export { joinText } from './str-methods.js'
export { formatDate, localTime, strftime, type TimeFields, utcTime } from './strftime.js'
export { strptime } from './strptime.js'
export { characterAt, codePoints, compareText, rewrapText, sliceText, textLength } from './text.js'
export {
  capitalizeText,
  casefoldText,
  centerText,
  isLowerText,
  isTitleText,
  isUpperText,
  padText,
  swapCaseText,
  titleText,
  zeroFill,
} from './text-case.js'
export {
  isAlnumText,
  isAlphaText,
  isAsciiText,
  isDecimalText,
  isDigitText,
  isIdentifierText,
  isNumericText,
  isPrintableText,
} from './text-classes.js'
export {
  expandTabs,
  isSpaceText,
  partitionText,
  replaceText,
  splitLines,
  splitText,
  splitTextFromEnd,
  stripText,
} from './text-split.js'
export { PyTimeDelta } from './timedelta.js'
export { PyType } from './type-value.js'
export { holdsUnsafe, unwrapUnsafe, wrapUnsafe } from './unsafe.js'
export * from './values.js'
export { looseVersion, semanticVersion, strictVersion, type Version } from './versions.js'
