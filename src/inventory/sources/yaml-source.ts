// YAML inventory: groups with hosts, vars, children. Mirrors plugins/inventory/yaml.py (2.14).
import { MadansibleError, ParserError } from '../../errors.js'
import { isPyError, str, truth } from '../../python/index.js'
import { Dict, isText, type Value } from '../../python/values.js'
import { type ExpandedPattern, expandHostPattern } from './host-ranges.js'
import { extensionOf, isReadablePath, populateHosts, yamlClass } from './populate.js'
import { asParserError, type Source, type SourceReader } from './source-reader.js'

export const yamlSource: SourceReader = {
  name: 'yaml',
  accepts(source) {
    const extensions = source.config.pluginOption('inventory', 'yaml', 'yaml_extensions') as readonly string[]
    const extension = extensionOf(source.source)
    return isReadablePath(source.source) && (extension === '' || extensions.includes(extension))
  },
  read: source => asParserError(() => readYaml(source)),
}

function readYaml(source: Source): void {
  const content = source.content()
  if (!truth(content)) throw new ParserError('Parsed empty YAML file')
  if (!(content instanceof Dict)) {
    throw new ParserError(`YAML inventory has invalid structure, it should be a dictionary, got: ${yamlClass(content)}`)
  }
  if (truth(content.get('plugin') ?? null)) {
    throw new ParserError('Plugin configuration YAML file, not YAML inventory')
  }
  for (const [name, group] of content) readGroup(source, name, group)
}

/** @returns the name of the group as it is known now */
function readGroup(source: Source, name: Value, content: Value): Value {
  if (content !== null && !(content instanceof Dict)) {
    source.warn(`Skipping '${str(name)}' as this is not a valid group definition`)
    return name
  }
  const group = addGroup(source, name)
  if (content === null) return group
  const sections = ['vars', 'children', 'hosts']
  for (const [key, given] of content) {
    const isSection = sections.includes(key as string)
    const section = isSection && isText(given) ? new Dict([[given, null]]) : given
    if (section !== null && !(section instanceof Dict)) {
      if (isSection) {
        throw new ParserError(
          `Invalid "${str(key)}" entry for "${group}" group, requires a dictionary, found "${yamlClass(section)}" instead.`,
        )
      }
      source.warn(
        `Skipping key (${str(key)}) in group (${group}) as it is not a mapping, it is a ${yamlClass(section)}`,
      )
    } else if (section === null) source.verbose?.(`Skipping empty key (${str(key)}) in group (${group})`, 3)
    else if (key === 'vars') for (const [variable, value] of section) source.data.setVariable(group, variable, value)
    else if (key === 'children') readChildren(source, group, section)
    else if (key === 'hosts') readHosts(source, group, section)
    else {
      source.warn(
        `Skipping unexpected key (${str(key)}) in group (${group}), only "vars", "children" and "hosts" are valid`,
      )
    }
  }
  return group
}

function addGroup(source: Source, name: Value): string {
  try {
    return source.data.addGroup(name)
  } catch (error) {
    if (error instanceof MadansibleError) throw new ParserError(`Unable to add group ${str(name)}: ${error.message}`)
    throw error
  }
}

function readChildren(source: Source, group: string, children: Dict): void {
  for (const [name, content] of children) {
    source.data.addChild(group, str(readGroup(source, name, content)))
  }
}

function readHosts(source: Source, group: string, entries: Dict): void {
  for (const [pattern, vars] of entries) {
    const { hosts, port } = expand(pattern)
    populateHosts(source.data, hosts, truth(vars) ? vars : new Dict(), group, port)
  }
}

function expand(pattern: Value): ExpandedPattern {
  try {
    return expandHostPattern(pattern)
  } catch (error) {
    if (!isPyError(error, 'TypeError')) throw error
    throw new ParserError(`Host pattern ${str(pattern)} must be a string. Enclose integers/floats in quotation marks.`)
  }
}
