// Every setting of ansible-core 2.14: where it comes from (environment, ansible.cfg, command line, default) and its
// value; options of plugins; paths as Ansible expands them.
export { Config, type ConfigOptions } from './config.js'
export { isQuoted, toBoolean, unquote } from './convert.js'
export type { Deprecation, PlainValue, PluginTable, SettingDefinition, SettingType } from './definition.js'
export type { SettingValue } from './ensure-type.js'
export { osErrorText } from './os-error.js'
export {
  baseDirectory,
  dirName,
  expandUser,
  expandVariables,
  isDirectory,
  isFile,
  joinPath,
  normalPath,
  type PathOptions,
  pathExists,
  realPath,
  unfrackPath,
} from './paths.js'
export {
  type ConfigDeprecation,
  type Lookup,
  originText,
  type PluginOptionSources,
  type SettingOrigin,
} from './resolve-setting.js'
export type { SettingName, SettingTypes } from './settings.js'
