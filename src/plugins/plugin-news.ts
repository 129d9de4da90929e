// What a Python process must hear of before its next job: folders of plugins and playbooks that became known.

import { type CollectionFinder, PLUGIN_KINDS, type PluginFinder, type PluginKind } from '../collections/index.js'
import type { DataLoader } from '../yaml/index.js'

export interface NewsSources {
  readonly plugins: PluginFinder
  readonly collections: CollectionFinder
  readonly loader: DataLoader
}

/** Remembers what one process has been told. */
export class PluginNews {
  #version = -1
  #playbooks: readonly string[] | undefined
  #basedir: string | undefined

  constructor(private readonly sources: NewsSources) {}

  /** What changed since the last time; undefined when nothing did. */
  take(): Readonly<Record<string, unknown>> | undefined {
    const { plugins, collections, loader } = this.sources
    const playbooks = collections.playbookPaths
    const { basedir } = loader
    if (this.#version === plugins.version && this.#playbooks === playbooks && this.#basedir === basedir)
      return undefined
    const news: Record<string, unknown> = {}
    if (this.#playbooks !== playbooks) news.playbooks = playbooks
    if (this.#basedir !== basedir) news.basedir = basedir
    if (this.#version !== plugins.version) news.folders = foldersOf(plugins)
    this.#version = plugins.version
    this.#playbooks = playbooks
    this.#basedir = basedir
    return news
  }
}

function foldersOf(plugins: PluginFinder): Record<string, readonly string[]> {
  const folders: Record<string, readonly string[]> = {}
  for (const kind of Object.keys(PLUGIN_KINDS) as PluginKind[]) {
    const paths = plugins.directories(kind).foreignPaths
    if (paths.length > 0) folders[kind] = paths
  }
  return folders
}
