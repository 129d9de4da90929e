// %YAML and %TAG lines.

import type { Mark } from '../marks.js'
import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './characters.js'
import { scanTagHandle, scanTagUri } from './scan-tag.js'
import type { Scanner } from './scanner.js'
import type { Token } from './tokens.js'

const CONTEXT = 'while scanning a directive'
const VERSION_CONTEXT = 'while scanning a %YAML directive'
const TAG_CONTEXT = 'while scanning a %TAG directive'

export function scanDirective(s: Scanner): Token {
  const mark = s.mark()
  s.skip()
  const start = s.position
  while (isWord(s.at())) s.skip()
  if (s.position === start) s.fail('could not find expected directive name', CONTEXT, mark)
  if (!isBlankOrEnd(s.at())) s.fail('found unexpected non-alphabetical character', CONTEXT, mark)
  const name = s.text.slice(start, s.position)
  let token: Token
  if (name === 'YAML') {
    token = { type: 'version-directive', ...mark, value: scanVersion(s, mark), handle: '', plain: false }
  } else if (name === 'TAG') token = { type: 'tag-directive', ...mark, ...scanTagDirective(s, mark), plain: false }
  else s.fail('found unknown directive name', CONTEXT, mark)
  while (isBlank(s.at())) s.skip()
  if (s.at() === 0x23) while (!isBreakOrEnd(s.at())) s.skip()
  if (!isBreakOrEnd(s.at())) s.fail('did not find expected comment or line break', CONTEXT, mark)
  s.readLine()
  return token
}

function scanVersion(s: Scanner, mark: Mark): string {
  while (isBlank(s.at())) s.skip()
  const major = scanVersionNumber(s, mark)
  if (s.at() !== 0x2e) s.fail("did not find expected digit or '.' character", VERSION_CONTEXT, mark)
  s.skip()
  return `${major}.${scanVersionNumber(s, mark)}`
}

function scanVersionNumber(s: Scanner, mark: Mark): number {
  const start = s.position
  while (isDigit(s.at())) {
    if (s.position - start === 9) s.fail('found extremely long version number', VERSION_CONTEXT, mark)
    s.skip()
  }
  if (s.position === start) s.fail('did not find expected version number', VERSION_CONTEXT, mark)
  return Number(s.text.slice(start, s.position))
}

function scanTagDirective(s: Scanner, mark: Mark): { handle: string; value: string } {
  while (isBlank(s.at())) s.skip()
  const handle = scanTagHandle(s, true, mark)
  if (!isBlank(s.at())) s.fail('did not find expected whitespace', TAG_CONTEXT, mark)
  while (isBlank(s.at())) s.skip()
  const value = scanTagUri(s, '', true, mark, 'while parsing a %TAG directive')
  if (!isBlankOrEnd(s.at())) s.fail('did not find expected whitespace or line break', TAG_CONTEXT, mark)
  return { handle, value }
}
