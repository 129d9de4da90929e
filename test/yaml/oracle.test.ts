import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Composer } from '../../src/yaml/libyaml/composer.js'
import { outcomeOf } from './canonical.js'
import { generateTexts } from './generate.js'
import { ansibleOutcomes, differences, type Text } from './oracle.js'

const named = (texts: readonly string[]): Text[] => texts.map(text => ({ text, file: 'f' }))
const ours = (texts: readonly Text[]) => texts.map(({ text, file }) => outcomeOf(text, file))

const CASES = [
  // scalars
  'a: yes\nb: No\nc: ON\nd: off\ne: y\nf: n\ng: True',
  'a: 012\nb: 08\nc: 0x_f\nd: 0b101\ne: 1_000\nf: 1:30\ng: -0\nh: +12\ni: 12345678901234567890',
  'a: 1.\nb: .5\nc: -.5\nd: 1e3\ne: 1.5e+3\nf: .inf\ng: -.INF\nh: .NaN\ni: 12:30:45.5\nj: 685_230.15',
  'a: ~\nb:\nc: null\nd: Null\ne: nULL',
  'a: 2001-12-14\nb: 2001-12-14t21:59:43.10-05:00\nc: 2001-12-14 21:59:43\nd: 2001-1-1\ne: 2001-12-14 21:59:43 Z',
  '!!binary aGVsbG8=',
  '!!int "3"',
  '!!float 3',
  '!!str 12',
  '!!str',
  '! 12',
  '!',
  // strings
  'a: |\n  x\n   y\n\nb: >\n  x\n  y\n\n  z\nc: >-\n  x\n   y\n  z\n\n\nd: |+\n  x\n\n',
  'a: |\n x',
  'a: |2\n   x',
  '"a\\tb \\x41 \\u00e9 \\U0001F600 \\\n   c"',
  "'it''s\n  folded'",
  'a: b #c\nb: b#c\nc: "b"#c',
  '\ufeffa: b',
  'x: 1\x85y: 2',
  '😀: *b',
  // collections
  '{a: 1, b: [c, {d: e}], f}',
  '["a": b, c: d]',
  '[?a]',
  '- -\n- x',
  '- - - a',
  'a:\n- b\n- c\nd: e',
  '2: a\n1: b\n10: c',
  '1: a\n1.0: b\ntrue: c\n"1": d',
  '? a\n: b\n? c',
  'a: &x {b: *x}',
  '&a [*a]',
  '- &a x\n- *a\n- &b [1]\n- *b',
  '&operation:\n  a: b',
  // merges, sets, ordered maps
  'a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3',
  'a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {<<: [*x, *y], s: 4}',
  '<<: x',
  '- <<',
  'a: =',
  '!!set {a, b}',
  '!!omap [{a: 1}, {b: 2}]',
  '!!pairs [{a: 1}, {a: 2}]',
  // tags of Ansible
  'a: !unsafe "{{ x }}"\nb: !unsafe [a, {b: c}]\nc: !unsafe {d: e}',
  'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132',
  'a: !vault-encrypted x',
  // errors
  'a: b: c',
  'a: !foo b',
  '- a\nb: c',
  'a: [b',
  'a: {b',
  'a: "b',
  "a: 'b' c",
  '- "a" b',
  '\ta: b',
  'a:\n\tb: c',
  'a: @b',
  'a: |\n\tb',
  'a\n---\nb',
  'a: b\n...\nc: d',
  '{{ foo }}',
  'a: {{ foo }}',
  'a: {{ foo }}/x',
  'key: - a',
  'a: *x',
  '- &a 1\n- &a 2',
  '? {a: b}\n: c',
  'a: \x01',
  'x: !e!foo bar',
  '!!map [a]',
  '!!omap [a]',
  'a: &x 1\\nb: *x',
  'a: b\n\t\nc: d',
  '-\ta',
]

describe('the YAML reader and Ansible', () => {
  it('agree on scalars, collections, tags, positions, warnings and errors', () => {
    const texts = named(CASES)
    const expected = ansibleOutcomes(texts)
    const actual = ours(texts)
    for (const index of differences(expected, actual)) expect(actual[index], CASES[index]).toEqual(expected[index])
  })

  it('agree on texts made at random wherever Ansible accepts them', () => {
    const texts = named(generateTexts(4000, 7))
    const expected = ansibleOutcomes(texts)
    const different = differences(expected, ours(texts)).filter(index => 'value' in (expected[index] ?? {}))
    expect(different.map(index => texts[index]?.text)).toEqual([])
    expect(expected.filter(outcome => 'value' in outcome).length).toBeGreaterThan(1000)
  })

  it('agree on every YAML file of Ansible and the installed collections', () => {
    // The collections are a package of their own.
    const roots = [
      '/usr/lib/python3/dist-packages/ansible',
      '/usr/lib/python3/dist-packages/ansible_collections/community',
    ].filter(root => existsSync(root))
    const find = ['-xdev', '-name', '*.y*ml', '-size', '-200k']
    const files = execFileSync('find', [...roots, ...find], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
    const texts = files.slice(0, 800).map(file => ({ text: readFileSync(file, 'utf8'), file }))
    const different = differences(ansibleOutcomes(texts), ours(texts))
    expect(different.map(index => texts[index]?.file)).toEqual([])
    expect(texts.length).toBeGreaterThan(100)
  })
})

describe('the grammar that words errors', () => {
  it('gives the same values, words and places as libyaml, for good and broken texts', () => {
    const texts = named([...CASES, ...generateTexts(4000, 11)])
    const expected = ansibleOutcomes(texts)
    const actual = texts.map(({ text, file }) => outcomeOf(text, file, whole => new Composer(whole).single()))
    const different = differences(expected, actual).filter(index => !texts[index]?.text.includes('\x01'))
    expect(different.map(index => [texts[index]?.text, expected[index], actual[index]])).toEqual([])
  })
})
