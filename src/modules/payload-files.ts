// Collects the files that a new-style Python module needs beside itself: exactly those that recursive_finder and
// _add_module_to_zip (lib/ansible/executor/module_common.py, 2.14) put into an AnsiballZ archive.
import type { ImportStatement } from './import-scan.js'
import { type LocateContext, locateUtil, ModuleSupportError, type UtilRequest } from './module-utils-locator.js'
import type { ZipEntry } from './zip.js'

export interface PayloadSubject {
  /** Dotted Python name of the module. */
  readonly pythonName: string
  readonly content: Buffer
  readonly coreVersion: string
  readonly coreAuthor: string
}

/** All files of a payload in the order Ansible writes them. Throws ModuleSupportError when support code is missing. */
export function collectPayloadFiles(subject: PayloadSubject, context: LocateContext): ZipEntry[] {
  const files = new Map<string, ZipEntry>(syntheticPackages(subject))
  const queue = new RequestQueue()
  queue.addImports(context.sources.imports(subject.content), subject.pythonName, false, files)
  queue.add({
    parts: ['ansible', 'module_utils', 'basic'],
    isAmbiguous: false,
    isChildRedirected: false,
    isOptional: false,
  })
  for (let request = queue.next(); request !== undefined; request = queue.next()) {
    if (files.has(request.parts.join('.'))) continue
    const isLegacy = request.parts[0] === 'ansible' && request.parts[1] === 'module_utils'
    if (!isLegacy && request.parts[0] !== 'ansible_collections') {
      context.notices.warning(
        `ModuleDepFinder improperly found a non-module_utils import [${tupleText(request.parts)}]`,
      )
      continue
    }
    const located = locateUtil(request, context)
    if ('lookedFor' in located) {
      if (request.isOptional) continue
      const names = located.lookedFor.map(name => `'${name}'`).join(', ')
      throw new ModuleSupportError(
        `Could not find imported module support code for ${subject.pythonName}.  Looked for ([${names}])`,
      )
    }
    const name = located.parts.join('.')
    if (files.has(name)) continue
    queue.addImports(context.sources.imports(located.content, located.path), name, located.isPackage, files)
    files.set(name, {
      name: `${located.parts.join('/')}${located.isPackage ? '/__init__' : ''}.py`,
      content: located.content,
    })
    for (let length = 1; length < located.parts.length; length++) {
      const parts = located.parts.slice(0, length)
      if (files.has(parts.join('.'))) continue
      queue.add({ parts, isAmbiguous: false, isChildRedirected: located.isRedirected, isOptional: request.isOptional })
    }
  }
  return [...files.values(), ...moduleFiles(subject, new Set([...files.values()].map(file => file.name)))]
}

/** `ansible` and `ansible.module_utils` are namespace packages in a payload, unlike the installed ones. */
function syntheticPackages(subject: PayloadSubject): [string, ZipEntry][] {
  const extend = 'from pkgutil import extend_path\n__path__=extend_path(__path__,__name__)\n'
  const about = `__version__="${subject.coreVersion}"\n__author__="${subject.coreAuthor}"\n`
  return [
    ['ansible', { name: 'ansible/__init__.py', content: Buffer.from(extend + about) }],
    ['ansible.module_utils', { name: 'ansible/module_utils/__init__.py', content: Buffer.from(extend) }],
  ]
}

function moduleFiles(subject: PayloadSubject, existing: ReadonlySet<string>): ZipEntry[] {
  const parts = subject.pythonName.split('.')
  const files: ZipEntry[] = [{ name: `${parts.join('/')}.py`, content: subject.content }]
  for (let length = parts[0] === 'ansible' ? 2 : 1; length < parts.length; length++) {
    const name = `${parts.slice(0, length).join('/')}/__init__.py`
    if (!existing.has(name)) files.push({ name, content: Buffer.alloc(0) })
  }
  return files
}

/** Requests by name, so that results do not depend on the order of imports. */
class RequestQueue {
  readonly #requests = new Map<string, UtilRequest>()

  add(request: UtilRequest): void {
    // Of equal requests one is enough: the first to be served decides, as in Ansible's sorted list.
    const flags = `${+request.isAmbiguous}${+request.isChildRedirected}${+request.isOptional}`
    this.#requests.set(`${request.parts.join('\0')}\0\0${flags}`, request)
  }

  addImports(
    imports: readonly ImportStatement[],
    pythonName: string,
    isPackage: boolean,
    known: ReadonlyMap<string, unknown>,
  ): void {
    const { submodules, optional } = importedNames(imports, pythonName, isPackage)
    for (const name of submodules) {
      if (known.has(name)) continue
      this.add({ parts: name.split('.'), isAmbiguous: true, isChildRedirected: false, isOptional: optional.has(name) })
    }
  }

  next(): UtilRequest | undefined {
    let first: string | undefined
    for (const key of this.#requests.keys()) if (first === undefined || key < first) first = key
    if (first === undefined) return undefined
    const request = this.#requests.get(first)
    this.#requests.delete(first)
    return request
  }
}

/** The names a source imports from module_utils; `optional` are those imported anywhere below the top level. */
function importedNames(
  imports: readonly ImportStatement[],
  pythonName: string,
  isPackage: boolean,
): { submodules: Set<string>; optional: Set<string> } {
  const submodules = new Set<string>()
  const optional = new Set<string>()
  const add = (name: string, isTopLevel: boolean) => {
    submodules.add(name)
    if (!isTopLevel) optional.add(name)
  }
  for (const statement of imports) {
    if (statement.kind === 'import') {
      for (const name of statement.names) {
        if (name.startsWith('ansible.module_utils.') || name.startsWith('ansible_collections.')) {
          add(name, statement.isTopLevel)
        }
      }
      continue
    }
    const module = statement.level > 0 ? absoluteModule(statement, pythonName, isPackage) : statement.module
    if (statement.names[0] === '_six') submodules.add('_six')
    else if (isModuleUtils(module)) for (const name of statement.names) add(`${module}.${name}`, statement.isTopLevel)
  }
  return { submodules, optional }
}

function isModuleUtils(module: string): boolean {
  if (module.startsWith('ansible.module_utils')) return true
  return (
    module.startsWith('ansible_collections.') &&
    (module.endsWith('plugins.module_utils') || module.includes('.plugins.module_utils.'))
  )
}

function absoluteModule(statement: ImportStatement, pythonName: string, isPackage: boolean): string {
  const parts = pythonName.split('.')
  // Python's slice parts[:-n]; in a package's __init__ one level less, and all of it for a single dot.
  const drop = isPackage ? statement.level - 1 : statement.level
  const base = drop === 0 ? parts : parts.slice(0, -drop)
  return (statement.module === '' ? base : [...base, statement.module]).join('.')
}

const tupleText = (parts: readonly string[]) =>
  `(${parts.map(part => `'${part}'`).join(', ')}${parts.length === 1 ? ',' : ''})`
