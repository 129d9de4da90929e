// Installs what a fresh Debian machine lacks before a test or demo run, and says so: npm packages, and
// ansible-core, openssh-server, python3, chromium and the like from the system's packages. Without root it says what to
// install.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Debian packages by the program that shows they are there. */
const PROGRAMS = {
  'ansible-playbook': 'ansible-core',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  python3: 'python3',
  ip: 'iproute2',
  unshare: 'util-linux',
  chromium: 'chromium',
  sshpass: 'sshpass',
}

/** Debian packages by the Python module that shows they are there. */
const MODULES = {
  passlib: 'python3-passlib',
}

const DIRECTORIES = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
const has = program => DIRECTORIES.some(directory => directory !== '' && existsSync(path.join(directory, program)))

/** Runs a command with its output shown on stderr; ends the process when it fails. */
export function must(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (result.status !== 0) {
    console.error(`${[command, ...args].join(' ')} failed${result.error ? `: ${result.error.message}` : ''}`)
    process.exit(result.status || 1)
  }
}

const hasModule = name => spawnSync('python3', ['-c', `import ${name}`]).status === 0

/** Debian packages that are needed for these programs and modules of Python and not installed. */
export function missingPackages(programs, modules = []) {
  const missing = [
    ...programs.filter(program => !has(program)).map(program => PROGRAMS[program] ?? program),
    ...modules.filter(name => !hasModule(name)).map(name => MODULES[name] ?? name),
  ]
  return [...new Set(missing)]
}

/** Makes sure that programs and modules are there: installs their Debian packages as root, else says what to type. */
export function ensurePrograms(programs, modules = []) {
  const missing = missingPackages(programs, modules)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) {
    console.error(`Missing system packages. Install them first:\n  sudo apt-get install ${missing.join(' ')}`)
    process.exit(1)
  }
  console.error(`Installing system packages: ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] }
  must('apt-get', ['update', '-q'], quiet)
  must('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], quiet)
}

/** Makes sure that the npm packages of the lock file are there. */
export function ensureNpmPackages() {
  if (existsSync(path.join(root, 'node_modules', '.package-lock.json'))) return
  console.error('Installing npm packages (npm ci)')
  must('npm', ['ci', '--no-audit', '--no-fund'])
}
