import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { DiskCache } from '../../src/collections/index.js'
import { findAnsible } from '../../src/modules/index.js'
import { temporaryDirectory } from './support.js'

const ENTRY = resolve('src/cli/main.ts')

it('an ansible-playbook that is a wrapper around this program is asked once, and does not ask itself again', () => {
  const folder = temporaryDirectory()
  const calls = join(folder, 'calls')
  const wrapper = join(folder, 'ansible-playbook')
  const program = `import('${ENTRY}').then(({ main }) => main(process.argv.slice(1)))`
  writeFileSync(
    wrapper,
    `#!/bin/sh\necho call >> ${calls}\nexec ${process.execPath} --import tsx -e "${program}" run "$@"\n`,
  )
  chmodSync(wrapper, 0o755)
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, XDG_CACHE_HOME: join(folder, 'cache') }
  const cache = new DiskCache(temporaryDirectory())
  const first = findAnsible({ env, cache })
  expect(first.version).toMatch(/^2\.\d+\.\d+/)
  expect(findAnsible({ env, cache })).toEqual(first)
  expect(readFileSync(calls, 'utf8')).toBe('call\n')
})

it('an ansible-playbook that leads to this program is not asked', () => {
  const folder = temporaryDirectory()
  const program = process.argv[1]
  process.argv[1] = join(folder, 'madansible')
  try {
    writeFileSync(process.argv[1], '#!/usr/bin/env node\n')
    const wrapper = join(folder, 'wrapper', 'ansible-playbook')
    const link = join(folder, 'link', 'ansible-playbook')
    for (const path of [wrapper, link]) mkdirSync(dirname(path))
    writeFileSync(wrapper, `#!/bin/sh\necho call >> ${folder}/calls\nexec ${process.argv[1]} run "$@"\n`, {
      mode: 0o755,
    })
    chmodSync(process.argv[1], 0o755)
    symlinkSync(process.argv[1], link)
    for (const path of [wrapper, link]) {
      const env = { ...process.env, PATH: `${dirname(path)}:${process.env.PATH}` }
      expect(findAnsible({ env, cache: new DiskCache(temporaryDirectory()) }).version).toMatch(/^2\.\d+/)
    }
    expect(existsSync(join(folder, 'calls'))).toBe(false)
  } finally {
    process.argv[1] = program as string
  }
})
