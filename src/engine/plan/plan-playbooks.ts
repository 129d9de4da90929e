// Goes through playbooks play by play and batch by batch, as a run would, and plans each.

import { loadPlaybook } from '../../playbook/index.js'
import { Lockstep } from '../lockstep.js'
import { batchesOf, OpenedPlays } from '../opened-plays.js'
import { type BatchRun, openBatch } from '../run-batch.js'
import { RunState } from '../run-state.js'
import type { EngineServices } from '../services.js'
import type { Plan } from './plan.js'
import { type PlanOptions, PlanWalk } from './plan-walk.js'

/** Nothing is run on any host, except that facts are gathered when `options.gathersFacts`. */
export async function planPlaybooks(
  files: readonly string[],
  services: EngineServices,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<Plan> {
  const run: BatchRun = { services, state: new RunState(), stepper: undefined, stopSignal: signal }
  const walk = new PlanWalk(services, options)
  for (const file of files) {
    const { plays } = loadPlaybook(file, services.loadContext)
    const opened = new OpenedPlays(plays, run)
    let isFirst = true
    for (const play of plays) {
      services.loader.basedir = play.basedir
      services.inventory.restrict(undefined)
      if (!opened.isPrepared(play)) play.postValidate(services.variables.getVars({ play }).templar())
      if (play.varsPrompt.length > 0) walk.note(`the play ${play.getName()} asks for values, which are not known here`)
      for (const hosts of batchesOf(play, services)) {
        services.inventory.restrict(hosts)
        const ahead = opened.take(play)
        if (ahead === undefined && !isFirst)
          walk.barrier(`the play ${play.getName()} begins when all before it has ended`)
        isFirst = false
        const batch = ahead ?? openBatch(play, run)
        await walk.batch(batch, new Lockstep(batch.iterator))
        opened.after(batch)
      }
    }
    walk.barrier(`${file} has ended`)
  }
  return walk.plan
}
