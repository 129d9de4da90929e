import { describe, expect, it } from 'vitest'
import { removeOmitted } from '../../src/engine/module-defaults.js'
import { toJs } from '../../src/python/index.js'
import { Dict } from '../../src/python/values.js'

const OMIT = '__omit_place_holder__1'

describe('omit', () => {
  it('takes arguments and suboptions out, also those in lists of mappings', () => {
    const args = Dict.of({
      a: OMIT,
      b: Dict.of({ c: OMIT, d: 1 }),
      e: [Dict.of({ f: OMIT, g: 2 }), 'x'],
    })
    expect(toJs(removeOmitted(args, OMIT))).toEqual({ b: { d: 1 }, e: [{ g: 2 }, 'x'] })
  })
  it('leaves list items alone, as Ansible does', () => {
    expect(toJs(removeOmitted(Dict.of({ a: [OMIT] }), OMIT))).toEqual({ a: [OMIT] })
  })
  it('does not change values that others may share', () => {
    const shared = Dict.of({ c: OMIT })
    removeOmitted(Dict.of({ b: shared }), OMIT)
    expect(shared.has('c')).toBe(true)
  })
})
