// `npm run demo`: runs examples/lamp on throw-away SSH hosts with ansible-playbook and with madansible, each from
// pristine hosts and then a second time, checks that recaps and end states are equal, and prints the comparison.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureNpmPackages, ensurePrograms, must, root } from './setup.js'

const NAMES = ['web1', 'web2', 'db1']
const GROUPS = { web: ['web1', 'web2'], database: ['db1'] }
const PACKAGES = ['ca-certificates', 'less', 'apache2', 'libapache2-mod-php', 'php-mysql', 'mariadb-server']
const PLAYBOOK = path.join(root, 'examples', 'lamp', 'site.yml')
const TUNED = {
  ANSIBLE_PIPELINING: '1',
  ANSIBLE_FORKS: '20',
  ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
}
const RUNNERS = [
  { name: 'ansible-playbook', command: ['ansible-playbook'], env: {} },
  { name: 'ansible-playbook, tuned', command: ['ansible-playbook'], env: TUNED },
  { name: 'madansible', command: ['node', path.join(root, 'bin', 'madansible.js'), 'run'], env: {} },
]

if (process.getuid?.() !== 0) {
  console.error(
    'The demo makes throw-away hosts in namespaces of this machine, which only root may do. Run: sudo npm run demo',
  )
  process.exit(1)
}
ensureNpmPackages()
ensurePrograms(['ansible-playbook', 'sshd', 'ssh', 'ssh-keygen', 'python3', 'unshare'])
must('node', [path.join(root, 'scripts', 'build.js')])
const { inventory, layerOf, onHost, startHosts } = await import('./throw-away-hosts.js')

const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-demo-'))
const packages = path.join(scratch, 'packages')
mkdirSync(path.join(packages, 'partial'), { recursive: true })
let lab
process.once('SIGINT', () => {
  lab?.stop()
  process.exit(130)
})
const results = []
try {
  warmUp()
  for (const runner of RUNNERS) results.push(await measure(runner))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
report()

// Downloads the packages once, so that no runner is charged for the network. The hosts begin with this machine's
// packages, so what is missing here is what they will want.
function warmUp() {
  console.log('Preparing: packages are downloaded once and given to all hosts.')
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  must('apt-get', ['update', '-q'], quiet)
  const options = ['--download-only', '--no-install-recommends', '-o', `Dir::Cache::archives=${packages}`]
  must('apt-get', ['install', '-y', '-q', ...options, ...PACKAGES], quiet)
}

async function measure(runner) {
  lab = await startHosts(NAMES, { packages })
  try {
    const hosts = path.join(scratch, 'hosts')
    writeFileSync(hosts, inventory(lab, GROUPS))
    const first = await play(runner, hosts, 'first')
    const states = lab.hosts.map(stateOf)
    const second = await play(runner, hosts, 'second')
    return { name: runner.name, first, second, states }
  } finally {
    lab.stop()
  }
}

function stateOf(host) {
  const program = path.join(root, 'scripts', 'host-state.py')
  const packages = onHost(lab, host.name, `python3 - <<'END'\n${readFileSync(program, 'utf8')}\nEND`)
  return execFileSync('python3', [program, layerOf(host)], { encoding: 'utf8' }) + packages
}

function play(runner, hosts, label) {
  console.log(`\n=== ${runner.name}, ${label} run`)
  const [program, ...args] = runner.command
  const env = { ...process.env, ANSIBLE_RETRY_FILES_ENABLED: '0', ...runner.env }
  const started = process.hrtime.bigint()
  const child = spawn(program, [...args, '-i', hosts, PLAYBOOK], {
    cwd: scratch,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
    process.stdout.write(chunk)
  })
  return new Promise(resolve => {
    child.on('close', code => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9
      resolve({ code, seconds, recap: recap(output) })
    })
  })
}

function recap(output) {
  return output
    .slice(output.lastIndexOf('PLAY RECAP'))
    .split('\n')
    .filter(line => / : ok=/.test(line))
    .map(line => line.trim().replace(/\s+/g, ' '))
    .join('\n')
}

function report() {
  const [reference] = results
  console.log('\n=== Comparison (seconds; each runner from pristine hosts, then again)')
  console.log(['runner'.padEnd(26), 'first run', 'second run', 'exit'].join('  '))
  for (const { name, first, second } of results) {
    const cells = [first, second].map(({ seconds }) => seconds.toFixed(1).padStart(9))
    console.log([name.padEnd(26), ...cells, ` ${first.code}/${second.code}`].join('  '))
  }
  const ours = results.at(-1)
  for (const other of results.slice(0, -1)) {
    const ratio = label => (other[label].seconds / ours[label].seconds).toFixed(1)
    console.log(
      `madansible is ${ratio('first')}x faster than ${other.name} on the first run, ${ratio('second')}x on the second.`,
    )
  }
  let equal = true
  for (const result of results.slice(1)) {
    for (const label of ['first', 'second']) {
      const same = result[label].recap === reference[label].recap && result[label].code === reference[label].code
      if (!same)
        console.log(
          `\nRecap of the ${label} run differs with ${result.name}:\n${result[label].recap}\ninstead of\n${reference[label].recap}`,
        )
      equal &&= same
    }
    for (const [index, name] of NAMES.entries()) equal = sameState(name, reference, result, index) && equal
  }
  console.log(equal ? '\nRecaps and end states are equal.' : '\nThere are differences; see above.')
  process.exitCode = equal && results.every(({ first, second }) => first.code === 0 && second.code === 0) ? 0 : 1
}

function sameState(name, reference, result, index) {
  const before = new Set(reference.states[index].split('\n'))
  const after = new Set(result.states[index].split('\n'))
  const lines = [
    ...[...before].filter(line => !after.has(line)).map(line => `- ${line}`),
    ...[...after].filter(line => !before.has(line)).map(line => `+ ${line}`),
  ]
  if (lines.length > 0)
    console.log(
      `\nEnd state of ${name} differs between ${reference.name} (-) and ${result.name} (+):\n${lines.join('\n')}`,
    )
  return lines.length === 0
}
