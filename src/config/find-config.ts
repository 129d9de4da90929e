// Which ansible.cfg is used: ANSIBLE_CONFIG, ./ansible.cfg, ~/.ansible.cfg, /etc/ansible/ansible.cfg. Mirrors
// find_ini_config_file of config/manager.py (2.14).
import { accessSync, constants, statSync } from 'node:fs'
import { isDirectory, joinPath, pathExists, unfrackPath } from './paths.js'

export interface FoundConfig {
  readonly path: string | undefined
  readonly warnings: readonly string[]
}

/** The file to use, and a warning when ./ansible.cfg was passed over because anybody may write to its directory. */
export function findConfigFile(env: NodeJS.ProcessEnv, cwd: string): FoundConfig {
  const candidates: string[] = []
  const given = env.ANSIBLE_CONFIG === undefined ? undefined : fromEnvironment(env.ANSIBLE_CONFIG, env, cwd)
  if (given !== undefined) candidates.push(given)
  const own = joinPath(cwd, 'ansible.cfg')
  const isPublic = isWorldWritable(cwd)
  if (isPublic === false) candidates.push(own)
  candidates.push(unfrackPath('~/.ansible.cfg', { env, cwd }), '/etc/ansible/ansible.cfg')
  const path = candidates.find(isReadable)
  if (isPublic !== true || (given !== undefined && given === path) || !pathExists(own)) return { path, warnings: [] }
  return { path, warnings: [publicDirectoryWarning(cwd)] }
}

function fromEnvironment(value: string, env: NodeJS.ProcessEnv, cwd: string): string {
  const path = unfrackPath(value, { env, cwd })
  return isDirectory(path) ? joinPath(path, 'ansible.cfg') : path
}

/** Undefined when the directory cannot be looked at. */
function isWorldWritable(directory: string): boolean | undefined {
  try {
    return (statSync(directory).mode & constants.S_IWOTH) !== 0
  } catch {
    return undefined
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function publicDirectoryWarning(cwd: string): string {
  return (
    `Ansible is being run in a world writable directory (${cwd}), ignoring it as an ansible.cfg source. ` +
    'For more information see https://docs.ansible.com/ansible/devel/reference_appendices/config.html' +
    '#cfg-in-world-writable-dir'
  )
}
