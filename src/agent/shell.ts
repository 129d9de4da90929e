// Shell words, as Python's shlex.quote writes them.

/** One word of a shell command line. */
export function shellQuote(text: string): string {
  if (text === '') return "''"
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`
}

/** How a program runs `command` with the shell `executable`, which may be a name or carry arguments. */
export function shellArgv(executable: string, command: string): string[] {
  if (/^\/[\w./+-]+$/.test(executable)) return [executable, '-c', command]
  return ['/bin/sh', '-c', `${executable} -c ${shellQuote(command)}`]
}

/** `command` wrapped for a remote login shell: `/bin/sh -c '…'`. */
export function shellCommand(executable: string, command: string): string {
  return `${executable} -c ${shellQuote(command)}`
}
