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
  /** Tasks that the tags select, in order; those of rescue and always are not listed. */
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
  answerPrompts(play)
  const vars = context.variables.getVars({ play })
  play.postValidate(vars.templar())
  const playTags = tagTexts(play.get('tags'))
  const tasks: ListedTask[] = []
  const allTags = new Set<string>()
  const visit = (items: readonly TaskOrBlock[]) => {
    for (const item of items) {
      if (item instanceof Block) {
        visit(item.block)
        continue
      }
      if (item.implicit && isAction(item.action, 'meta')) continue
      const own = tagTexts(item.get('tags'))
      for (const tag of own) allTags.add(tag)
      const tags = [...new Set([...playTags, ...own])].sort()
      tasks.push({ name: item.name === '' ? item.action : item.getName(), tags })
    }
  }
  for (const block of play.compile()) {
    const filtered = block.filterTaggedTasks(vars)
    visit(filtered.block)
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
    playTags,
    tasks,
    allTags: [...new Set([...playTags, ...allTags])].sort(),
  }
}

/** Nobody is asked when a playbook is only listed: variables get their defaults. */
function answerPrompts(play: Play): void {
  for (const prompt of play.varsPrompt) {
    const name = prompt.get('name') as Value
    if (play.context.variables.extraVars.has(name)) continue
    play.vars = play.vars.copy().set(name, prompt.get('default') ?? null)
  }
}

function tagTexts(tags: Value): string[] {
  return (Array.isArray(tags) ? tags : [tags]).map(tag => (isText(tag) ? textOf(tag) : String(tag)))
}
