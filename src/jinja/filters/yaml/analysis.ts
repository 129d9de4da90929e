// Which styles a scalar can be written in (libyaml's yaml_emitter_analyze_scalar).

import { isBlankOrEnd, isBreak, isPrintable } from './characters.js'

export interface ScalarAnalysis {
  readonly multiline: boolean
  readonly flowPlain: boolean
  readonly blockPlain: boolean
  readonly singleQuoted: boolean
  readonly block: boolean
}

const EMPTY: ScalarAnalysis = { multiline: false, flowPlain: false, blockPlain: true, singleQuoted: true, block: false }

const FIRST_INDICATORS = new Set([...'#,[]{}&*!|>\'"%@`'].map(char => char.charCodeAt(0)))
const INNER_FLOW_INDICATORS = new Set([...',?[]{}'].map(char => char.charCodeAt(0)))
const SPACE = 0x20
const COLON = 0x3a
const QUESTION = 0x3f
const DASH = 0x2d
const HASH = 0x23

/** `unicode`: characters beyond ASCII may stand unescaped. */
export function analyzeScalar(codes: readonly number[], unicode: boolean): ScalarAnalysis {
  if (codes.length === 0) return EMPTY
  const indicators = findIndicators(codes)
  const special = codes.some(code => !isPrintable(code) || (code > 0x7f && !unicode))
  const spaces = findSpaces(codes)
  const outerBlank = spaces.leadingSpace || spaces.leadingBreak || spaces.trailingSpace || spaces.trailingBreak
  const quotedOnly = spaces.spaceBreak || special
  const noPlain = outerBlank || spaces.breakSpace || quotedOnly || spaces.lineBreaks
  return {
    multiline: spaces.lineBreaks,
    flowPlain: !noPlain && !indicators.flow,
    blockPlain: !noPlain && !indicators.block,
    singleQuoted: !spaces.breakSpace && !quotedOnly,
    block: !spaces.trailingSpace && !quotedOnly,
  }
}

function findIndicators(codes: readonly number[]): { flow: boolean; block: boolean } {
  const start = String.fromCodePoint(...codes.slice(0, 3))
  let block = start === '---' || start === '...'
  let flow = block
  codes.forEach((code, index) => {
    const blankFollows = isBlankOrEnd(codes[index + 1])
    if (index === 0) {
      if (FIRST_INDICATORS.has(code)) flow = block = true
      if (code === QUESTION || code === COLON) {
        flow = true
        if (blankFollows) block = true
      }
      if (code === DASH && blankFollows) flow = block = true
      return
    }
    if (INNER_FLOW_INDICATORS.has(code)) flow = true
    if (code === COLON) {
      flow = true
      if (blankFollows) block = true
    }
    if (code === HASH && isBlankOrEnd(codes[index - 1])) flow = block = true
  })
  return { flow, block }
}

function findSpaces(codes: readonly number[]) {
  const last = codes.length - 1
  const found = {
    lineBreaks: false,
    leadingSpace: codes[0] === SPACE,
    leadingBreak: isBreak(codes[0] as number),
    trailingSpace: codes[last] === SPACE,
    trailingBreak: isBreak(codes[last] as number),
    breakSpace: false,
    spaceBreak: false,
  }
  codes.forEach((code, index) => {
    const previous = index === 0 ? -1 : (codes[index - 1] as number)
    if (code === SPACE) {
      if (isBreak(previous)) found.breakSpace = true
    } else if (isBreak(code)) {
      found.lineBreaks = true
      if (previous === SPACE) found.spaceBreak = true
    }
  })
  return found
}
