// `madansible eval --explain` says which way a value was computed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { madansible } from '../helpers/run-both.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'madansible-eval-'))
  mkdirSync(path.join(folder, 'filter_plugins'))
  writeFileSync(
    path.join(folder, 'filter_plugins', 'mine.py'),
    'class FilterModule:\n    def filters(self):\n        return {"mine": lambda value: value + "!"}\n',
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const explain = (text: string, env: Record<string, string> = {}) =>
  madansible(['eval', '--explain', '-i', 'h1,', text], { cwd: folder, env })

it('names what is built in', async () => {
  const { stdout, stderr } = await explain('{{ [1.0, 2] | to_json }}')
  expect(stdout).toBe('[1.0, 2]\n')
  expect(stderr).toBe('template {{ [1.0, 2] | to_json }}: built in\nfilter to_json: built in\n')
})

it('names the file of a filter of the repository', async () => {
  const { stdout, stderr } = await explain("{{ 'a' | mine }}")
  expect(stdout).toBe('a!\n')
  expect(stderr).toContain("template {{ 'a' | mine }}: built in\n")
  expect(stderr).toContain(`filter mine: plugin host (${path.join(folder, 'filter_plugins', 'mine.py')})`)
})

it('says that a template went to Python as a whole, for an extension of ansible.cfg', async () => {
  const env = { ANSIBLE_JINJA2_EXTENSIONS: 'jinja2.ext.do, jinja2.ext.debug' }
  const { stdout, stderr } = await explain('{{ inventory_hostname }} {% debug %}', env)
  expect(stdout).toMatch(/^h1 \{'context': /)
  expect(stderr).toContain('template {{ inventory_hostname }} {% debug %}: plugin host\n')
})

it('explains what fails, too', async () => {
  const { code, stderr } = await explain('{{ missing | upper }}')
  expect(code).not.toBe(0)
  expect(stderr).toContain('filter upper: built in')
})
