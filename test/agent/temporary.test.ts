// Temporary directories of a become user lie where ansible-core makes them: at the login user's, and belong to that one.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PYTHON } from '../helpers/payloads.js'

let scratch: string
const python = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../src/agent/python/${name}.py`, import.meta.url)), 'utf8')

/** What `script` prints as JSON when it runs with the agent's file functions and a home of its own. */
function run(script: string): unknown {
  const program = [python('base'), 'import pwd', python('payloads'), python('files'), script].join('\n')
  const result = spawnSync(PYTHON, ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, HOME: join(scratch, 'own'), SCRATCH: scratch },
  })
  expect(result.stderr).toBe('')
  return JSON.parse(result.stdout)
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'temporary-'))
  for (const home of ['own', 'login']) mkdirSync(join(scratch, home))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const LOGIN = `
login = pwd.struct_passwd(('someone', 'x', 4321, 4322, '', os.environ['SCRATCH'] + '/login', '/bin/sh'))
def getpwnam(name):
    if name != 'someone':
        raise KeyError(name)
    return login
pwd.getpwnam = getpwnam
def owner(path):
    info = os.lstat(path)
    return [oct(info.st_mode & 0o7777), info.st_uid, info.st_gid]
`

it.runIf(userInfo().uid === 0)('are made in the home of the user who logged in', () => {
  const script = `${LOGIN}
path = make_temporary('~/.ansible/tmp', 'someone')
base = os.path.dirname(path)
result = [base[len(os.environ['SCRATCH']):], owner(path), owner(base), owner(os.path.dirname(base))]
remove_private_directory()
print(json.dumps(result + [os.path.exists(path), os.path.exists(base)]))
`
  const owned = ['0o700', 4321, 4322]
  expect(run(script)).toEqual(['/login/.ansible/tmp', owned, owned, owned, false, true])
  expect(readdirSync(join(scratch, 'own'))).toEqual([])
})

it('leave nothing in the home of the become user where the login is not known', () => {
  const script = `${LOGIN}
paths = [make_temporary('~/.ansible/tmp', name) for name in ('', 'nobody known')]
there = [os.path.dirname(path)[len(os.environ['SCRATCH']):] for path in paths]
remove_private_directory()
print(json.dumps(there))
`
  expect(run(script)).toEqual(['/own/.ansible/tmp', '/own/.ansible/tmp'])
  expect(readdirSync(join(scratch, 'own'))).toEqual([])
})

it('leave their parents behind for the login itself, as ansible-core does', () => {
  expect(run("make_temporary('~/.ansible/tmp'); remove_private_directory(); print(json.dumps(1))")).toBe(1)
  expect(readdirSync(join(scratch, 'own', '.ansible', 'tmp'))).toEqual([])
})
