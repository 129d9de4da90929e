// Templating: Jinja2 3.1 with Python's semantics and Ansible 2.14's Templar rules.
//
// Raw values handed to a Templar are taken as immutable (what was found once about a list or dict is remembered for
// it), and results may share structure with them: copy before you change anything.

export { BatchEvaluator, type BatchOptions } from './batch.js'
export { type EnvironmentOptions, TemplateEnvironment } from './environment.js'
export {
  FilterError,
  FilterTypeError,
  JinjaRuntimeError,
  LookupError,
  NotNativeError,
  PluginOptionsError,
  TemplateError,
  TemplateSyntaxError,
  TemplateTimeoutError,
  UndefinedVariableError,
} from './errors.js'
export type { FallbackRequest, TemplateFallback } from './fallback.js'
export { MemoStore } from './memo.js'
export { nativePlugins } from './native-plugins.js'
export { NativeText } from './native-text.js'
export { OMIT } from './omit.js'
export type { CallContext, Controller, PluginCall, PluginSource, VariableScope } from './plugin.js'
export { PythonException } from './python-exception.js'
export { noteRead } from './read-recorder.js'
export { type HostVariableRead, type ReadsOptions, type VariableReads, variablesRead } from './reads/index.js'
export { DictScope, OverlayScope } from './scope.js'
export type { SyntaxSettings } from './syntax/settings.js'
export { type FileTemplateOptions, Templar, type TemplarOptions, type TemplateOptions } from './templar.js'
export { templatingMs } from './templating-clock.js'
export { LenientUndefined, Undefined } from './undefined.js'
