// The product's version, and the ansible-core it works with.
import { readFileSync } from 'node:fs'
import type { Config } from '../config/index.js'
import { findAnsible } from '../modules/index.js'
import type { SourceOptions } from './source-options.js'

export function productVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** `madansible run --version`. @returns the exit code */
export function printVersion(config: Config, options: SourceOptions): number {
  process.stdout.write(`${versionText(config, options)}\n`)
  return 0
}

/** What ansible-playbook says about itself, under our name. */
export function versionText(config: Config, options: SourceOptions): string {
  const install = findAnsible({ python: options.ansiblePython })
  const lines = [
    `madansible ${productVersion()} [core ${install.version}]`,
    `  config file = ${config.file ?? 'None'}`,
    `  configured module search path = [${config
      .get('DEFAULT_MODULE_PATH')
      .map(path => `'${path}'`)
      .join(', ')}]`,
    `  ansible python module location = ${install.libraryPath}`,
    `  ansible collection location = ${config.get('COLLECTIONS_PATHS').join(':')}`,
    `  executable location = ${process.argv[1] ?? 'madansible'}`,
    `  python version = ${install.pythonBuild} (${install.python})`,
    `  node version = ${process.version}`,
  ]
  return lines.join('\n')
}
