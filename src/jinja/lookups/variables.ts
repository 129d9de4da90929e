// Lookups of variables and settings: vars, varnames, env, config. Mirrors ansible/plugins/lookup (2.14).

import { compileRegex, Mapping, PyError, splitText, textOf, type Value } from '../../python/index.js'
import { LookupError, NotNativeError, PluginOptionsError, TemplateError, UndefinedVariableError } from '../errors.js'
import { callMethod, classText, isStr, messageOf, toText } from '../filters/conversions.js'
import type { CallContext, PluginCall } from '../plugin.js'
import { Undefined } from '../undefined.js'
import { type OptionSpecs, readOptions } from './options.js'

/** What a variable is raw: of this host, or of the hostvars entry of this host. */
function rawVariable(call: CallContext, name: string): Value {
  const own = call.scope.get(name)
  if (own !== undefined) return own
  const hostVars = call.scope.get('hostvars')
  const host = call.scope.get('inventory_hostname')
  const vars = hostVars instanceof Mapping && host !== undefined ? hostVars.get(host) : undefined
  const value = vars instanceof Mapping ? vars.get(name) : undefined
  if (value !== undefined) return value
  throw new UndefinedVariableError(`No variable found with this name: ${name}`)
}

function identifier(term: Value, pronoun: string): string {
  if (isStr(term)) return textOf(term)
  const text = `Invalid setting identifier, "${toText(term)}" is not a string, ${pronoun} a ${classText(term)}`
  throw new TemplateError(text)
}

const vars: PluginCall = (call, terms, kwargs) => {
  const fallback = readOptions('vars', { default: {} }, kwargs).get('default')
  return terms.map(term => {
    const name = identifier(term, 'its')
    try {
      return call.templar.template(rawVariable(call, name), { failOnUndefined: true })
    } catch (error) {
      if (fallback !== null && error instanceof UndefinedVariableError && error.pyType !== 'UndefinedError') {
        return fallback
      }
      throw error
    }
  })
}

const varNames: PluginCall = (call, terms) => {
  const names = [...call.scope.names()]
  return terms.flatMap(term => {
    const pattern = identifier(term, 'it is')
    const regex = compilePattern(pattern)
    return names.filter(name => regex.search(name) !== undefined)
  })
}

function compilePattern(pattern: string): ReturnType<typeof compileRegex> {
  try {
    return compileRegex(pattern)
  } catch (error) {
    throw new TemplateError(`Unable to use "${pattern}" as a search parameter: ${messageOf(error)}`, { kind: 'error' })
  }
}

const ENV_OPTIONS: OptionSpecs = { default: { type: 'raw', default: '' } }

const env: PluginCall = (_call, terms, kwargs) => {
  const fallback = readOptions('env', ENV_OPTIONS, kwargs).get('default')
  return terms.map(term => {
    const [name] = isStr(term) ? splitText(textOf(term)) : (callMethod(term, 'split') as string[])
    if (name === undefined) throw new PyError('IndexError', 'list index out of range')
    const value = process.env[name] ?? fallback
    if (value instanceof Undefined) {
      throw new UndefinedVariableError(`The "env" lookup, found an undefined variable: ${name}`)
    }
    return value
  })
}

const PLUGIN_TYPES = [
  'become',
  'cache',
  'callback',
  'cliconf',
  'connection',
  'httpapi',
  'inventory',
  'lookup',
  'netconf',
  'shell',
  'vars',
]

const CONFIG_OPTIONS: OptionSpecs = {
  on_missing: { type: 'string', default: 'error', choices: ['error', 'skip', 'warn'] },
  plugin_type: { type: 'string', choices: PLUGIN_TYPES },
  plugin_name: { type: 'string' },
}

const config: PluginCall = (call, terms, kwargs) => {
  const options = readOptions('config', CONFIG_OPTIONS, kwargs)
  const [missing, type, plugin] = ['on_missing', 'plugin_type', 'plugin_name'].map(name => options.get(name))
  if ((type === null) !== (plugin === null)) {
    const text = 'Both plugin_type and plugin_name are required, cannot use one without the other'
    throw new PluginOptionsError(text)
  }
  const { controller } = call.templar
  return terms.flatMap(term => {
    if (!isStr(term)) {
      const text = `Invalid setting identifier, "${toText(term)}" is not a string, its a ${classText(term)}`
      throw new PluginOptionsError(text)
    }
    const name = textOf(term)
    const value = type ? pluginSetting(call, toText(type), toText(plugin ?? null), name) : controller.setting(name)
    if (value !== undefined) return [value]
    if (missing === 'error') {
      const reason = `module 'ansible.constants' has no attribute '${name}'`
      throw new LookupError(`Unable to find setting ${name}. ${reason}. ${reason}`)
    }
    if (missing === 'warn') controller.warn(`Skipping, did not find setting ${name}`)
    return []
  })
}

function pluginSetting(call: CallContext, type: string, plugin: string, option: string): Value | undefined {
  const { controller } = call.templar
  if (controller.pluginSetting === undefined) {
    throw new NotNativeError(`lookup('config') of the options of plugin '${plugin}' needs Ansible's plugin loader`)
  }
  return controller.pluginSetting(type, plugin, option)
}

export const variableLookups: Readonly<Record<string, PluginCall>> = { config, env, varnames: varNames, vars }
