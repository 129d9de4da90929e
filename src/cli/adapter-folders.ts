// Where adapters are: the folders of roles-adapter/ beside the program.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Every adapter that comes with the program. */
export function adapterFolders(): readonly string[] {
  const root = rootFolder()
  if (root === undefined) return []
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => path.join(root, entry.name))
    .sort()
}

/** roles-adapter/ of the package, from the sources and from the bundle alike. */
function rootFolder(): string | undefined {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'roles-adapter')
    if (existsSync(candidate)) return candidate
    if (path.dirname(folder) === folder) return undefined
  }
}
