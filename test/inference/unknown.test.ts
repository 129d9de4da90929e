// Texts of which only a part is known yet.
import { expect, it } from 'vitest'
import { partlyKnown, UNKNOWN } from '../../src/inference/index.js'

const known: Readonly<Record<string, string>> = { '{{ folder }}': '/etc/shop', "{{ '}}' ~ x }}": 'braces' }
const told = (text: string) => partlyKnown(text, expression => known[expression]).replaceAll(UNKNOWN, '?')

it.each([
  ['no templates', 'no templates'],
  ['{{ folder }}/{{ later }}.conf', '/etc/shop/?.conf'],
  ["{{ folder }}/{{ '}}' ~ x }}", '/etc/shop/braces'],
  ['{{ folder }}/{% if later %}a{% endif %}{{ folder }}', '/etc/shop/?'],
  ['{{ later }}', '?'],
])('%s', (text, expected) => {
  expect(told(text)).toBe(expected)
})
