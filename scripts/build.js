// `npm run build`: checks the types, then bundles src/cli/main.ts into dist/bin/program.cjs, which
// dist/bin/madansible.js (src/cli/start.ts) runs, makes the page of reports, puts the Python files that travel with
// the program into dist/bin/python, and fills dist/cache with what first runs would have to make. One file starts twice
// as fast as five hundred (docs/decisions/0004-build.md).
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureNpmPackages, must, root } from './setup.js'

ensureNpmPackages()
must('npx', ['tsc', '--noEmit', '-p', 'tsconfig.json'])
must('npx', ['tsc', '--noEmit', '-p', 'src/report/page/tsconfig.json'])
await bundle()
const { buildPage } = await import('./build-page.js')
await buildPage()
copyPythonFiles()
warmUp()

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

/** Runs a playbook that changes nothing; without ansible-core there is nothing to run, and first runs are a second slower. */
function warmUp() {
  const cache = path.join(root, 'dist', 'cache')
  const home = mkdtempSync(path.join(tmpdir(), 'madansible-warm-up-'))
  rmSync(cache, { recursive: true, force: true })
  const program = path.join(root, 'bin', 'madansible.js')
  const args = ['run', '-i', 'one,two,', '--check', path.join(root, 'scripts', 'warm-up', 'site.yml')]
  const { PATH, MADANSIBLE_ANSIBLE_PYTHON } = process.env
  const env = { PATH, HOME: home, LC_ALL: 'C.UTF-8', MADANSIBLE_ANSIBLE_PYTHON, MADANSIBLE_CACHE_DIR: cache }
  try {
    // The second keeps what the first has compiled beside its work.
    for (let time = 0; time < 2; time++) spawnSync(process.execPath, [program, ...args], { cwd: home, env })
    // How long tasks took here tells nothing.
    rmSync(path.join(cache, 'durations'), { recursive: true, force: true })
    // For all users of the program.
    if (existsSync(cache)) must('chmod', ['-R', 'a+rX', cache])
  } finally {
    rmSync(home, { recursive: true })
  }
}
