// Everything that generated code may call, under the names it uses.

import { Markup, NO_KWARGS, PyError, Tuple, type Value } from '../../python/index.js'
import { unknownPlugin } from '../errors.js'
import { LenientUndefined, Undefined } from '../undefined.js'
import { extendedTwice, requireBlock, selfReference, superBlock } from './blocks.js'
import type { OutputBuffer } from './buffer.js'
import type { RenderContext } from './context.js'
import { tick } from './deadline.js'
import { unroll } from './finalize.js'
import { LoopContext } from './loop-context.js'
import { escapedIf, Macro } from './macro.js'
import { requireNamespace, setNamespace } from './namespace.js'
import * as operations from './operations.js'

export const LIBRARY = {
  ...operations,
  LoopContext,
  Macro,
  NO_KWARGS,
  Tuple,
  tick,
  unroll,
  selfReference,
  superBlock,
  requireBlock,
  extendedTwice,
  requireNamespace,
  setNamespace,
  /** The value of a name; an Undefined when it has none. */
  known: (value: Value | undefined, name: string): Value => (value === undefined ? new Undefined({ name }) : value),
  /** The value of `a if b` when b does not hold. */
  noElse: (position: string): Value =>
    new LenientUndefined({
      hint: `the inline if-expression on ${position} evaluated to false and no else section was defined.`,
    }),
  /** A name that Python code lacks. */
  notDefined: (name: string): never => {
    throw new PyError('NameError', `name '${name}' is not defined`)
  },
  /** A filter or test that nobody has. */
  noPlugin: (name: string): never => {
    throw unknownPlugin(name, 'rendering')
  },
  /** A macro parameter that was not given and has no default. */
  notProvided: (name: string): Value => new Undefined({ hint: `parameter '${name}' was not provided`, name }),
  /** Template text as a value. */
  data: (c: RenderContext, text: string): Value => escapedIf(c.autoescape, text),
  /** The text of a set block. */
  escapedText: (c: RenderContext, value: Value): Value => escapedIf(c.autoescape, value),
  /** The text of a filter block or a run of a recursive loop. */
  blockText: (c: RenderContext, buffer: OutputBuffer): Value => {
    const text = buffer.finish()
    return c.autoescape && !(text instanceof Markup) ? escapedIf(true, text) : text
  },
}

export const LIBRARY_NAMES: readonly string[] = Object.keys(LIBRARY)
