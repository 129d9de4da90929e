// What the tests of the plugin host share: a host over the plugins of ./repository, templars that use it, and the
// installed ansible-core with the same plugins as oracle.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectionFinder, DiskCache, PluginFinder } from '../../src/collections/index.js'
import { DictScope, Templar, type TemplarOptions, TemplateEnvironment } from '../../src/jinja/index.js'
import { findAnsible } from '../../src/modules/index.js'
import { foreignPlugins, foreignTemplates, PluginHost, type PluginHostOptions } from '../../src/plugins/index.js'
import { Dict, jsonLoads } from '../../src/python/index.js'
import type { Value } from '../../src/python/values.js'
import { VaultSecrets } from '../../src/vault/index.js'
import { DataLoader } from '../../src/yaml/index.js'
import { type Answer, askAnsible, encode, type OracleCase, renderText, valuesOf } from '../jinja/support.js'

export const repository = join(import.meta.dirname, 'repository')

/** Environment in which the oracle finds the same plugins, without writing beside them. */
export const environmentVariables: NodeJS.ProcessEnv = {
  ...process.env,
  PYTHONDONTWRITEBYTECODE: '1',
  ANSIBLE_LOCALHOST_WARNING: 'False',
  ANSIBLE_FILTER_PLUGINS: join(repository, 'filter_plugins'),
  ANSIBLE_TEST_PLUGINS: join(repository, 'test_plugins'),
  ANSIBLE_LOOKUP_PLUGINS: join(repository, 'lookup_plugins'),
  ANSIBLE_COLLECTIONS_PATH: join(repository, 'collections'),
}

export interface OpenHost {
  readonly host: PluginHost
  readonly plugins: PluginFinder
  readonly loader: DataLoader
  readonly environment: TemplateEnvironment
  /** What plugins said, as `kind: text`. */
  readonly said: string[]
  explain(): string[]
  templar(vars?: Readonly<Record<string, unknown>>, options?: TemplarOptions): Templar
  close(): Promise<void>
}

export interface OpenOptions extends Partial<Pick<PluginHostOptions, 'isAllowed' | 'env' | 'verbosity' | 'install'>> {
  readonly jinjaExtensions?: readonly string[]
  readonly vault?: VaultSecrets
  /** Folder whose plugin folders count; undefined for none. */
  readonly directory?: string | undefined
}

/** A plugin host as a run has it. Python starts with the first plugin that needs it. */
export function openHost(options: OpenOptions = {}): OpenHost {
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'madansible-host-test-'))
  const install = options.install ?? findAnsible({ cache: new DiskCache(cacheDirectory) })
  const directory = 'directory' in options ? options.directory : repository
  const collections = new CollectionFinder({
    paths: [join(repository, 'collections')],
    pythonPath: [],
    corePath: install.libraryPath,
    coreVersion: install.version,
    cache: new DiskCache(cacheDirectory),
  })
  const plugins = new PluginFinder({ collections, corePath: install.libraryPath, configuredPaths: () => [] })
  if (directory !== undefined) plugins.addPluginDirectories(directory)
  const loader = new DataLoader(options.vault ?? new VaultSecrets())
  loader.basedir = directory ?? tmpdir()
  const said: string[] = []
  const host = new PluginHost({
    install,
    plugins,
    collections,
    loader,
    arguments: Dict.of({ verbosity: 0, inventory: ['hosts'], check: false }),
    verbosity: options.verbosity ?? 0,
    voice: {
      warning: text => said.push(`warning: ${text}`),
      deprecated: ({ text, version, date, collection }) =>
        said.push(`deprecated: ${[text, version ?? date, collection].join(' / ')}`),
      verbose: (level, text) => said.push(`verbose ${level}: ${text}`),
      display: text => said.push(`display: ${text}`),
      error: text => said.push(`error: ${text}`),
      print: text => said.push(`print: ${text}`),
    },
    isAllowed: options.isAllowed ?? true,
    cacheDirectory,
    env: options.env ?? environmentVariables,
  })
  const foreign = foreignPlugins(host)
  const environment = new TemplateEnvironment({
    plugins: [foreign],
    fallback: foreignTemplates(host, foreign),
    jinjaExtensions: options.jinjaExtensions ?? [],
    controller: { loader, setting: () => undefined, warn: text => said.push(`warning: ${text}`) },
  })
  return {
    host,
    plugins,
    loader,
    environment,
    said,
    explain: () => foreign.explain(),
    templar: (vars = {}, templarOptions = {}) =>
      new Templar(environment, new DictScope(valuesOf(vars)), { basedir: loader.basedir, ...templarOptions }),
    async close() {
      await host.close()
      rmSync(cacheDirectory, { recursive: true, force: true })
    },
  }
}

/** The value of a template, in the form that tests compare. */
export function shownValue(templar: Templar, template: string): unknown {
  return encode(templar.template(template))
}

/** Variables from JSON text: 1.0 is a float. */
export const variablesOf = (json: string): Value => jsonLoads(json)

function ourAnswer(open: OpenHost, one: OracleCase): Answer {
  const templar = open.templar(one.vars)
  try {
    if (one.mode === 'cond') return { value: templar.evaluateConditional(one.template) }
    return { value: encode(one.mode === 'text' ? renderText(templar, one.template) : templar.template(one.template)) }
  } catch (error) {
    if (error instanceof Error && 'pyType' in error) return { error: error.message, type: String(error.pyType) }
    throw error
  }
}

/** Cases whose answers differ from those of ansible-core with the same plugins. */
export function differences(open: OpenHost, cases: readonly OracleCase[]): unknown[] {
  const given = cases.map(one => ({ ...one, basedir: open.loader.basedir }))
  const before = { ...process.env }
  Object.assign(process.env, environmentVariables)
  let answers: Answer[]
  try {
    answers = askAnsible(given)
  } finally {
    process.env = before
  }
  const found: unknown[] = []
  given.forEach((one, index) => {
    const ours = ourAnswer(open, one)
    const ansible = answers[index]
    if (textOf(ours) !== textOf(ansible)) found.push({ template: one.template, ours, ansible })
  })
  return found
}

/** Python numbers the modules of filters as it likes. */
const textOf = (answer: unknown): string =>
  JSON.stringify(answer).replace(/plugins\.(filter|test)\.\d+_/g, 'plugins.$1.N_')

/** Cases of one mode over the same variables. */
export const casesOf = (
  mode: OracleCase['mode'],
  templates: readonly string[],
  vars: OracleCase['vars'] = {},
): OracleCase[] => templates.map(template => ({ mode, template, vars }))
