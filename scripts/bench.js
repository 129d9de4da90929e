// `npm run bench`: runs the same small jobs with ansible-playbook and madansible in turn and prints ratios.
// Seconds depend on the machine and on what else it does; ratios of one run are what counts.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { templates } from './bench-templates.js'
import { ensureNpmPackages, ensurePrograms, must, root } from './setup.js'

ensureNpmPackages()
ensurePrograms(['ansible-playbook', 'sshd', 'ssh', 'ssh-keygen', 'python3', 'unshare'])
must('node', [path.join(root, 'scripts', 'build.js')])

const TUNED = {
  ANSIBLE_PIPELINING: '1',
  ANSIBLE_FORKS: '20',
  ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
}
const OURS = ['node', path.join(root, 'bin', 'madansible.js'), 'run']
const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-bench-'))
const only = process.argv[2]

try {
  if (!only || only === 'templates') await templates()
  if (!only || only === 'controller') controller()
  if (!only || only === 'target') target()
  if ((!only || only === 'ssh') && process.getuid?.() === 0) await overSsh()
  if (!only || only === 'hosts') manyHosts()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** Runs a command; wall and CPU seconds (with all processes it waited for) and the peak memory of its largest process. */
function measure(command, env = {}) {
  const format = path.join(scratch, 'time')
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >"$OUT" 2>&1 </dev/null; } 2>"$TIMES"'
  const run = spawnSync('bash', ['-c', script, 'bench', ...command], {
    cwd: scratch,
    encoding: 'utf8',
    env: {
      ...process.env,
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_RETRY_FILES_ENABLED: '0',
      ...env,
      OUT: path.join(scratch, 'out'),
      TIMES: format,
    },
  })
  const text = spawnSync('cat', [format], { encoding: 'utf8' }).stdout.trim().split('\n').at(-1) ?? ''
  const [wall, user, system] = text.split(' ').map(Number)
  const out = spawnSync('cat', [path.join(scratch, 'out')], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout
  if (run.status !== 0) console.log(out.split('\n').slice(-15).join('\n'))
  return { wall, cpu: user + system, out, status: run.status }
}

function playbook(name, tasks, head = '  gather_facts: false\n') {
  const file = path.join(scratch, `${name}.yml`)
  writeFileSync(file, `- hosts: all\n${head}  tasks:\n${tasks}`)
  return file
}

function localHosts(count) {
  const file = path.join(scratch, `hosts${count}`)
  const python = spawnSync('sh', ['-c', 'head -1 "$(command -v ansible-playbook)" | cut -c3-'], {
    encoding: 'utf8',
  }).stdout.trim()
  writeFileSync(
    file,
    `h[1:${count}] ansible_connection=local ansible_python_interpreter=${python || '/usr/bin/python3'}\n`,
  )
  return file
}

function row(label, theirs, ours, unit) {
  console.log(
    `${label.padEnd(52)} ${theirs.toFixed(2).padStart(9)} ${ours.toFixed(2).padStart(9)} ${unit.padEnd(3)} ${(theirs / ours).toFixed(1).padStart(6)}x`,
  )
}

function heading(text) {
  console.log(`\n${text.padEnd(52)} ${'ansible'.padStart(9)} ${'madansible'.padStart(9)}`)
}

// What one (task, host) costs in the controller: the same run with ten and with forty tasks.
function controller() {
  heading('CPU of the controller for one task on one host')
  const hosts = localHosts(50)
  for (const [label, task] of [
    ['skipped', '    - command: echo\n      when: false\n'],
    ['debug', '    - debug: {msg: "{{ inventory_hostname }} says hello"}\n'],
  ]) {
    const few = playbook('few', task.repeat(2))
    const many = playbook('many', task.repeat(12))
    const each = command => {
      const low = measure([...command, '-i', hosts, few])
      const high = measure([...command, '-i', hosts, many])
      return ((high.cpu - low.cpu) * 1000) / (10 * 50)
    }
    row(label, each(['ansible-playbook']), each(OURS), 'ms')
  }
}

// What a trivial module costs in all, controller and target together.
function target() {
  heading('CPU for one trivial module (ping), both ends')
  const hosts = localHosts(4)
  const few = playbook('few', '    - ping:\n'.repeat(2))
  const many = playbook('many', '    - ping:\n'.repeat(22))
  const each = command => {
    const low = measure([...command, '-i', hosts, few])
    const high = measure([...command, '-i', hosts, many])
    return ((high.cpu - low.cpu) * 1000) / (20 * 4)
  }
  row('ping', each(['ansible-playbook']), each(OURS), 'ms')
}

// A hundred small tasks on three hosts over SSH, as they fill real playbooks.
async function overSsh() {
  const { inventory, startHosts } = await import('./throw-away-hosts.js')
  const names = ['n1', 'n2', 'n3']
  const lab = await startHosts(names)
  try {
    const hosts = path.join(scratch, 'ssh-hosts')
    writeFileSync(hosts, inventory(lab, { nodes: names }))
    const site = playbook('small', smallTasks(100), '  gather_facts: true\n')
    console.log('\nA hundred small tasks on three hosts over SSH         wall s')
    const runs = [
      ['ansible-playbook', ['ansible-playbook'], {}],
      ['ansible-playbook, tuned', ['ansible-playbook'], TUNED],
      ...mitogen(),
      ['madansible', OURS, {}],
    ].map(([name, command, env]) => ({ name, ...measure([...command, '-i', hosts, site], env) }))
    const ours = runs.at(-1)
    for (const run of runs) {
      const ratio = run === ours ? '' : `${(run.wall / ours.wall).toFixed(1)}x`
      console.log(`${run.name.padEnd(52)} ${run.wall.toFixed(2).padStart(9)} ${ratio.padStart(8)}`)
    }
    const recaps = runs.filter(run => run.status === 0).map(run => recap(run.out))
    console.log(
      recaps.every(text => text === recaps[0]) ? 'Recaps are equal.' : `Recaps differ:\n${recaps.join('\n--\n')}`,
    )
  } finally {
    lab.stop()
  }
}

function mitogen() {
  const find =
    'import os, ansible_mitogen; print(os.path.join(os.path.dirname(ansible_mitogen.__file__), "plugins", "strategy"))'
  const found = spawnSync('/usr/bin/python3', ['-c', find], { encoding: 'utf8' })
  if (found.status !== 0) return []
  const env = { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: found.stdout.trim(), ANSIBLE_FORKS: '20' }
  return [['Mitogen', ['ansible-playbook'], env]]
}

function smallTasks(count) {
  const kinds = [
    n => `    - file: {path: /srv/bench/dir${n}, state: directory, mode: "0750"}\n`,
    n => `    - copy: {content: "{{ inventory_hostname }} ${n}", dest: /srv/bench/copy${n}, mode: "0644"}\n`,
    () => '    - command: echo yes\n      changed_when: false\n',
    n => `    - set_fact: {fact${n}: "{{ ansible_hostname }}-${n}"}\n`,
    n => `    - debug: {msg: "task ${n}"}\n`,
    n => `    - stat: {path: /etc/passwd}\n      register: stat${n}\n`,
    n => `    - lineinfile: {path: /srv/bench/lines, line: "line ${n}", create: true, mode: "0644"}\n`,
    () => '    - command: "false"\n      when: inventory_hostname == "nobody"\n',
  ]
  const tasks = Array.from({ length: count - 1 }, (_, n) => kinds[n % kinds.length](n))
  return `    - file: {path: /srv/bench, state: directory}\n${tasks.join('')}`
}

function recap(text) {
  return text
    .split('\n')
    .filter(line => / : ok=/.test(line))
    .map(line => line.replace(/changed=\d+/, '').replace(/\s+/g, ' '))
    .join('\n')
}

// Many hosts: wall time, and peak memory of the controller as the kernel counts it.
function manyHosts() {
  const echo = '    - command: echo {{ inventory_hostname }}\n      changed_when: false\n'
  const fact = '    - set_fact: {name: "{{ inventory_hostname }}"}\n'
  const site = playbook('hosts', echo.repeat(10) + fact.repeat(10))
  console.log(`\n${'20 small tasks on local hosts'.padEnd(52)} ${'wall s'.padStart(9)} ${'peak MiB'.padStart(9)}`)
  for (const count of [100, 500]) {
    const watch = `import resource, subprocess, sys, time
start = time.time()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
print(code, time.time() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)`
    const run = spawnSync('python3', ['-c', watch, ...OURS, '-f', '50', '-i', localHosts(count), site], {
      cwd: scratch,
      encoding: 'utf8',
    })
    const [code, wall, peak] = run.stdout.trim().split(' ').map(Number)
    console.log(
      `${`${count} hosts, exit code ${code}`.padEnd(52)} ${wall.toFixed(1).padStart(9)} ${peak.toFixed(0).padStart(9)}`,
    )
  }
}
