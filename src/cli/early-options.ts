// What `--order inferred` needs: rules that say what tasks touch, and how far to look ahead.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { LookaheadOptions } from '../engine/index.js'
import { FootprintModel, pluginMayReturnFacts } from '../inference/index.js'
import { adapterFolders } from './adapter-folders.js'
import type { RunOptions } from './run-options.js'
import type { Session } from './session.js'
import type { Voice } from './voice.js'

/** Actions that may work on one host at once, and task runs that are looked at ahead. */
const PER_HOST = 8
const MAX_RUNS = 4000

/** Undefined where tasks are to be started in Ansible's order. */
export function earlyOptions(options: RunOptions, session: Session, voice: Voice): LookaheadOptions | undefined {
  // Who debugs tasks wants to be where the playbook is.
  if (options.order === 'linear' || session.config.get('ENABLE_TASK_DEBUGGER') === true) return undefined
  const repository = path.dirname(path.resolve(options.playbooks[0] as string))
  const own = path.join(repository, 'madansible.yml')
  return {
    order: options.order,
    failurePolicy: options.failurePolicy,
    model: FootprintModel.load({
      adapterFolders: adapterFolders(),
      repository,
      repositoryFile: existsSync(own) ? own : undefined,
      warn: voice.warning,
    }),
    mayReturnFacts: factModules(session),
    perHost: PER_HOST,
    maxRuns: MAX_RUNS,
    jitter: jitterOf(process.env.MADANSIBLE_JITTER),
  }
}

/** Whether the text of a module, or of an action plugin without one, speaks of facts that it returns. */
export function factModules({ plugins }: Session): (action: string) => boolean | undefined {
  const known = new Map<string, boolean | undefined>()
  return action => {
    if (!known.has(action)) {
      const module = plugins.find('modules', action).path
      const plugin = plugins.find('action', action).path
      if (module !== undefined) known.set(action, readFileSync(module, 'latin1').includes('ansible_facts'))
      else known.set(action, plugin === undefined ? undefined : pluginMayReturnFacts(readFileSync(plugin, 'latin1')))
    }
    return known.get(action)
  }
}

/** A pause of 0 to 50 milliseconds for each task run, the same for the same seed: shows other interleavings. */
function jitterOf(seed: string | undefined): ((order: number) => Promise<void>) | undefined {
  if (seed === undefined) return undefined
  return order => {
    let state = (Number(seed) * 2_654_435_761 + order * 40_503) >>> 0
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0
    return new Promise(resolve => setTimeout(resolve, state % 50))
  }
}
