// Module payloads as AnsiballZ makes them, built by the installed ansible-core from a module's text.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ModulePayload } from '../../src/agent/index.js'

export const PYTHON = '/usr/bin/python3'

/** Whether ansible-core is installed for the system's Python. */
export const hasAnsible = spawnSync(PYTHON, ['-c', 'import ansible.executor.module_common']).status === 0

const BUILDER = `
import base64, json, os, re, sys
from ansible.executor import module_common
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import module_utils_loader
from ansible.template import Templar
import ansible.modules
request = json.load(sys.stdin)
if request['utils']:
    module_utils_loader.add_directory(request['utils'])
templar = Templar(DataLoader())
for name in request['names']:
    path = os.path.join(request['directory'], name + '.py')
    if not os.path.exists(path):
        path = os.path.join(os.path.dirname(ansible.modules.__file__), name + '.py')
    data = module_common.modify_module(name, path, {}, templar, task_vars={'ansible_python_interpreter': sys.executable}, module_compression='ZIP_DEFLATED')[0]
    with open(os.path.join(request['directory'], name + '.zip'), 'wb') as out:
        out.write(base64.b64decode(re.search(rb'ZIPDATA = """([^"]*)"""', data).group(1)))
`

/**
 * Payloads by module name. `sources` are modules written by the test (null: ansible-core's own module of that name);
 * `utils` are files of a module_utils directory that comes before ansible-core's.
 */
export function buildPayloads<Name extends string>(
  sources: Readonly<Record<Name, string | null>>,
  utils: Readonly<Record<string, string>> = {},
): Record<Name, ModulePayload> {
  const directory = mkdtempSync(join(tmpdir(), 'payloads-'))
  const names = Object.keys(sources) as Name[]
  for (const name of names) if (sources[name] !== null) writeFileSync(join(directory, `${name}.py`), sources[name]!)
  const utilsDirectory = Object.keys(utils).length === 0 ? '' : join(directory, 'module_utils')
  for (const [path, text] of Object.entries(utils)) {
    mkdirSync(dirname(join(utilsDirectory, path)), { recursive: true })
    writeFileSync(join(utilsDirectory, path), text)
  }
  const made = spawnSync(PYTHON, ['-c', BUILDER], {
    input: JSON.stringify({ names, directory, utils: utilsDirectory }),
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(made.stderr)
  const payloads = names.map(name => {
    const zip = readFileSync(join(directory, `${name}.zip`))
    const sha256 = createHash('sha256').update(zip).digest('hex')
    return [name, { zip, sha256, fqn: `ansible.modules.${name}` }] as const
  })
  rmSync(directory, { recursive: true, force: true })
  return Object.fromEntries(payloads) as Record<Name, ModulePayload>
}

/** Arguments of a module call with the keys the engine always sends. */
export function moduleArgs(args: object = {}): string {
  return JSON.stringify({
    ANSIBLE_MODULE_ARGS: {
      _ansible_check_mode: false,
      _ansible_no_log: true,
      _ansible_debug: false,
      _ansible_diff: false,
      _ansible_verbosity: 0,
      _ansible_version: '2.14.18',
      _ansible_module_name: 'test',
      _ansible_syslog_facility: 'LOG_USER',
      _ansible_selinux_special_fs: [],
      _ansible_string_conversion_action: 'warn',
      _ansible_socket: null,
      _ansible_shell_executable: '/bin/sh',
      _ansible_keep_remote_files: false,
      _ansible_tmpdir: null,
      _ansible_remote_tmp: '~/.ansible/tmp',
      ...args,
    },
  })
}
