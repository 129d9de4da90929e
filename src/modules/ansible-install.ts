// Finds the installed ansible-core: the library of modules, module_utils and collections that runs use.
// Everything that depends on the installation is asked from its own Python once and remembered until it changes.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { DiskCache } from '../collections/index.js'
import { MadansibleError } from '../errors.js'

/** No usable ansible-core on this machine. */
export class AnsibleNotFoundError extends MadansibleError {
  override readonly code = 'MADANSIBLE_NO_ANSIBLE'
}

export interface AnsibleInstall {
  /** The Python that ansible-core runs with (sys.executable). */
  readonly python: string
  /** `sys.version_info` as (major, minor, micro). */
  readonly pythonVersion: readonly [number, number, number]
  /** `sys.version`, one line. */
  readonly pythonBuild: string
  /** Version of ansible-core, such as 2.14.18. */
  readonly version: string
  readonly author: string
  readonly codename: string
  /** Directory of the `ansible` package. */
  readonly libraryPath: string
  /** sys.path as ansible-playbook has it. */
  readonly sysPath: readonly string[]
  /** The ansible-playbook that was found, if any. */
  readonly executable: string | undefined
}

export interface FindAnsibleOptions {
  /** --ansible-python: the Python to ask instead of looking for ansible-playbook. */
  readonly python?: string | undefined
  readonly env?: NodeJS.ProcessEnv
  readonly cache?: DiskCache
}

/** Versions whose module protocol and texts the product mirrors. */
const MIRRORED_VERSION = '2.14'
const OLDEST_VERSION: readonly [number, number] = [2, 11]

/** Set while an ansible-playbook is asked about itself: it may be a wrapper around this very program, which then must not ask on. */
const ASKED_ABOUT_ITSELF = 'MADANSIBLE_ASKED_ABOUT_ITSELF'

const PROBE = `
import sys, json
sys.path = [p for p in sys.path if p not in ('', '.')]
import ansible, ansible.release as release, os
print(json.dumps(dict(python=sys.executable, pythonVersion=list(sys.version_info[:3]), pythonBuild=''.join(sys.version.splitlines()),
    version=release.__version__, author=release.__author__, codename=release.__codename__,
    libraryPath=os.path.dirname(ansible.__file__), sysPath=sys.path)))
`

/** Finds ansible-core. Throws AnsibleNotFoundError with the way out when there is none. */
export function findAnsible(options: FindAnsibleOptions = {}): AnsibleInstall {
  const env = options.env ?? process.env
  const cache = options.cache ?? new DiskCache()
  const asked = options.python ?? env.MADANSIBLE_ANSIBLE_PYTHON
  if (asked) return probe(asked, undefined, env, cache, true) as AnsibleInstall
  const executable = which('ansible-playbook', env)
  if (executable !== undefined) {
    const python = pythonOf(executable, env, cache)
    const install = python && probe(python, executable, env, cache, false)
    if (install) return install
  }
  for (const name of ['python3', '/usr/bin/python3']) {
    const install = probe(name, executable, env, cache, false)
    if (install) return install
  }
  throw new AnsibleNotFoundError(
    executable === undefined
      ? 'ansible-core was not found: there is no ansible-playbook on PATH, and python3 cannot import ansible.'
      : `ansible-core was not found: the Python of ${executable} cannot import ansible.`,
    { hint: 'Install ansible-core, or name a Python that can import it with --ansible-python.' },
  )
}

/** What to tell the user about a version that differs from the mirrored one; undefined when there is nothing to say. */
export function versionWarning(install: AnsibleInstall): string | undefined {
  const [major = 0, minor = 0] = install.version.split('.').map(part => Number.parseInt(part, 10))
  if (install.version.startsWith(`${MIRRORED_VERSION}.`)) return undefined
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    return `ansible-core ${install.version} is older than 2.11: modules may not understand the arguments they are given.`
  }
  return `ansible-core ${install.version} is used; behaviour follows ${MIRRORED_VERSION}, and details may differ.`
}

