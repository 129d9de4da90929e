// Compiles src to dist with tsc and copies the Python files that travel with it.
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { ensureNpmPackages, must, root } from './setup.js'

ensureNpmPackages()
const dist = path.join(root, 'dist')
must('npx', ['tsc', '-p', 'tsconfig.json'])
for (const file of pythonFiles(path.join(root, 'src'))) {
  const target = path.join(dist, path.relative(path.join(root, 'src'), file))
  mkdirSync(path.dirname(target), { recursive: true })
  cpSync(file, target)
}

function pythonFiles(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.py'))
    .map(entry => path.join(entry.parentPath, entry.name))
}
