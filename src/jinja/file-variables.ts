// The variables that a template file sees about itself. Mirrors ansible/template/__init__.py
// generate_ansible_template_vars.

import { readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import {
  Dict,
  dateTimeFromTimestamp,
  dateTimeNow,
  formatText,
  localTime,
  strftime,
  type Value,
} from '../python/index.js'

export interface TemplateFile {
  /** The path as the task names it. */
  readonly path: string
  readonly fullPath?: string | undefined
  readonly destination?: string | undefined
}

/** template_host, template_path … and ansible_managed. Throws the system's error when the file cannot be read. */
export function templateFileVariables(file: TemplateFile, managed: string): Dict {
  const onDisk = file.fullPath ?? file.path
  const status = statSync(onDisk)
  const seconds = status.mtimeMs / 1000
  const host = hostname()
  const uid = userName(status.uid)
  const ansibleManaged = formatText(
    managed,
    [],
    new Map<string, Value>([
      ['host', host],
      ['uid', uid],
      ['file', file.path],
    ]),
  )
  return Dict.of({
    template_host: host,
    template_path: file.path,
    template_mtime: dateTimeFromTimestamp(seconds),
    template_uid: uid,
    template_run_date: dateTimeNow(),
    template_destpath: file.destination ?? null,
    template_fullpath: file.fullPath ?? resolve(file.path),
    ansible_managed: strftime(ansibleManaged, localTime(Math.floor(seconds))),
  })
}

let users: ReadonlyMap<number, string> | undefined

/** Login name of a user id; the id as text when it has none. */
function userName(uid: number): string {
  users ??= readUsers()
  return users.get(uid) ?? String(uid)
}

function readUsers(): ReadonlyMap<number, string> {
  const names = new Map<number, string>()
  let lines: string[] = []
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  } catch {
    // A controller without a readable user list shows numbers.
  }
  for (const line of lines) {
    const [name, , id] = line.split(':')
    if (name !== undefined && id !== undefined && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
