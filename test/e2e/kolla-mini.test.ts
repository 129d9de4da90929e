// The example in Kolla's style on hosts of its own: a deployment and a reconfiguration say and leave what
// ansible-playbook's say and leave.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../helpers/run-both.js'
import { canStartHosts, Lab, Running, recap, startMadansible } from './lab.js'

const SITE = join(root, 'examples', 'kolla-mini')
const NAMES = ['control1', 'compute1']
const ENVIRONMENT = { ANSIBLE_PIPELINING: '1', ANSIBLE_FORKS: '10', ANSIBLE_TIMEOUT: '60' }
const VAULT = 'correct horse'
/** For one run of ansible-playbook on a busy machine. */
const PATIENCE_MS = 240_000

/** What one tool said and left. */
interface Outcome {
  readonly deploy: readonly string[]
  readonly reconfigure: readonly string[]
  readonly state: ReadonlyMap<string, string>
}

describe.runIf(canStartHosts)('the example in the style of Kolla', () => {
  let lab: Lab | undefined
  afterAll(() => lab?.stop())

  it('is deployed and reconfigured as with ansible-playbook, and taken away', { timeout: 600_000 }, async () => {
    const theirs = await outcome(args => new Running('ansible-playbook', args, SITE, ENVIRONMENT, PATIENCE_MS))
    const ours = await outcome(args => startMadansible(SITE, args, ENVIRONMENT))
    expect(theirs.deploy.join('\n')).toContain('recap control1 : ok=57 changed=37')
    expect(ours.deploy).toEqual(theirs.deploy)
    expect(ours.reconfigure).toEqual(theirs.reconfigure)
    expect(theirs.state.get('control1 /etc/mini/keystone/keystone.conf')).toContain('debug = True')
    expect(ours.state).toEqual(theirs.state)
    const args = ['-i', join(lab!.directory, 'multinode'), '-e', `@${lab!.directory}/passwords.yml`]
    const removed = await startMadansible(SITE, [...args, ...VAULT_ARGUMENTS(lab!), 'destroy.yml']).ended
    expect(removed.code).toBe(0)
    expect(lab!.on('control1', 'ls /etc/mini /var/lib/mini 2>&1 | wc -l').trim()).toBe('2')
  })

  async function outcome(start: (args: readonly string[]) => Running): Promise<Outcome> {
    lab?.stop()
    lab = await Lab.start(...NAMES)
    const args = operatorFiles(lab)
    const run = async (...more: string[]) => {
      const { stdout, stderr, code } = await start([...args, ...more, 'site.yml']).ended
      expect(code, `${stdout}\n${stderr}`).toBe(0)
      return said(stdout)
    }
    const deploy = await run('-e', 'mini_action=deploy')
    const reconfigure = await run('-e', 'mini_action=reconfigure', '-e', 'mini_debug=yes', '--tags', 'keystone')
    return { deploy, reconfigure, state: left(lab) }
  }
})

const VAULT_ARGUMENTS = (lab: Lab): string[] => ['--vault-password-file', join(lab.directory, 'vault-password')]

/** Inventory and vaulted passwords of this lab; the arguments that name them. */
function operatorFiles(lab: Lab): string[] {
  let text = readFileSync(join(SITE, 'inventory', 'multinode'), 'utf8')
  for (const name of NAMES) {
    const { address, port } = lab.address(name)
    text = text.replace(new RegExp(`^${name} .*$`, 'm'), `${name} ansible_host=${address} ansible_port=${port}`)
  }
  const settings = readFileSync(join(lab.directory, 'hosts'), 'utf8').split('\n[')[0]
  const inventory = lab.write('multinode', `${settings}\n${text}`)
  const secret = lab.write('vault-password', VAULT)
  const passwords = lab.write('passwords.yml', readFileSync(join(SITE, 'etc', 'passwords.yml'), 'utf8'))
  lab.command('ansible-vault', 'encrypt', '--vault-password-file', secret, passwords)
  const globals = ['-e', `@${SITE}/etc/globals.yml`, '-e', `@${passwords}`, '-e', `config_dir=${SITE}/etc`]
  return ['-i', inventory, ...globals, ...VAULT_ARGUMENTS(lab)]
}

/** The lines of a run; hosts of one task in the order of their names, and the recap. */
function said(stdout: string): string[] {
  const [tasks = ''] = stdout.split('PLAY RECAP')
  const blocks = tasks.split(/\n(?=(?:PLAY|TASK|RUNNING HANDLER) )/).map(block => {
    const [title, ...lines] = block.split('\n')
    return [
      title,
      ...lines
        .filter(line => line !== '')
        .map(sortedHosts)
        .sort(),
    ].join('\n')
  })
  return [...blocks, ...recap(stdout).map(line => `recap ${line}`)]
}

/** Hosts of an include are told in the order in which they came to it. */
function sortedHosts(line: string): string {
  const [, what, hosts] = /^(included: .* for )(.*)$/.exec(line) ?? []
  return hosts === undefined ? line : what + hosts.split(', ').sort().join(', ')
}

/** Files that the site wrote: their mode and content. */
function left(lab: Lab): Map<string, string> {
  const places = '/etc/mini /var/lib/mini /usr/local/bin/mini-service'
  const found = new Map<string, string>()
  for (const name of NAMES) {
    for (const path of lab.on(name, `find ${places} -not -path '*/pids/*' | sort`).trim().split('\n')) {
      const file = lab.path(name, path)
      const [mode, kind] = spawnSync('stat', ['-c', '%a %U:%G|%F', file], { encoding: 'utf8' }).stdout.trim().split('|')
      found.set(`${name} ${path}`, kind === 'directory' ? `${mode}` : `${mode}\n${readFileSync(file, 'utf8')}`)
    }
  }
  return found
}
