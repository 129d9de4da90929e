// What the tests of modules share: the installed ansible-core with its real finders, and real Ansible as oracle.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import {
  CollectionFinder,
  DiskCache,
  type NoticeSink,
  PluginFinder,
  silentNotices,
} from '../../src/collections/index.js'
import { findAnsible, ModuleLibrary } from '../../src/modules/index.js'

export interface LibraryOptions {
  readonly cacheDirectory?: string
  readonly collectionPaths?: readonly string[]
  readonly playbookDirectory?: string
  readonly notices?: NoticeSink
  readonly modulePaths?: readonly string[]
}

/** A module library over the installed ansible-core with a fresh cache. */
export function openLibrary(options: LibraryOptions = {}) {
  const cache = new DiskCache(options.cacheDirectory ?? temporaryDirectory())
  const notices = options.notices ?? silentNotices
  const install = findAnsible({ cache })
  const collections = new CollectionFinder({
    paths: options.collectionPaths ?? [],
    pythonPath: install.sysPath,
    corePath: install.libraryPath,
    coreVersion: install.version,
    cache,
    notices,
  })
  if (options.playbookDirectory) collections.setPlaybookPaths([options.playbookDirectory])
  const plugins = new PluginFinder({
    collections,
    corePath: install.libraryPath,
    configuredPaths: kind => (kind === 'modules' ? (options.modulePaths ?? []) : []),
    notices,
  })
  if (options.playbookDirectory) plugins.addPluginDirectories(options.playbookDirectory)
  const modules = new ModuleLibrary({ install, collections, plugins, cache, notices })
  return { install, collections, plugins, modules, cache }
}

export const temporaryDirectory = () => mkdtempSync(join(tmpdir(), 'madansible-modules-test-'))

/** Runs a Python program with the Python of the installed ansible-core; its answer is JSON. */
export function askPython(script: string, input: unknown, python = findAnsible().python): unknown {
  const run = spawnSync(python, [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    cwd: '/',
  })
  if (run.status !== 0) throw new Error(`the oracle failed: ${run.stderr}`)
  return JSON.parse(run.stdout)
}

/** Members of a zip archive, read through its central directory. */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>()
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  let position = zip.readUInt32LE(end + 16)
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const nameLength = zip.readUInt16LE(position + 28)
    const name = zip.subarray(position + 46, position + 46 + nameLength).toString('utf8')
    const local = zip.readUInt32LE(position + 42)
    const size = zip.readUInt32LE(position + 20)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + size)
    members.set(name, zip.readUInt16LE(position + 10) === 8 ? inflateRawSync(data) : data)
    position += 46 + nameLength + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32)
  }
  return members
}
