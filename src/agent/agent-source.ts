// The agent's Python program and the command line that starts it. The program travels over the connection's own
// stream: nothing is installed on the host, and the command line stays short.
import { readFileSync } from 'node:fs'
import { deflateSync, inflateSync } from 'node:zlib'
import type { CompileProgram } from './compiled-code.js'

/** Order in which the parts are joined; later parts use earlier ones. */
const PARTS = [
  'base',
  'payloads',
  'children',
  'libraries',
  'zygote',
  'jobs',
  'files',
  'surroundings',
  'agent',
  'entry',
] as const

let program: Buffer | undefined

/** What is written to the interpreter's stdin first: the compressed text. */
export function agentProgram(): Buffer {
  program ??= deflateSync(
    PARTS.map(part => readFileSync(new URL(`./python/${part}.py`, import.meta.url), 'utf8')).join('\n'),
    { level: 9 },
  )
  return program
}

/** What is written to the interpreter's stdin, and the shell text that starts it so that it reads that. */
export interface AgentStart {
  readonly command: string
  readonly program: readonly Uint8Array[]
}

/**
 * How an agent is started with `interpreter`; `limit` 0 lets it take the host's processor count. With `compile` the
 * program's compiled form goes along, for interpreters it is made for: compiling it takes longer than starting Python.
 */
export function agentStart(interpreter: string, nonce: string, limit: number, compile?: CompileProgram): AgentStart {
  const program = agentProgram()
  const compiled = compile?.('madansible-agent', inflateSync(program))
  const code = compiled?.files[0]?.code ?? Buffer.alloc(0)
  // A plain path needs no shell around it; `source venv/bin/activate && python` does.
  const exec = /^[\w./+-]+$/.test(interpreter) ? 'exec ' : ''
  const loader = loaderText(program.length, code.length, compiled?.magic ?? '', `main("${nonce}",${limit})`)
  return { command: `${exec}${interpreter} -c '${loader}'`, program: [program, code] }
}

/** Python program after `-c`, in double quotes only: reads text and code from stdin and enters the one it can run. */
function loaderText(text: number, code: number, magic: string, entry: string): string {
  return (
    'import os,sys;sys.path[:]=[p for p in sys.path if p];' +
    'r=lambda n:n and(lambda c:c+r(n-len(c)))(os.read(0,n))or b"";' +
    'm=getattr(sys.modules.get("_frozen_importlib_external"),"MAGIC_NUMBER",b"");' +
    `s=r(${text});c=r(${code});c=m and not sys.flags.optimize and m==bytes.fromhex("${magic}")and c or b"";` +
    'import marshal,zlib;' +
    'exec(marshal.loads(zlib.decompress(c))if c else compile(zlib.decompress(s),"madansible-agent","exec"));' +
    `SOURCE[:]=s,c;${entry}`
  )
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
