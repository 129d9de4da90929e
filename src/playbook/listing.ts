// What --list-tasks, --list-tags and --list-hosts show of a playbook. Mirrors ansible/cli/playbook.py (2.14).

import { isText, textOf, type Value } from '../python/values.js'
import { isAction } from './actions.js'
import { Block, type TaskOrBlock } from './block.js'
import type { Play } from './play.js'
import type { Playbook } from './playbook.js'

export interface ListedTask {
  readonly name: string
  /** Sorted. */
  readonly tags: readonly string[]
}
export interface PlayListing {
  readonly play: Play
  readonly name: string
  /** Host pattern(s) as written. */
  readonly pattern: Value
  /** Names of hosts that match. */
  readonly hosts: readonly string[]
  readonly playTags: readonly string[]
  /** Tasks that the tags select, in order. */
  readonly tasks: readonly ListedTask[]
  /** Every tag of the play's tasks, sorted. */
  readonly allTags: readonly string[]
}

/** Lists the plays of a playbook. Throws where Ansible would: for templated tags that cannot be computed. */
export function listPlays(playbook: Playbook): PlayListing[] {
  return playbook.plays.map(listPlay)
}

function listPlay(play: Play): PlayListing {
  const { context } = play
  const loader = context.loader
  loader.basedir = play.basedir
  const vars = context.variables.getVars({ play })
  play.postValidate(vars.templar())
  const tasks: ListedTask[] = []
  const allTags = new Set<string>()
  const visit = (items: readonly TaskOrBlock[]) => {
    for (const item of items) {
      if (item instanceof Block) {
        visit([...item.block, ...item.rescue, ...item.always])
        continue
      }
      if (isAction(item.action, 'meta')) continue
      const tags = [...new Set([...tagTexts(item.get('tags')), ...tagTexts(play.get('tags'))])].sort()
      for (const tag of tags) allTags.add(tag)
      tasks.push({ name: item.name === '' ? item.action : item.getName(), tags })
    }
  }
  for (const block of play.compile()) {
    const filtered = block.filterTaggedTasks(vars)
    if (filtered.hasTasks()) visit([filtered])
  }
  const inventory = context.variables.options.inventory
  const pattern = play.get('hosts')
  return {
    play,
    name: play.getName(),
    pattern,
    hosts: inventory
      .listHosts(
        Array.isArray(pattern) ? pattern.map(text => textOf(text as string)) : textOf((pattern ?? '') as string),
      )
      .map(host => host.name),
    playTags: tagTexts(play.get('tags')),
    tasks,
    allTags: [...allTags].sort(),
  }
}

function tagTexts(tags: Value): string[] {
  return (Array.isArray(tags) ? tags : [tags]).map(tag => (isText(tag) ? textOf(tag) : String(tag)))
}
