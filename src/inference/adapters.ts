// Finds adapters and whether they apply: an adapter with `detect` only where its files are, and only in a version it knows.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AdapterError, type AdapterFile, type Detection, readAdapterFile } from './adapter-file.js'

/** Adapters of folders (roles-adapter, or one adapter's own folder) that apply to a repository. */
export function loadAdapters(
  folders: readonly string[],
  repository: string | undefined,
  warn: (message: string) => void,
): readonly AdapterFile[] {
  const files = folders.flatMap(filesOf).map(readAdapterFile)
  // All files of a folder stand or fall with the one that says where the adapter belongs.
  const verdicts = new Map<string, boolean>()
  for (const file of files)
    if (file.detect !== undefined)
      verdicts.set(
        dirname(file.file),
        (verdicts.get(dirname(file.file)) ?? true) && applies(file, file.detect, repository, warn),
      )
  return files.filter(file => verdicts.get(dirname(file.file)) ?? true)
}

function filesOf(folder: string): readonly string[] {
  let entries: readonly string[]
  try {
    entries = readdirSync(folder).sort()
  } catch (cause) {
    throw new AdapterError(`Cannot read the folder of adapters ${folder}: ${(cause as Error).message}`, { cause })
  }
  return entries.flatMap(entry => {
    const path = join(folder, entry)
    if (/\.ya?ml$/.test(entry)) return [path]
    return statSync(path).isDirectory() ? filesOf(path) : []
  })
}

function applies(
  file: AdapterFile,
  detect: Detection,
  repository: string | undefined,
  warn: (message: string) => void,
): boolean {
  const root = repository === undefined ? undefined : rootOf(repository, detect.files)
  if (root === undefined) return false
  const { version } = detect
  if (version === undefined) return true
  const found = versionIn(join(root, version.file), version.pattern)
  if (found !== undefined && version.values.includes(found)) return true
  warn(
    `${root} looks like ${file.name}, but its version ${found === undefined ? `(${version.file}) cannot be told` : found} is not one ` +
      `that the adapter knows (${version.values.join(', ')}): its modules and containers are taken to touch everything.`,
  )
  return false
}

/** The repository, a folder above it, or one inside it, that has all the files. */
function rootOf(repository: string, files: readonly string[]): string | undefined {
  const above: string[] = []
  for (let folder = repository; above.length < 4; folder = dirname(folder)) above.push(folder)
  return above
    .flatMap(folder => [folder, join(folder, 'ansible')])
    .find(folder => files.every(file => existsSync(join(folder, file))))
}

function versionIn(file: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(readFileSync(file, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
