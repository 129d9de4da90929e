// Errors in playbooks: Ansible's message, then where it is and the offending line.
// Mirrors ansible/errors/__init__.py AnsibleError.message (2.14).

import { MadansibleError, ParserError, type Position } from '../errors.js'
import { Dict, type Value } from '../python/values.js'
import { positionOf, withPosition } from '../yaml/index.js'

export interface PlaybookErrorDetails {
  /** What the error is about: something read from YAML, or a position. */
  readonly at?: Value | Position | undefined
  readonly cause?: unknown
  /** Names the position, but not in the text. */
  readonly short?: boolean
}

/** AnsibleAssertionError: data of the wrong shape; callers that know what they were loading catch it and say so. */
export class MalformedDataError extends MadansibleError {
  override readonly code = 'MADANSIBLE_MALFORMED'
}

/** Position of a Value read from YAML, or the position itself. */
export function positionFor(at: Value | Position | undefined): Position | undefined {
  if (at === undefined || at === null || typeof at !== 'object') return undefined
  if (at instanceof Dict || Array.isArray(at)) return positionOf(at as Dict | Value[])
  return 'line' in at && 'file' in at ? at : undefined
}

function build(message: string, details: PlaybookErrorDetails): [string, { position?: Position; cause?: unknown }] {
  const position = positionFor(details.at)
  let text = message
  if (position !== undefined && !details.short) text = withPosition(message, position)
  else if (position === undefined && details.cause instanceof Error) text = `${message}. ${details.cause.message}`
  return [
    text,
    {
      ...(position === undefined ? {} : { position }),
      ...(details.cause === undefined ? {} : { cause: details.cause }),
    },
  ]
}

/** AnsibleParserError: ends with exit code 4. */
export function parserError(message: string, details: PlaybookErrorDetails = {}): ParserError {
  return new ParserError(...build(message, details))
}

/** AnsibleError: ends with exit code 1. */
export function playbookError(message: string, details: PlaybookErrorDetails = {}): MadansibleError {
  return new MadansibleError(...build(message, details))
}

/** AnsibleAssertionError. */
export function malformed(message: string): MalformedDataError {
  return new MalformedDataError(message)
}

/** Runs `load`; data of the wrong shape becomes a parser error with this message. */
export function explainMalformed<T>(
  message: string | ((cause: MalformedDataError) => string),
  at: Value | Position | undefined,
  load: () => T,
): T {
  try {
    return load()
  } catch (error) {
    if (!(error instanceof MalformedDataError)) throw error
    throw parserError(typeof message === 'string' ? message : message(error), { at, cause: error })
  }
}
