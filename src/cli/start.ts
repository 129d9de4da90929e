// What the commands in bin load: runs the bundled program beside it with the machine code V8 made of it in an earlier run.
// Compiling the program's functions anew is a third of what a short run costs. Only time depends on it: V8 refuses code
// of another version or with other flags, and the program's own content is part of the key.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, Script } from 'node:vm'
import { DiskCache } from '../collections/disk-cache.js'

type Program = { main(argv: readonly string[]): Promise<void> }

const SECTION = 'program'

/** Runs one command line; see main.ts. */
export async function main(argv: readonly string[]): Promise<void> {
  const file = fileURLToPath(new URL('./program.cjs', import.meta.url))
  const text = readFileSync(file, 'utf8')
  const cache = new DiskCache()
  const key = [createHash('sha1').update(text).digest('hex'), file, process.version, process.arch].join('\0')
  const cachedData = cache.readOwn(SECTION, key)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
    filename: file,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const module: { exports: unknown } = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
  await (module.exports as Program).main(argv)
  const isNew = cachedData === undefined || script.cachedDataRejected === true
  // A run that went through has used most of the program.
  if (isNew && argv[0] === 'run' && process.exitCode === 0) cache.write(SECTION, key, script.createCachedData())
}
