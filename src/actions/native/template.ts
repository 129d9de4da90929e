// Renders a template and copies the result to the host. Mirrors plugins/action/template.py (ansible-core 2.14).
import { basename, dirname, join } from 'node:path'
import { ActionExit } from '../../engine/index.js'
import { MadansibleError } from '../../errors.js'
import { looseBoolean } from '../../python/boolean.js'
import { decodeUtf8, PyError, str } from '../../python/index.js'
import { type Dict, Mapping, type Value } from '../../python/values.js'
import { FileNotFoundError } from '../../yaml/index.js'
import type { ActionCall } from '../action-call.js'
import { actionFail, mergingExits, pythonType } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { modeText } from '../copy-file.js'
import { encodeText } from '../text-encoding.js'
import { runCopyAction } from './copy.js'

const TEXT_OPTIONS =
  'src dest state newline_sequence variable_start_string variable_end_string block_start_string block_end_string comment_start_string comment_end_string'.split(
    ' ',
  )
/** Options that the copy action must not see. */
const TEMPLATE_OPTIONS =
  'newline_sequence block_start_string block_end_string variable_start_string variable_end_string comment_start_string comment_end_string trim_blocks lstrip_blocks output_encoding'.split(
    ' ',
  )
const ESCAPED_NEWLINES: Readonly<Record<string, string>> = { '\\n': '\n', '\\r': '\r', '\\r\\n': '\r\n' }
const NEWLINES = ['\n', '\r', '\r\n']

export const template: NativeAction = {
  async run(call) {
    const result = call.begin()
    for (const name of TEXT_OPTIONS) {
      const value = call.args.get(name)
      if (value !== undefined && value !== null) call.args.set(name, asText(value))
    }
    return mergingExits(result, async () => {
      const options = validated(call)
      const source = findTemplate(call, options.source)
      const mode = call.args.get('mode') ?? null
      const newMode = mode !== null && str(mode) === 'preserve' ? modeText(source) : mode
      const bytes = render(call, source, options)
      const copyCall = call.withArgs(copyArguments(call, options, newMode, basename(source)))
      const name = str(copyCall.args.get('src') as Value)
      result.update(await runCopyAction(copyCall, { bytes, name }))
    })
  },
}

interface TemplateArguments {
  readonly source: string
  readonly destination: string
  readonly newline: string
  readonly follow: boolean
  readonly trimBlocks: boolean
  readonly lstripBlocks: boolean
  readonly encoding: string
}

/** ensure_type(value, 'string'): what is not a text, number or boolean stays and is refused. */
function asText(value: Value): Value {
  if (Array.isArray(value) || value instanceof Mapping) {
    throw new MadansibleError(`Invalid type provided for "string": ${str(value)}`)
  }
  return str(value)
}

function validated(call: ActionCall): TemplateArguments {
  const { args } = call
  const text = (name: string) => {
    const value = args.get(name)
    return value === undefined || value === null ? undefined : str(value)
  }
  const given = text('newline_sequence') ?? '\n'
  const newline = ESCAPED_NEWLINES[given] ?? given
  if (text('state') !== undefined) throw actionFail("'state' cannot be specified on a template")
  const source = text('src')
  const destination = text('dest')
  if (source === undefined || destination === undefined) throw actionFail('src and dest are required')
  if (!NEWLINES.includes(newline)) throw actionFail('newline_sequence needs to be one of: \n, \r or \r\n')
  return {
    source,
    destination,
    newline,
    follow: looseBoolean(args.get('follow') ?? false),
    trimBlocks: looseBoolean(args.get('trim_blocks') ?? true),
    lstripBlocks: looseBoolean(args.get('lstrip_blocks') ?? false),
    encoding: text('output_encoding') || 'utf-8',
  }
}

function findTemplate(call: ActionCall, name: string): string {
  try {
    return call.findNeedle('templates', name)
  } catch (error) {
    if (error instanceof MadansibleError) throw actionFail(error.message, error)
    throw error
  }
}

function render(call: ActionCall, source: string, options: TemplateArguments): Uint8Array {
  const { templar } = call.context
  const data = readTemplate(call, source)
  try {
    const text = templar.renderFile(data, {
      path: source,
      templatePath: options.source,
      searchPath: searchPath(call, source),
      destination: options.destination,
      newlineSequence: options.newline,
      trimBlocks: options.trimBlocks,
      lstripBlocks: options.lstripBlocks,
      ...markers(call),
    })
    return encodeText(text, options.encoding)
  } catch (error) {
    if (error instanceof ActionExit || !(error instanceof MadansibleError || error instanceof PyError)) throw error
    throw actionFail(`${pythonType(error)}: ${error.message}`, error)
  }
}

const MARKERS = {
  variable_start_string: 'variableStart',
  variable_end_string: 'variableEnd',
  block_start_string: 'blockStart',
  block_end_string: 'blockEnd',
  comment_start_string: 'commentStart',
  comment_end_string: 'commentEnd',
} as const

function markers(call: ActionCall): Partial<Record<(typeof MARKERS)[keyof typeof MARKERS], string>> {
  const given = Object.entries(MARKERS).map(([name, option]) => [option, call.args.get(name) ?? null] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== null).map(([option, value]) => [option, str(value)]))
}

function readTemplate(call: ActionCall, source: string): string {
  let data: Buffer
  try {
    data = call.state.services.loader.readFile(source).data
  } catch (error) {
    if (!(error instanceof FileNotFoundError)) throw error
    throw actionFail(`could not find src=${source}, ${error.message}`, error)
  }
  try {
    return decodeUtf8(data, 'strict')
  } catch (error) {
    throw actionFail('Template source files must be utf-8 encoded', error)
  }
}

/** Where includes and imports look: the task's search path, the playbook's folder and the template's own. */
function searchPath(call: ActionCall, source: string): string[] {
  const { task } = call.context
  const paths = [...task.getSearchPath(), call.state.services.loader.basedir, dirname(source)]
  return paths.flatMap(path => [join(path, 'templates'), path])
}

function copyArguments(call: ActionCall, options: TemplateArguments, mode: Value, name: string): Dict {
  const args = call.args.copy()
  args.set('mode', mode)
  for (const option of TEMPLATE_OPTIONS) args.delete(option)
  args.set('src', call.localTemporaryPath(name))
  args.set('dest', options.destination)
  return args.set('follow', options.follow)
}
