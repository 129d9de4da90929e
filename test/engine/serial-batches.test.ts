import { describe, expect, it } from 'vitest'
import { serialBatches } from '../../src/engine/serial-batches.js'

const hosts = Array.from({ length: 10 }, (_, index) => index)
const sizes = (...serial: (number | string)[]) => serialBatches(hosts, serial).map(batch => batch.length)

describe('serial', () => {
  it('is one batch when no size is given', () => {
    expect(sizes()).toEqual([10])
  })
  it('repeats the last size until no host is left', () => {
    expect(sizes(3)).toEqual([3, 3, 3, 1])
    expect(sizes(1, 2, 4)).toEqual([1, 2, 4, 3])
  })
  it('takes percentages of all hosts, at least one', () => {
    expect(sizes('25%')).toEqual([2, 2, 2, 2, 2])
    expect(sizes('1%', '50%')).toEqual([1, 5, 4])
  })
  it('takes everything that is left for zero and negative sizes', () => {
    expect(sizes(2, 0)).toEqual([2, 8])
    expect(sizes(-1)).toEqual([10])
  })
  it('accepts numbers written as text', () => {
    expect(sizes('4')).toEqual([4, 4, 2])
  })
  it('keeps the order of the hosts', () => {
    expect(serialBatches(hosts, [4]).flat()).toEqual(hosts)
  })
  it('has no batch for no hosts', () => {
    expect(serialBatches([], [2])).toEqual([])
  })
})
