// Errors of the operating system in Python's words.
const NAMES: Readonly<Record<string, readonly [number, string]>> = {
  ENOENT: [2, 'No such file or directory'],
  EACCES: [13, 'Permission denied'],
  EISDIR: [21, 'Is a directory'],
  ENOTDIR: [20, 'Not a directory'],
  EPERM: [1, 'Operation not permitted'],
  ELOOP: [40, 'Too many levels of symbolic links'],
  ENOEXEC: [8, 'Exec format error'],
  EIO: [5, 'Input/output error'],
  ENAMETOOLONG: [36, 'File name too long'],
}

/** str(OSError) of a Node error: "[Errno 13] Permission denied: '/x'". Anything else gives its own message. */
export function osErrorText(error: unknown, path?: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = NAMES[code]
  if (known === undefined) return error instanceof Error ? error.message : String(error)
  const text = `[Errno ${known[0]}] ${known[1]}`
  return path === undefined ? text : `${text}: ${path}`
}
