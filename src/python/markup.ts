// HTML escaping as markupsafe does it.

import { str } from './repr.js'
import { Markup, type Value } from './values.js'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }

/** markupsafe.escape: Markup stays as it is, everything else is str() with its special characters escaped. */
export function escapeHtml(value: Value): string {
  if (value instanceof Markup) return value.value
  return str(value).replace(/[&<>"']/g, character => ENTITIES[character] as string)
}
