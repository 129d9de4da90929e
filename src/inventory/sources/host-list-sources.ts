// Lists of hosts on the command line: `a,b:2222,` and, with ranges, `web[1:3],`. Mirrors plugins/inventory/host_list.py
// and advanced_host_list.py (2.14).
import { pathExists } from '../../config/index.js'
import { MadansibleError, ParserError } from '../../errors.js'
import { isPyError } from '../../python/index.js'
import { parseAddress } from '../address.js'
import { type ExpandedPattern, expandHostPattern } from './host-ranges.js'
import type { Source, SourceReader } from './source-reader.js'

export const hostListSource: SourceReader = {
  name: 'host_list',
  accepts: isHostList,
  read: source =>
    readList(source, entry => {
      const { host, port } = parseAddress(entry)
      return { hosts: [host], port }
    }),
}

export const advancedHostListSource: SourceReader = {
  name: 'advanced_host_list',
  accepts: isHostList,
  read: source => readList(source, expandHostPattern),
}

function isHostList(source: Source): boolean {
  return source.source.includes(',') && !pathExists(source.source)
}

function readList(source: Source, expand: (entry: string) => ExpandedPattern): void {
  const { data } = source
  for (const part of source.source.split(',')) {
    const entry = part.trim()
    if (entry === '') continue
    const { hosts, port } = expandOrKeep(source, entry, expand)
    for (const host of hosts) if (!data.hosts.has(host)) data.addHost(host, 'ungrouped', port)
  }
}

function expandOrKeep(source: Source, entry: string, expand: (entry: string) => ExpandedPattern): ExpandedPattern {
  try {
    return expand(entry)
  } catch (error) {
    if (isPyError(error)) throw new ParserError(`Invalid data from string, could not parse: ${error.message}`)
    if (!(error instanceof MadansibleError)) throw error
    source.verbose?.(`Unable to parse address from hostname, leaving unchanged: ${error.message}`, 3)
    return { hosts: [entry], port: undefined }
  }
}
