// `npm run build`: checks the types, then bundles src/cli/main.ts into dist/bin/program.cjs, which
// dist/bin/madansible.js (src/cli/start.ts) runs, makes the page of reports, and puts the Python files that travel with
// the program into dist/bin/python. One file starts twice as fast as five hundred
// (docs/decisions/0004-build.md).
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ensureNpmPackages, must, root } from './setup.js'

ensureNpmPackages()
must('npx', ['tsc', '--noEmit', '-p', 'tsconfig.json'])
must('npx', ['tsc', '--noEmit', '-p', 'src/report/page/tsconfig.json'])
await bundle()
const { buildPage } = await import('./build-page.js')
await buildPage()
copyPythonFiles()

async function bundle() {
  const { build } = await import('esbuild')
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    legalComments: 'eof',
    logLevel: 'error',
  }
  await build({
    ...common,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/bin/program.cjs',
    // A script, because V8's code of a script can be kept.
    format: 'cjs',
    // ssh2 looks for its compiled part beside its own files.
    external: ['ssh2'],
    define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  })
  await build({ ...common, entryPoints: ['src/cli/start.ts'], outfile: 'dist/bin/madansible.js', format: 'esm' })
}

function copyPythonFiles() {
  const source = path.join(root, 'src')
  const target = path.join(root, 'dist', 'bin', 'python')
  mkdirSync(target, { recursive: true })
  const names = new Set()
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.py')) continue
    if (names.has(entry.name))
      throw new Error(`Two Python files are called ${entry.name}; the bundle needs one name for each.`)
    names.add(entry.name)
    cpSync(path.join(entry.parentPath, entry.name), path.join(target, entry.name))
  }
}
