// YAML texts put together at random, from a seed: most are odd, many are broken.
const FRAGMENTS = [
  'a',
  ' ',
  '  ',
  '\n',
  '\n  ',
  '\n- ',
  '- ',
  ': ',
  ':',
  '? ',
  '[',
  ']',
  '{',
  '}',
  ', ',
  ' # note',
  '"',
  "'",
  '|\n  ',
  '>-\n  ',
  '&x ',
  '*x ',
  '!!str ',
  '!unsafe ',
  '%',
  '---\n',
  '...\n',
  '\t',
  '\\n',
  '<<: ',
  '12',
  '1.5',
  'yes',
  '~',
  '2001-01-01',
  'é',
  '😀',
  '\r\n',
  '"a b"',
  "'x'",
  '{{ x }}',
  'key: value',
  '\nkey: value',
  '\n  key: value',
]

/** `count` texts; the same seed gives the same texts. */
export function generateTexts(count: number, seed: number): string[] {
  let state = seed
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % limit
  }
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + below(14) }, () => FRAGMENTS[below(FRAGMENTS.length)]).join(''),
  )
}
