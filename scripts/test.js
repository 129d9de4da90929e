// `npm test`: installs what is missing, builds, runs every test with vitest, and ends with `N passed, M failed`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureNpmPackages, ensurePrograms, must, root } from './setup.js'

ensureNpmPackages()
// Passwords for OpenSSH need sshpass. With passlib Ansible hashes passwords as it does where it was installed with all it recommends.
ensurePrograms(['ansible-playbook', 'sshd', 'ssh', 'ssh-keygen', 'sshpass', 'python3', 'chromium'], ['passlib'])
must('node', ['scripts/build.js'])

const scratch = mkdtempSync(path.join(tmpdir(), 'madansible-test-'))
const report = path.join(scratch, 'report.json')
const run = spawnSync(
  'npx',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)
const { passed, failed } = counts()
rmSync(scratch, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = run.status === 0 && failed === 0 && passed > 0 ? 0 : 1

function counts() {
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'))
    const crashed = result.testResults.filter(
      file => file.status === 'failed' && file.assertionResults.length === 0,
    ).length
    return { passed: result.numPassedTests, failed: result.numFailedTests + crashed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
