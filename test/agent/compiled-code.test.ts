// Compiled forms of payloads: used where they fit, never needed, and without any effect but the time they save.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentPool, type CompiledFiles, connectionDefaults, type ModulePayload } from '../../src/agent/index.js'
import { DiskCache } from '../../src/collections/index.js'
import { CodeCompiler, findAnsible } from '../../src/modules/index.js'
import { buildPayloads, hasAnsible, moduleArgs, PYTHON } from '../helpers/payloads.js'

const TEXT = `
from ansible.module_utils.basic import AnsibleModule
def main():
    module = AnsibleModule(argument_spec=dict(fail=dict(type='bool')))
    if module.params['fail']:
        raise ValueError('as text')
    module.exit_json(made_of='text')
main()
`
const local = { ...connectionDefaults('here'), kind: 'local', localDirectory: '/' }

/** `TEXT` with other words, compiled by the target's own Python. */
function otherwise(magic: string | undefined): CompiledFiles {
  const script =
    'import importlib.util as u,marshal,sys;' +
    'sys.stdout.buffer.write(u.MAGIC_NUMBER + marshal.dumps(compile(sys.stdin.read(), "x", "exec", 0, True)))'
  const input = TEXT.replaceAll('text', 'code')
  const out = spawnSync(PYTHON, ['-c', script], { input, maxBuffer: 1 << 24 }).stdout
  const file = {
    name: 'ansible/modules/subject.py',
    crc: crc32(Buffer.from(TEXT)),
    size: Buffer.byteLength(TEXT),
    code: deflateSync(out.subarray(4)),
  }
  return { magic: magic ?? out.toString('hex', 0, 4), files: [file] }
}

describe.skipIf(!hasAnsible)('the compiled form of a payload', () => {
  let payload: ModulePayload
  let scratch: string
  const run = async (subject: ModulePayload, args: object = {}) => {
    const pool = new AgentPool()
    try {
      const account = await pool.account(local, undefined, PYTHON)
      const { rc, stdout, stderr } = await account.runModule(subject, moduleArgs(args))
      return { rc, out: stdout.toString(), err: stderr.toString().replaceAll(/\.madansible-\w+/g, 'AGENT') }
    } finally {
      await pool.closeAll()
    }
  }
  beforeAll(() => {
    payload = buildPayloads({ subject: TEXT }).subject
    scratch = mkdtempSync(join(tmpdir(), 'compiled-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  it('is run by the kind of interpreter it was made for, and by no other', async () => {
    const made = async (compiled: CompiledFiles) =>
      JSON.parse((await run({ ...payload, compiled: () => compiled })).out).made_of
    expect(await made(otherwise(undefined))).toBe('code')
    expect(await made(otherwise('00000000'))).toBe('text')
    const { magic, files } = otherwise(undefined)
    expect(await made({ magic, files: [{ ...files[0]!, crc: files[0]!.crc + 1 }] })).toBe('text')
    expect(await made({ magic, files: [{ ...files[0]!, code: Buffer.from('broken') }] })).toBe('text')
  })

  it('is made in the background, kept on disk, and shows the same errors', async () => {
    const cache = new DiskCache(scratch)
    const install = findAnsible()
    const [major, minor] = install.pythonVersion
    const first = new CodeCompiler(install, cache)
    let files = first.archive(payload, [major, minor])
    expect(files).toBe(undefined)
    for (let i = 0; i < 600 && files === undefined; i++) {
      await delay(100)
      files = first.archive(payload, [major, minor])
    }
    first.close()
    const second = new CodeCompiler(install, cache)
    const stored = second.archive(payload, [major, minor])
    expect(stored?.files.map(file => file.name)).toContain('ansible/module_utils/basic.py')
    expect(stored?.files.map(file => file.name)).toEqual(files?.files.map(file => file.name))
    expect(second.archive(payload, [2, 7])).toBe(undefined)
    second.close()
    const plain = await run(payload, { fail: true })
    expect(plain.err).toContain('/AGENT/modules.zip/ansible/modules/subject.py", line 6, in main')
    expect(await run({ ...payload, compiled: () => stored }, { fail: true })).toEqual(plain)
  })
})
