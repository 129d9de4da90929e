// Who takes part in a comparison: ansible-playbook as it is configured, tuned, with Mitogen, and madansible in each of its
// orders.
import { spawnSync } from 'node:child_process'

export interface Runner {
  readonly name: string
  readonly label: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly isOurs: boolean
}

export interface RunnerOptions {
  /** What both sides get: playbooks, inventory, tags … */
  readonly args: readonly string[]
  readonly ansiblePlaybook: string
  /** Python of ansible-core. */
  readonly python: string
  /** `node bin/madansible.js run`. */
  readonly madansible: readonly string[]
  /** Orders that `madansible run --order` knows; empty when there is no such option. */
  readonly orders: readonly string[]
  /** Names of runners to compare; undefined: all there are. */
  readonly only: readonly string[] | undefined
}

const TUNED_FORKS = '50'
const TUNED = {
  ANSIBLE_PIPELINING: '1',
  ANSIBLE_FORKS: TUNED_FORKS,
  ANSIBLE_SSH_ARGS: '-C -o ControlMaster=auto -o ControlPersist=60s',
}

/** Versions of madansible in the words of the talk on Madeus: what runs in parallel. */
const ORDER_LABELS: Readonly<Record<string, string>> = {
  linear: "madansible, Ansible's order (spmd-1t)",
  aeolus: 'madansible, roles overlap (dag-2t)',
  inferred: 'madansible, inferred (dag-nt)',
}

/** Every runner that is there, in the order of their turns. */
export function findRunners(options: RunnerOptions): Runner[] {
  const { args, ansiblePlaybook, only } = options
  const theirs = (name: string, label: string, env: Readonly<Record<string, string>>): Runner => ({
    name,
    label,
    command: [ansiblePlaybook, ...args],
    env,
    isOurs: false,
  })
  const mitogen = mitogenStrategies(options.python)
  const runners = [
    theirs('ansible', 'ansible-playbook, as configured', {}),
    theirs('tuned', 'ansible-playbook, tuned', TUNED),
    ...(mitogen === undefined
      ? []
      : [
          theirs('mitogen', 'ansible-playbook with Mitogen', {
            ANSIBLE_STRATEGY: 'mitogen_linear',
            ANSIBLE_STRATEGY_PLUGINS: mitogen,
            ANSIBLE_FORKS: TUNED_FORKS,
          }),
        ]),
    ...ourRunners(options),
  ]
  return only === undefined ? runners : runners.filter(({ name }) => only.includes(name))
}

function ourRunners({ args, madansible, orders }: RunnerOptions): Runner[] {
  const known = orders.length === 0 ? ['linear'] : orders
  return known.map(order => ({
    name: order,
    label: ORDER_LABELS[order] ?? `madansible, ${order}`,
    command: [...madansible, ...(orders.length === 0 ? [] : ['--order', order]), ...args],
    env: {},
    isOurs: true,
  }))
}

/** Folder of Mitogen's strategy plugins, when ansible-core's Python has it. */
function mitogenStrategies(python: string): string | undefined {
  const find =
    'import os, ansible_mitogen; print(os.path.join(os.path.dirname(ansible_mitogen.__file__), "plugins", "strategy"))'
  const { status, stdout } = spawnSync(python, ['-c', find], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
