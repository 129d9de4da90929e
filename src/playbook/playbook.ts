// A playbook file: its plays, with those of imported playbooks in their place.
// Mirrors ansible/playbook/__init__.py and playbook_include.py (2.14).

import { existsSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { unfrackPath } from '../config/index.js'
import type { Position } from '../errors.js'
import { str } from '../python/index.js'
import { Dict, isText, textOf, type Value } from '../python/values.js'
import { positionOf } from '../yaml/index.js'
import { actionNames } from './actions.js'
import { PlaybookObject } from './base.js'
import { parserError, playbookError } from './errors.js'
import type { LoadContext } from './load-context.js'
import { Play } from './play.js'
import { yamlClass } from './python-names.js'
import { rootPosition } from './root-position.js'
import { splitArgs } from './splitter.js'

/** Where a playbook is and the collection it belongs to. */
export interface PlaybookLocation {
  readonly path: string
  readonly collection: string | undefined
}

export interface Playbook {
  /** As it was named. */
  readonly file: string
  readonly basedir: string
  /** Plays in order. */
  readonly plays: readonly Play[]
}

/** A playbook of the command line: `ns.col.name` or a path. Throws when there is no such file. */
export function locatePlaybook(name: string, context: LoadContext): PlaybookLocation {
  const found = context.collections.findPlaybook(name)
  if (found !== undefined) return { path: found.path, collection: found.collection }
  if (!existsSync(name)) throw playbookError(`the playbook: ${name} could not be found`)
  const status = statSync(name)
  if (!status.isFile() && !status.isFIFO()) throw playbookError(`the playbook: ${name} does not appear to be a file`)
  return { path: name, collection: context.collections.collectionOfPath(resolve(name)) }
}

/** Loads a playbook of the command line with everything it imports. Throws ParserError for what cannot be understood. */
export function loadPlaybook(name: string, context: LoadContext): Playbook {
  const { path, collection } = locatePlaybook(name, context)
  if (collection === undefined) {
    context.addPluginDirs(dirname(resolve(path)))
    context.addPlaybookPath(dirname(resolve(path)))
  } else context.messages.verbose(1, `running playbook inside collection ${collection}`)
  context.defaultCollection = collection
  return loadFile(path, process.cwd(), context)
}

function loadFile(file: string, cwd: string, context: LoadContext, vars?: Dict): Playbook {
  const { loader } = context
  const basedir = isAbsolute(file) ? dirname(file) : normalize(join(cwd, dirname(file)))
  const previous = loader.basedir
  loader.basedir = basedir
  try {
    context.addPluginDirs(basedir)
    const data = loader.loadFile(basename(file), { copy: false })
    if (data === null) throw parserError(`Empty playbook, nothing to do: ${unfrackPath(file, { follow: true })}`)
    if (!Array.isArray(data))
      throw parserError(
        `A playbook must be a list of plays, got a ${yamlClass(data)} instead: ${unfrackPath(file, { follow: true })}`,
        {
          at: rootPosition(data, basename(file), context),
        },
      )
    if (data.length === 0)
      throw parserError(`A playbook must contain at least one play: ${unfrackPath(file, { follow: true })}`)
    const plays = data.flatMap((entry, index) => loadEntry(entry, positionOf(data, index), basedir, context, vars))
    return { file, basedir, plays }
  } finally {
    loader.basedir = previous
  }
}

function loadEntry(
  entry: Value,
  at: Position | undefined,
  basedir: string,
  context: LoadContext,
  vars: Dict | undefined,
): readonly Play[] {
  if (!(entry instanceof Dict))
    throw parserError("playbook entries must be either valid plays or 'import_playbook' statements", { at })
  if (!actionNames('importPlaybook').some(name => entry.has(name))) return [Play.of(entry, context, vars)]
  return new PlaybookImport(context).load(entry).loadPlays(basedir)
}

/** import_playbook. */
class PlaybookImport extends PlaybookObject {
  readonly kind = 'PlaybookInclude'

  override get play(): undefined {
    return undefined
  }

  protected override preprocess(data: Value): Dict {
    const entry = data as Dict
    const result = new Dict()
    for (const [key, value] of entry.entries()) {
      const name = isText(key) ? textOf(key) : str(key)
      if (actionNames('importPlaybook').includes(name)) result.set('import_playbook', this.fileOf(value))
      else {
        if (name === 'vars' && !(value instanceof Dict))
          throw parserError('vars for import_playbook statements must be specified as a dictionary', { at: data })
        result.set(key, value)
      }
    }
    return result
  }

  private fileOf(value: Value): string {
    if (value === null) throw parserError('playbook import parameter is missing', { at: this.data })
    if (!isText(value))
      throw parserError(
        `playbook import parameter must be a string indicating a file path, got ${yamlClass(value)} instead`,
        { at: this.data },
      )
    const [file] = splitArgs(textOf(value))
    if (file === undefined)
      throw parserError('import_playbook statements must specify the file name to import', { at: this.data })
    return file.trim()
  }

  /** The plays of the imported playbook, with this import's variables, tags and conditions. */
  loadPlays(basedir: string): readonly Play[] {
    const { context } = this
    const templar = context.variables.getVars().withLowest(this.vars).templar()
    const name = str(templar.template(this.get('import_playbook')))
    const found = context.collections.findPlaybook(name)
    const path = found?.path ?? (isAbsolute(name) ? name : join(basedir, name))
    const collection = found?.collection ?? context.collections.collectionOfPath(path)
    if (collection === undefined) context.addPlaybookPath(dirname(resolve(path)))
    else context.defaultCollection = collection
    const { plays } = loadFile(path, process.cwd(), context, this.vars)
    for (const play of plays) this.hand(play, path)
    return plays
  }

  private hand(play: Play, path: string): void {
    const when = this.get('when')
    const conditions = Array.isArray(when) ? when : [when]
    if (conditions.length > 0) play.includedConditional = conditions
    const vars = play.vars.copy().update(this.vars)
    const tags = play.get('tags')
    const all = [...(Array.isArray(tags) ? tags : [])]
    const tagsVariable = vars.get('tags')
    vars.delete('tags')
    if (tagsVariable !== undefined && tagsVariable !== null) all.push(...str(tagsVariable).split(','))
    const own = this.get('tags')
    all.push(...(Array.isArray(own) ? own : []))
    play.vars = vars
    play.setOwn('tags', [...new Set(all.map(tag => (isText(tag) ? textOf(tag) : tag)))])
    if (play.includedPath === undefined) {
      play.includedPath = dirname(path)
      play.basedir = play.includedPath
    }
    if (conditions.length === 0) return
    for (const part of [...play.preTasks, ...play.roles, ...play.tasks, ...play.postTasks]) {
      const before = part.get('when')
      part.setOwn('when', [...conditions, ...(Array.isArray(before) ? before : [before])])
    }
  }
}
