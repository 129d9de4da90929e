// The start of the program with V8's code of an earlier run: the same answers with it, without it and with a broken one.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'

let scratch: string
const kept = () => (existsSync(join(scratch, 'cache', 'program')) ? readdirSync(join(scratch, 'cache', 'program')) : [])
const program = (word: string) =>
  `exports.main = async argv => { console.log('${word}', argv.join(' '), require('node:path').basename(__filename)); process.exitCode = argv.includes('bad') ? 1 : 0 }`
const start = (...argv: string[]) => {
  const run = spawnSync(process.execPath, ['bin.mjs', ...argv], {
    cwd: scratch,
    encoding: 'utf8',
    env: { ...process.env, MADANSIBLE_CACHE_DIR: join(scratch, 'cache') },
  })
  return run.stderr + run.stdout
}

beforeAll(() => {
  scratch = join(mkdtempSync(join(tmpdir(), 'start-')), 'bin')
  mkdirSync(scratch)
  buildSync({
    entryPoints: [fileURLToPath(new URL('../../src/cli/start.ts', import.meta.url))],
    outfile: join(scratch, 'start.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
  writeFileSync(join(scratch, 'bin.mjs'), "import { main } from './start.mjs'\nawait main(process.argv.slice(2))\n")
})
afterAll(() => rmSync(dirname(scratch), { recursive: true, force: true }))

it('keeps the code of a run that went through, and answers the same with it', () => {
  writeFileSync(join(scratch, 'program.cjs'), program('one'))
  expect(start('--version')).toBe('one --version program.cjs\n')
  expect(start('run', 'bad')).toBe('one run bad program.cjs\n')
  expect(kept()).toEqual([])
  expect(start('run', 'x')).toBe('one run x program.cjs\n')
  const [name] = kept()
  const file = join(scratch, 'cache', 'program', name!)
  const code = readFileSync(file)
  expect(start('run', 'y')).toBe('one run y program.cjs\n')
  writeFileSync(file, 'damaged')
  expect(start('run', 'z')).toBe('one run z program.cjs\n')
  expect(readFileSync(file).length).toBe(code.length)
})

it('never runs the code of another program of the same length, nor a file others can write', () => {
  writeFileSync(join(scratch, 'program.cjs'), program('one'))
  start('run')
  writeFileSync(join(scratch, 'program.cjs'), program('two'))
  expect(start('run')).toBe('two run program.cjs\n')
  expect(kept()).toHaveLength(2)
  for (const name of kept()) chmodSync(join(scratch, 'cache', 'program', name), 0o666)
  start('run')
  // The one that was not read has been made anew.
  const modes = kept().map(name => statSync(join(scratch, 'cache', 'program', name)).mode & 0o777)
  expect(modes.sort()).toEqual([0o600, 0o666])
})

it('begins with the code that the build has put beside the program, unless others can write it', () => {
  rmSync(join(scratch, 'cache'), { recursive: true })
  writeFileSync(join(scratch, 'program.cjs'), program('built'))
  start('run')
  const [name] = kept()
  const built = join(scratch, '..', 'cache')
  renameSync(join(scratch, 'cache'), built)
  expect(start('run', 'x')).toBe('built run x program.cjs\n')
  expect(kept()).toEqual([])
  chmodSync(join(built, 'program', name!), 0o666)
  expect(start('run', 'y')).toBe('built run y program.cjs\n')
  expect(kept()).toEqual([name])
})
