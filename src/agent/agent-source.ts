// The agent's Python program and the command line that starts it. The program travels over the connection's own
// stream: nothing is installed on the host, and the command line stays short.
import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'

/** Order in which the parts are joined; later parts use earlier ones. */
const PARTS = ['base', 'payloads', 'children', 'zygote', 'jobs', 'files', 'surroundings', 'agent', 'entry'] as const

let program: Buffer | undefined

/** What is written to the interpreter's stdin first: the compressed text. */
export function agentProgram(): Buffer {
  program ??= deflateSync(
    PARTS.map(part => readFileSync(new URL(`./python/${part}.py`, import.meta.url), 'utf8')).join('\n'),
    { level: 9 },
  )
  return program
}

/** Python expression after `-c`, in double quotes only: reads the program from stdin and enters it. */
function loader(entry: string): string {
  const length = agentProgram().length
  return (
    'import os,sys;sys.path[:]=[p for p in sys.path if p];' +
    'r=lambda n:n and(lambda c:c+r(n-len(c)))(os.read(0,n))or b"";' +
    `s=r(${length});import zlib;exec(compile(zlib.decompress(s),"madansible-agent","exec"));SOURCE[0]=s;${entry}`
  )
}

/** Shell text that starts the agent with `interpreter`; `limit` 0 lets the agent take the host's processor count. */
export function agentCommand(interpreter: string, nonce: string, limit: number): string {
  // A plain path needs no shell around it; `source venv/bin/activate && python` does.
  const exec = /^[\w./+-]+$/.test(interpreter) ? 'exec ' : ''
  return `${exec}${interpreter} -c '${loader(`main("${nonce}",${limit})`)}'`
}

/** A whole Python program for `python < program`: answers `frames` and ends. */
export function singleProgram(nonce: string, frames: readonly Uint8Array[]): Buffer {
  const program = agentProgram().toString('base64')
  const data = Buffer.concat(frames).toString('base64')
  return Buffer.from(
    'import base64,zlib\n' +
      `s=base64.b64decode("${program}")\n` +
      'exec(compile(zlib.decompress(s),"madansible-agent","exec"))\n' +
      'SOURCE[0]=s\n' +
      `single("${nonce}",base64.b64decode("${data}"))\n`,
  )
}
