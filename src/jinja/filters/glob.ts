// glob.glob of Python 3.11 (not recursive unless `**` is asked for, hidden files only when named).

import { lstatSync, opendirSync } from 'node:fs'
import { isDirectory, joinPath } from '../../config/index.js'
import { fnmatchRegex } from '../../python/index.js'

const MAGIC = /[*?[]/

/** Paths that match, in the order the folders list their entries. */
export function glob(pattern: string): string[] {
  const slash = pattern.lastIndexOf('/')
  let folder = pattern.slice(0, slash + 1)
  const name = pattern.slice(slash + 1)
  if (!/^\/*$/.test(folder)) folder = folder.replace(/\/+$/, '')
  if (!MAGIC.test(pattern)) {
    if (name !== '') return exists(pattern) ? [pattern] : []
    return isDirectory(folder) ? [pattern] : []
  }
  if (folder === '') return MAGIC.test(name) ? matching('', name) : literal('', name)
  const folders = MAGIC.test(folder) ? glob(folder) : [folder]
  return folders.flatMap(parent =>
    (MAGIC.test(name) ? matching(parent, name) : literal(parent, name)).map(found => joinPath(parent, found)),
  )
}

function matching(folder: string, pattern: string): string[] {
  const regex = fnmatchRegex(pattern)
  return listFolder(folder === '' ? '.' : folder).filter(
    name => (pattern.startsWith('.') || !name.startsWith('.')) && regex.match(name) !== undefined,
  )
}

/** Names in the order of the folder itself, as os.scandir gives them (readdirSync would sort). */
function listFolder(path: string): string[] {
  const names: string[] = []
  try {
    const folder = opendirSync(path)
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) names.push(entry.name)
    } finally {
      folder.closeSync()
    }
  } catch {
    return []
  }
  return names
}

function literal(folder: string, name: string): string[] {
  if (name === '') return isDirectory(folder) ? [name] : []
  return exists(joinPath(folder, name)) ? [name] : []
}

function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}
