// The arguments a module receives: the task's own and the `_ansible_*` ones, as JSON.
// Mirrors ActionBase._update_module_args (lib/ansible/plugins/action/__init__.py) and the JSON encoding of
// AnsibleJSONEncoder with vault_to_text (lib/ansible/module_utils/common/json.py), ansible-core 2.14.
import type { Config } from '../config/index.js'
import type { ActionContext } from '../engine/index.js'
import { isoFormat, jsonDumps, PyError, str, truth, typeName } from '../python/index.js'
import { Dict, isText, Mapping, PyDate, PyDateTime, textOf, type Value } from '../python/values.js'
import { actionError } from './action-errors.js'

/** Settings that are the same for every module call of a run. */
export interface ModuleSettings {
  readonly version: string
  readonly debug: boolean
  readonly noTargetSyslog: boolean
  readonly syslogFacility: string
  readonly selinuxSpecialFilesystems: readonly string[]
  readonly stringConversionAction: string
  readonly keepRemoteFiles: boolean
}

export function moduleSettings(config: Config, version: string): ModuleSettings {
  return {
    version,
    debug: config.get('DEFAULT_DEBUG'),
    noTargetSyslog: config.get('DEFAULT_NO_TARGET_SYSLOG'),
    syslogFacility: config.get('DEFAULT_SYSLOG_FACILITY'),
    selinuxSpecialFilesystems: config.get('DEFAULT_SELINUX_SPECIAL_FS'),
    stringConversionAction: config.get('STRING_CONVERSION_ACTION'),
    keepRemoteFiles: config.get('DEFAULT_KEEP_REMOTE_FILES'),
  }
}

/** A new dict: the module's arguments followed by the internal ones. */
export function withInternalArguments(
  args: Dict,
  moduleName: string,
  context: ActionContext,
  settings: ModuleSettings,
  temporaryDirectory: string | null,
): Dict {
  const all = args.copy()
  const facility = context.vars.get('ansible_syslog_facility')
  const socket = context.vars.get('ansible_socket')
  const noLog = context.vars.get('ansible_no_target_syslog')
  const noTargetSyslog = noLog === undefined ? settings.noTargetSyslog : isYes(context.templar.template(noLog))
  all.set('_ansible_check_mode', context.checkMode)
  all.set('_ansible_no_log', context.noLog || noTargetSyslog)
  all.set('_ansible_debug', settings.debug)
  all.set('_ansible_diff', context.diff)
  all.set('_ansible_verbosity', context.verbosity)
  all.set('_ansible_version', settings.version)
  all.set('_ansible_module_name', moduleName)
  all.set('_ansible_syslog_facility', facility ?? settings.syslogFacility)
  all.set('_ansible_selinux_special_fs', [...settings.selinuxSpecialFilesystems])
  all.set('_ansible_string_conversion_action', settings.stringConversionAction)
  all.set('_ansible_socket', socket ?? null)
  all.set('_ansible_shell_executable', context.connection.shellExecutable)
  all.set('_ansible_keep_remote_files', settings.keepRemoteFiles)
  all.set('_ansible_tmpdir', temporaryDirectory)
  all.set('_ansible_remote_tmp', context.connection.remoteTmp ?? '~/.ansible/tmp')
  return all
}

function isYes(value: Value): boolean {
  return isText(value) ? ['1', 'true', 't', 'yes', 'y', 'on'].includes(textOf(value).toLowerCase()) : truth(value)
}

/** `{"ANSIBLE_MODULE_ARGS": …}`; what JSON cannot hold is the user's error. */
export function encodeModuleArguments(args: Dict): string {
  return encodeJson(Dict.of({ ANSIBLE_MODULE_ARGS: args }))
}

/** json.dumps(value, cls=AnsibleJSONEncoder, vault_to_text=True). */
export function encodeJson(value: Value): string {
  try {
    return jsonDumps(value, { default: encodeOther })
  } catch (error) {
    if (!(error instanceof PyError)) throw error
    throw actionError(`Unable to pass options to module, they must be JSON serializable: ${error.message}`, error)
  }
}

function encodeOther(value: Value): Value {
  if (isText(value)) return textOf(value)
  if (value instanceof Mapping) return new Dict(value.entries())
  if (value instanceof PyDate || value instanceof PyDateTime) return isoFormat(value, 'T')
  throw new PyError('TypeError', `Object of type ${typeName(value)} is not JSON serializable`)
}

/** Text of the arguments file of an old-style module: `k=v k2='v w' `. */
export function encodeKeyValues(args: Dict, quote: (text: string) => string): string {
  let text = ''
  for (const [key, value] of args.entries()) text += `${str(key)}=${quote(str(value))} `
  return text
}
