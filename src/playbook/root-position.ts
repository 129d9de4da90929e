// Where a file whose whole content is one text begins: YAML keeps positions of mappings and lists, not of texts.

import type { Position } from '../errors.js'
import { Dict, isText, type Value } from '../python/values.js'
import { positionOf } from '../yaml/index.js'
import type { LoadContext } from './load-context.js'

/** Position of what a file holds; `path` is the file as it was loaded. */
export function rootPosition(data: Value, path: string, context: LoadContext): Position | undefined {
  if (data instanceof Dict || Array.isArray(data)) return positionOf(data)
  if (!isText(data)) return undefined
  const file = context.loader.pathDwim(path)
  const lines = context.loader.readText(file).split('\n')
  for (const [index, line] of lines.entries()) {
    const content = line.replace(/^\ufeff?(---(?=\s|$))?/, marker => ' '.repeat(marker.length))
    const column = content.search(/[^\s]/)
    if (column >= 0 && content[column] !== '#' && !line.startsWith('%'))
      return { file, line: index + 1, column: column + 1 }
  }
  return undefined
}
