// HTML-safe text: what markupsafe does for Jinja2's filters (escape, Markup, striptags, unescape).

import { Markup, splitText, str, Text, textOf, UnsafeText, type Value } from '../../../python/index.js'
import { Undefined } from '../../undefined.js'
import { softStr } from '../conversions.js'
import { unescapeHtml } from './html-unescape.js'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '>': '&gt;',
  '<': '&lt;',
  "'": '&#39;',
  '"': '&#34;',
}

/** hasattr(value, '__html__'): Ansible's undefined values answer to any attribute. */
export const hasHtml = (value: Value): boolean => value instanceof Markup || value instanceof Undefined

/** escape(value): Markup stays as it is. */
export function escapeHtml(value: Value): Markup {
  if (value instanceof Markup) return value
  return new Markup(escapeText(str(value)))
}

export const escapeText = (text: string): string => text.replace(/[&<>'"]/g, char => ENTITIES[char] as string)

/** str(value) where unsafe text stays unsafe, as AnsibleUnsafeText.__str__ returns itself. */
export function strKeepingUnsafe(value: Value): string | UnsafeText {
  if (typeof value === 'string' || value instanceof UnsafeText) return value
  return value instanceof Text ? value.value : str(value)
}

/** Markup(value).striptags(): comments and tags go, white space is squeezed, entities become characters. */
export function stripTags(value: Value): string {
  const text = textOf(softStr(value))
    .replace(/<!--.*?-->/gs, '')
    .replace(/<.*?>/gs, '')
  return unescapeHtml(splitText(text).join(' '))
}