function probe(
  python: string,
  executable: string | undefined,
  env: NodeJS.ProcessEnv,
  cache: DiskCache,
  isRequired: boolean,
): AnsibleInstall | undefined {
  const path = isAbsolute(python) ? python : which(python, env)
  const signature = path && signatureOf(path)
  if (path === undefined || signature === undefined) {
    if (isRequired) throw new AnsibleNotFoundError(`The Python interpreter ${python} was not found.`)
    return undefined
  }
  const key = ['3', path, signature, executable ?? '', env.PYTHONPATH ?? '', env.VIRTUAL_ENV ?? ''].join('\0')
  const known = readCached(cache, key, executable)
  if (known !== undefined) return known
  const run = spawnSync(path, ['-c', PROBE], { encoding: 'utf8', env, timeout: 60_000, cwd: '/' })
  if (run.status !== 0) {
    if (!isRequired) return undefined
    const reason = (run.stderr || String(run.error ?? '')).trim().split('\n').at(-1) ?? ''
    throw new AnsibleNotFoundError(`${path} cannot import ansible: ${reason}`, {
      hint: 'Install ansible-core for that Python, or name another one with --ansible-python.',
    })
  }
  const found = JSON.parse(run.stdout.trim().split('\n').at(-1) as string) as Omit<AnsibleInstall, 'executable'>
  cache.write('install', key, JSON.stringify({ release: releaseSignature(found.libraryPath), found }))
  return { ...found, executable }
}

function readCached(cache: DiskCache, key: string, executable: string | undefined): AnsibleInstall | undefined {
  const text = cache.read('install', key)?.toString('utf8')
  if (text === undefined) return undefined
  try {
    const { release, found } = JSON.parse(text) as { release: string; found: Omit<AnsibleInstall, 'executable'> }
    if (release !== undefined && release === releaseSignature(found.libraryPath)) return { ...found, executable }
  } catch {
    // a damaged entry is a miss
  }
  return undefined
}

const releaseSignature = (libraryPath: string) => signatureOf(join(libraryPath, 'release.py'))

function signatureOf(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  return status && `${status.mtimeMs}:${status.size}:${status.ino}`
}

/** The Python that a console script runs with: from its first lines, else from what it says about itself. */
function pythonOf(executable: string, env: NodeJS.ProcessEnv, cache: DiskCache): string | undefined {
  let text: string
  try {
    text = readFileSync(executable).subarray(0, 65_536).toString('latin1')
  } catch {
    return undefined
  }
  const head = text.slice(0, 1024)
  const shebang = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(head)
  if (shebang !== null) {
    const [, interpreter = '', argument] = shebang
    if (/(^|\/)env$/.test(interpreter) && argument && /^python/.test(argument)) return argument
    if (/(^|\/)(python|pypy)[^/]*$/.test(interpreter)) return interpreter
    // Launchers of pip for long paths: #!/bin/sh, then '''exec' "/path/to/python" "$0" "$@"
    const launcher = /^'''exec' "?([^"\n]+?)"? "\$0"/m.exec(head)
    if (launcher !== null) return launcher[1]
  }
  return isThisProgram(executable, text) ? undefined : saidByItself(executable, env, cache)
}

/** Whether an executable leads to this very program, which has nothing to say about Python: a link, or a wrapper that names its path. */
function isThisProgram(executable: string, text: string): boolean {
  const program = process.argv[1]
  if (program === undefined || !existsSync(program)) return false
  const isLink = dirname(realpathSync(executable)) === dirname(realpathSync(program))
  return isLink || (text.startsWith('#!') && text.includes(program))
}

function saidByItself(executable: string, env: NodeJS.ProcessEnv, cache: DiskCache): string | undefined {
  if (env[ASKED_ABOUT_ITSELF] !== undefined) return undefined
  const key = ['1', executable, signatureOf(executable) ?? '', env.PATH ?? '', env.PYTHONPATH ?? ''].join('\0')
  const known = cache.read('install-python', key)?.toString('utf8')
  if (known !== undefined && isExecutable(known)) return known
  const asked = { ...env, [ASKED_ABOUT_ITSELF]: '1' }
  const run = spawnSync(executable, ['--version'], { encoding: 'utf8', env: asked, timeout: 60_000 })
  const said = /python version = .*\((\/[^()]+)\)/.exec(run.stdout ?? '')?.[1]
  if (said !== undefined) cache.write('install-python', key, said)
  return said
}

function which(name: string, env: NodeJS.ProcessEnv): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const path = join(directory.startsWith('~') ? join(homedir(), directory.slice(1)) : directory || '.', name)
    if (isExecutable(path)) return path
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
