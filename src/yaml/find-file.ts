// Where Ansible looks for the files that a task names: role and playbook directories, with and without `files/` and so on.
// Mirrors path_dwim_relative and path_dwim_relative_stack of parsing/dataloader.py (2.14).
import { dirName, joinPath, pathExists, unfrackPath } from '../config/index.js'

/** What the search needs to know about the loader. */
interface Base {
  readonly basedir: string
  readonly cwd: string
  pathDwim(given: string): string
}

const TASKS = /(?:^|\/)+tasks\/?$/
const MAIN = ['main.yml', 'main.yaml', 'main']

/** True for a directory that looks like a role's: tasks/main or meta/main in it or beside it. */
export function isRolePath(path: string, cwd: string): boolean {
  const full = unfrackPath(path, { cwd })
  const places = [joinPath(full, 'tasks'), joinPath(full, 'meta')]
  const parent = dirName(path)
  places.push(joinPath(parent, 'tasks'), joinPath(parent, 'meta'))
  const hasMain = (directory: string): boolean =>
    MAIN.some(name => pathExists(joinPath(cwd, joinPath(directory, name))))
  return (TASKS.test(path) && hasMain(path)) || places.some(hasMain)
}

/** The first candidate that exists, otherwise the last. */
export function findRelative(base: Base, path: string, dirname: string, source: string, isRole: boolean): string {
  const { cwd } = base
  const search: string[] = []
  if (source.startsWith('/') || source.startsWith('~')) search.push(unfrackPath(source, { cwd }))
  else {
    search.push(joinPath(path, dirname, source))
    const role = isRole || isRolePath(path, cwd)
    const directory = unfrackPath(role && TASKS.test(path) ? dirName(path) : path, { cwd })
    search.push(unfrackPath(joinPath(directory, dirname, source), { cwd }))
    if (role && !source.endsWith(dirname)) search.push(unfrackPath(joinPath(directory, 'tasks', source), { cwd }))
    search.push(unfrackPath(joinPath(dirname, source), { cwd }))
    search.push(unfrackPath(joinPath(directory, source), { cwd }))
    search.push(base.pathDwim(joinPath(dirname, source)), base.pathDwim(source))
  }
  return search.find(candidate => pathExists(joinPath(cwd, candidate))) ?? (search.at(-1) as string)
}

/** The first candidate that exists in a stack of directories, and all candidates. */
export function findRelativeStack(
  base: Base,
  paths: readonly string[],
  dirname: string,
  source: string | null,
  isRole: boolean,
): { found: string | undefined; searched: string[] } {
  const { cwd } = base
  if (source === null) return { found: undefined, searched: [] }
  if (source.startsWith('~') || source.startsWith('/')) {
    const full = unfrackPath(source, { cwd })
    return { found: pathExists(full) ? full : undefined, searched: [] }
  }
  const searched: string[] = []
  for (const path of paths) {
    const full = unfrackPath(path, { cwd })
    const parent = dirName(full)
    if (parent.endsWith('/tasks') && (isRole || isRolePath(path, cwd))) {
      searched.push(joinPath(dirName(parent), dirname, source), joinPath(parent, source))
    } else {
      // Ansible compares bytes with text here, so the directory is added even when `source` begins with it.
      searched.push(joinPath(full, dirname, source), joinPath(full, source))
    }
  }
  searched.push(joinPath(base.basedir, dirname, source), joinPath(base.basedir, source))
  return { found: searched.find(candidate => pathExists(joinPath(cwd, candidate))), searched }
}
