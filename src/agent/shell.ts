// Command lines for a shell.
import { shlexQuote } from '../python/index.js'

/** How a program runs `command` with the shell `executable`, which may be a name or carry arguments. */
export function shellArgv(executable: string, command: string): string[] {
  if (/^\/[\w./+-]+$/.test(executable)) return [executable, '-c', command]
  return ['/bin/sh', '-c', `${executable} -c ${shlexQuote(command)}`]
}

/** `command` wrapped for a remote login shell: `/bin/sh -c '…'`. */
export function shellCommand(executable: string, command: string): string {
  return `${executable} -c ${shlexQuote(command)}`
}
