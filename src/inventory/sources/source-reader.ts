// What reads one kind of inventory source.
import type { Config } from '../../config/index.js'
import { MadansibleError, ParserError } from '../../errors.js'
import { isPyError } from '../../python/index.js'
import type { Value } from '../../python/values.js'
import type { DataLoader } from '../../yaml/index.js'
import type { InventoryData } from '../inventory-data.js'

export interface SourceOptions {
  readonly config: Config
  readonly loader: DataLoader
  readonly cwd: string
  readonly warn: (message: string) => void
  readonly error?: ((message: string) => void) | undefined
  readonly verbose?: ((message: string, level: number) => void) | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Plugins may answer from their caches; default true. */
  readonly useCache?: boolean | undefined
}

/** One source while readers try it in turn. */
export interface Source extends SourceOptions {
  /** Absolute path, or a list of hosts. */
  readonly source: string
  readonly data: InventoryData
  /** The file's content as YAML or JSON, read once for all readers. Throws what the loader throws. */
  content(): Value
}

/** Reads one kind of source (an inventory plugin of Ansible). */
export interface SourceReader {
  readonly name: string
  /** verify_file: whether the source looks like this reader's kind. */
  accepts(source: Source): boolean
  /** Adds hosts, groups and variables. Throws a MadansibleError when the source is not of this kind or broken; gives false
   *  when the reader finds only now that it does not want the source. */
  read(source: Source): void | Promise<void> | Promise<boolean>
}

/** Runs `work`; what it throws becomes a ParserError with the same text, as Ansible's plugins do. Bugs pass. */
export function asParserError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof ParserError) throw error
    if (error instanceof MadansibleError || isPyError(error)) throw new ParserError(error.message, { cause: error })
    throw error
  }
}
