// Holds the import direction of docs/architecture.md: a folder of src imports only from its own or lower layers.
// Also: another folder is entered through its index.ts only where it has one.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './setup.js'

const LAYERS = [
  ['errors', 'graph', 'python'],
  ['yaml', 'vault', 'config'],
  ['jinja', 'inventory', 'transport', 'collections'],
  ['playbook', 'variables', 'modules', 'agent', 'plugins'],
  ['inference', 'madeus', 'verify'],
  ['engine'],
  ['backend', 'actions', 'report'],
  ['bench'],
  ['cli'],
]
/** Folders that read only one file of another folder. */
const NARROW = { report: { engine: ['events'] }, madeus: { only: ['graph', 'errors', 'yaml', 'python'] } }

const layerOf = new Map(LAYERS.flatMap((names, layer) => names.map(name => [name, layer])))
const src = path.join(root, 'src')
const problems = []

for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
  const file = path.join(entry.parentPath, entry.name)
  const from = room(file)
  const text = readFileSync(file, 'utf8')
  for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const target = path.resolve(path.dirname(file), match[1])
    const to = room(target)
    if (to === from) continue
    const where = `${path.relative(root, file)}: imports ${match[1]}`
    if (!layerOf.has(from) || !layerOf.has(to))
      problems.push(`${where}: folder ${layerOf.has(from) ? to : from} has no layer`)
    else if (layerOf.get(to) > layerOf.get(from)) problems.push(`${where}: ${from} is below ${to}`)
    const allowed = NARROW[from]?.[to]
    if (allowed && !allowed.includes(path.basename(target, '.js')))
      problems.push(`${where}: ${from} reads only ${allowed} of ${to}`)
    if (NARROW[from]?.only && !NARROW[from].only.includes(to))
      problems.push(`${where}: ${from} stands on ${NARROW[from].only} alone`)
  }
}

for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'import layers: ok' : `import layers: ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1

function room(file) {
  const first = path.relative(src, file).split(path.sep)[0]
  return first.replace(/\.(ts|js)$/, '')
}
