// The template lookup. Mirrors ansible/plugins/lookup/template.py (2.14).

import { dirName, joinPath } from '../../config/index.js'
import { Dict, isText, type Mapping, str, truth, type Value } from '../../python/index.js'
import { TemplateError } from '../errors.js'
import { toText } from '../filters/conversions.js'
import { NativeText } from '../native-text.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { readText } from './files.js'
import { type LookupOptions, type OptionSpecs, readOptions } from './options.js'
import { findFile } from './search.js'

const OPTIONS: OptionSpecs = {
  convert_data: { type: 'bool', default: true },
  variable_start_string: { type: 'string', default: '{{' },
  variable_end_string: { type: 'string', default: '}}' },
  jinja2_native: { type: 'bool', default: false },
  template_vars: { type: 'dict', default: new Dict() },
  comment_start_string: { type: 'string' },
  comment_end_string: { type: 'string' },
}

const DELIMITERS = ['variable_start_string', 'variable_end_string', 'comment_start_string', 'comment_end_string']

/** Where includes of a template look: beside it, then in the search path of the task. */
function includeFolders(call: CallContext, path: string): string[] {
  const folders = call.scope.get('ansible_search_path')
  const paths = Array.isArray(folders) ? folders.map(toText) : []
  return [dirName(path), ...paths.flatMap(folder => [joinPath(folder, 'templates'), folder])]
}

function render(call: CallContext, term: Value, options: LookupOptions): Value {
  const path = findFile(call, 'templates', term)
  if (path === undefined) {
    throw new TemplateError(`the template file ${toText(term)} could not be found for the lookup`)
  }
  const variables = [call.templar.ansibleTemplateVars(toText(term), path), options.get('template_vars') as Mapping]
  const convertData = truth(options.get('convert_data'))
  const isNativeRun = call.templar.environment.isNative
  const native = truth(options.get('jinja2_native')) && isNativeRun
  const delimiters = DELIMITERS.map(name => [name, options.get(name)] as const).filter(([, value]) => value !== null)
  const result = call.templar.renderLookupFile(readText(call, path), {
    variables,
    searchPath: includeFolders(call, path),
    convertData,
    native,
    overrides: Object.fromEntries(delimiters),
  })
  if (convertData && !(isNativeRun && !native)) return result
  return new NativeText(isText(result) ? toText(result) : str(result))
}

const template: PluginCall = (call, terms, kwargs) => {
  call.markVolatile()
  const options = readOptions('template', OPTIONS, kwargs)
  return terms.map(term => render(call, term, options))
}

export const templateLookups: Readonly<Record<string, PluginCall>> = { template }
