import { describe, expect, it } from 'vitest'
import { callbackResult, registeredResult, withoutInternalKeys } from '../../src/engine/clean-result.js'
import { toJs } from '../../src/python/index.js'
import { Dict, type Value } from '../../src/python/values.js'

const nested = (value: Value) => Dict.of({ list: [Dict.of({ _ansible_x: 1, kept: value })], _ansible_parsed: true })

describe('internal keys', () => {
  it('are removed at any depth', () => {
    expect(toJs(withoutInternalKeys(nested('v')))).toEqual({ list: [{ kept: 'v' }] })
  })
  it('do not cost a copy when there are none', () => {
    const clean = Dict.of({ a: [1, 2, Dict.of({ b: 'c' })] })
    expect(withoutInternalKeys(clean)).toBe(clean)
  })
  it('leave the original alone', () => {
    const original = nested('v')
    withoutInternalKeys(original)
    expect(original.has('_ansible_parsed')).toBe(true)
  })
})

describe('a registered result', () => {
  it('has neither internal keys nor the invocation', () => {
    const result = Dict.of({ changed: true, invocation: Dict.of({}), _ansible_no_log: false, rc: 0 })
    expect(toJs(registeredResult(result))).toEqual({ changed: true, rc: 0 })
  })
})

describe('a result for callbacks', () => {
  const result = Dict.of({
    failed: true,
    skipped: false,
    changed: true,
    attempts: 2,
    stdout: 'secret',
    invocation: Dict.of({ a: 1 }),
    _ansible_no_log: false,
    _ansible_item_label: 'label',
    _ansible_delegated_vars: Dict.of({ ansible_host: 'h', ansible_password: 'secret', ansible_user: null }),
  })
  it('keeps what callbacks need of the internal keys', () => {
    expect(toJs(callbackResult(result, { isDebug: false, noLog: false }))).toEqual({
      changed: true,
      attempts: 2,
      stdout: 'secret',
      invocation: { a: 1 },
      _ansible_no_log: false,
      _ansible_item_label: 'label',
      _ansible_delegated_vars: { ansible_host: 'h', ansible_user: null },
    })
  })
  it('is censored for no_log', () => {
    expect(toJs(callbackResult(result, { isDebug: false, noLog: true }))).toEqual({
      censored: "the output has been hidden due to the fact that 'no_log: true' was specified for this result",
      attempts: 2,
      changed: true,
      _ansible_delegated_vars: { ansible_host: 'h', ansible_user: null },
    })
  })
  it('has no invocation for debug', () => {
    expect(callbackResult(result, { isDebug: true, noLog: false }).has('invocation')).toBe(false)
  })
})
