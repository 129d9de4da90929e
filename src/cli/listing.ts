// --list-hosts, --list-tasks, --list-tags, --syntax-check. Mirrors the listing part of cli/playbook.py (2.14).
import { listPlays, loadPlaybook, type PlayListing } from '../playbook/index.js'
import { repr } from '../python/index.js'
import type { RunOptions } from './run-options.js'
import type { Session } from './session.js'

/** Prints what the options ask for; runs nothing. @returns the exit code */
export function printListing(files: readonly string[], options: RunOptions, session: Session): number {
  const out: string[] = []
  for (const file of files) {
    const playbook = loadPlaybook(session.loadContext.collections.findPlaybook(file)?.path ?? file, session.loadContext)
    out.push(`\nplaybook: ${file}`)
    const listings = listPlays(playbook)
    if (options.syntaxCheck) continue
    for (const [index, listing] of listings.entries()) out.push(describe(listing, index + 1, options))
  }
  process.stdout.write(out.map(text => (text.endsWith('\n') ? text : `${text}\n`)).join(''))
  return 0
}

function describe(listing: PlayListing, number: number, options: RunOptions): string {
  const pattern = Array.isArray(listing.pattern) ? listing.pattern.map(String).join(',') : ''
  let text = `\n  play #${number} (${pattern}): ${listing.name}\tTAGS: [${listing.playTags.join(',')}]`
  if (options.listHosts) {
    const hosts = listing.hosts.map(host => `\n      ${host}`).join('')
    text += `\n    pattern: ${repr(listing.pattern)}\n    hosts (${listing.hosts.length}):${hosts}`
  }
  if (options.listTasks) {
    const tasks = listing.tasks.map(task => `      ${task.name}\tTAGS: [${task.tags.join(', ')}]\n`).join('')
    text += `\n    tasks:\n${tasks}`
  }
  if (options.listTags) {
    text += `${options.listTasks ? '' : '\n'}      TASK TAGS: [${listing.allTags.join(', ')}]\n`
  }
  return text
}
