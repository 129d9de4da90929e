// What kind of program a module file is, and under which Python name it runs.
// Mirrors _find_module_utils, _is_binary, _extract_interpreter and _get_ansible_module_fqn in
// lib/ansible/executor/module_common.py (2.14).
import { shlexSplit } from '../python/index.js'

/**
 * python: new-style, imports module_utils and runs from a payload · jsonargs: arguments are written into its text ·
 * want_json: reads a JSON file named by argv[1] · old: reads k=v text from a file named by argv[1] ·
 * binary: an executable that reads a JSON file · powershell: for Windows hosts only.
 */
export type ModuleStyle = 'python' | 'jsonargs' | 'want_json' | 'old' | 'binary' | 'powershell'

export const REPLACER = '#<<INCLUDE_ANSIBLE_MODULE_COMMON>>'
export const REPLACER_JSONARGS = '<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>'
export const REPLACER_VERSION = '"<<ANSIBLE_VERSION>>"'
export const REPLACER_COMPLEX = '"<<INCLUDE_ANSIBLE_MODULE_COMPLEX_ARGS>>"'
export const REPLACER_SELINUX = '<<SELINUX_SPECIAL_FILESYSTEMS>>'

const NEW_STYLE_PYTHON = new RegExp(
  '(?:from +\\.{2,} *module_utils.* +import |' +
    'from +ansible_collections\\.[^.]+\\.[^.]+\\.plugins\\.module_utils.* +import |' +
    'import +ansible_collections\\.[^.]+\\.[^.]+\\.plugins\\.module_utils.*|' +
    'from +ansible\\.module_utils.* +import |' +
    'import +ansible\\.module_utils\\.)',
)
const POWERSHELL_MARKERS =
  /#Requires -Module|#Requires -Version|#AnsibleRequires -OSVersion|#AnsibleRequires -Powershell|#AnsibleRequires -CSharpUtil/i

/** Style of a module from its content. */
export function moduleStyle(content: Buffer): ModuleStyle {
  if (isBinary(content)) return 'binary'
  const text = content.toString('latin1')
  if (text.includes(REPLACER) || NEW_STYLE_PYTHON.test(text)) return 'python'
  if (text.includes('# POWERSHELL_COMMON') || POWERSHELL_MARKERS.test(text)) return 'powershell'
  if (text.includes(REPLACER_JSONARGS)) return 'jsonargs'
  return text.includes('WANT_JSON') ? 'want_json' : 'old'
}

function isBinary(content: Buffer): boolean {
  for (const byte of content.subarray(0, 1024)) {
    if (byte >= 0x20 ? byte === 0x7f : !((byte >= 7 && byte <= 10) || byte === 12 || byte === 13 || byte === 27))
      return true
  }
  return false
}

export interface Shebang {
  readonly interpreter: string
  readonly args: readonly string[]
}

/** The interpreter that the first line names, or undefined. */
export function shebangOf(content: Buffer): Shebang | undefined {
  if (content[0] !== 0x23 || content[1] !== 0x21) return undefined
  const end = content.indexOf(0x0a)
  const line = content.subarray(2, end < 0 ? content.length : end).toString('utf8')
  const words = /["'\\]/.test(line) ? shlexSplit(line.trim()) : line.split(/\s+/).filter(word => word !== '')
  const [interpreter, ...args] = words
  return interpreter === undefined ? undefined : { interpreter, args }
}

const COLLECTION_PATH = /\/(ansible_collections\/[^/]+\/[^/]+\/plugins\/modules\/.*)\.(?:py|ps1)$/

/**
 * The dotted Python name a module runs under. Modules beside playbooks and in roles run as `ansible.modules.<name>`.
 * @param libraryPath directory of the `ansible` package
 */
export function pythonNameOf(name: string, path: string, libraryPath: string): string {
  const packageParent = libraryPath.slice(0, libraryPath.lastIndexOf('/'))
  const relative = path.startsWith(`${packageParent}/ansible/modules/`)
    ? /^(.*)\.(?:py|ps1)$/.exec(path.slice(packageParent.length + 1))?.[1]
    : COLLECTION_PATH.exec(path)?.[1]
  return relative === undefined || relative.includes('.') ? `ansible.modules.${name}` : relative.replaceAll('/', '.')
}
