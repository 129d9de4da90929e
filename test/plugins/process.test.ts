// The Python process: when it starts, what is told when it cannot or when it dies, and that nothing stays behind.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PluginHostError } from '../../src/plugins/index.js'
import { environmentVariables, openHost, shownValue } from './support.js'

function folderWith(filter: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'host-test-plugins-'))
  mkdirSync(join(folder, 'filter_plugins'))
  writeFileSync(join(folder, 'filter_plugins', 'one.py'), filter)
  return folder
}

const DYING = `
import os, sys

def die(value):
    sys.stderr.write('last words\\n')
    os._exit(3)

def say(value):
    print('printed by a plugin')
    from ansible.utils.display import Display
    Display().warning('a warning of a plugin')
    Display().v('verbose words')
    return value

class FilterModule(object):
    def filters(self):
        return {'die': die, 'say': say}
`

describe('the plugin host', () => {
  it('does not start for names that are built in', async () => {
    const open = openHost({ directory: undefined })
    try {
      expect(shownValue(open.templar({ a: [3, 1] }), '{{ a | sort | map("string") | join("-") }}')).toBe('1-3')
      expect(open.host.isRunning).toBe(false)
      expect(open.explain()).toContain('filter join: built in')
    } finally {
      await open.close()
    }
  })

  it('is an error that says the way out where it is forbidden', async () => {
    const open = openHost({ isAllowed: false })
    try {
      expect(() => open.templar().template('{{ 1 | counter }}')).toThrow(
        /The filter plugin 'counter'.*--no-plugin-host/,
      )
    } finally {
      await open.close()
    }
  })

  it('tells what Python printed when it dies, and starts again when it is needed', async () => {
    const directory = folderWith(DYING)
    const open = openHost({ directory })
    try {
      expect(() => open.templar().template('{{ 1 | die }}')).toThrow(/ended unexpectedly.*It printed:\nlast words/s)
      expect(open.said.join()).not.toContain('last words')
    } finally {
      await open.close()
      rmSync(directory, { recursive: true })
    }
  })

  it('cannot be started without Python', async () => {
    const { install } = openHost({ directory: undefined }).host.options
    const broken = openHost({ install: { ...install, python: '/no/such/python', version: '2.14.0' } as never })
    try {
      expect(() => broken.templar().template('{{ 1 | counter }}')).toThrow(PluginHostError)
    } finally {
      await broken.close()
    }
  })

  it('hands on what plugins print and say', async () => {
    const directory = folderWith(DYING)
    const open = openHost({ directory, verbosity: 1 })
    try {
      expect(shownValue(open.templar(), '{{ "x" | say }}')).toBe('x')
      expect(open.said.filter(text => !text.startsWith('verbose 3'))).toEqual([
        'warning: a warning of a plugin',
        'verbose 1: verbose words',
        'print: printed by a plugin\n',
      ])
    } finally {
      await open.close()
      rmSync(directory, { recursive: true })
    }
  })

  it('ends with the run and leaves no file behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-test-home-'))
    const before = process.env.TMPDIR
    process.env.TMPDIR = folder
    const open = openHost({ env: { ...environmentVariables, HOME: folder, TMPDIR: folder } })
    process.env.TMPDIR = before ?? ''
    if (before === undefined) delete process.env.TMPDIR
    let pid = 0
    try {
      expect(shownValue(open.templar(), '{{ 1 | echo }}')).toBe('1')
      pid = open.host.start('a test').pid
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('plugin_host.py')
    } finally {
      await open.close()
    }
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory())
    expect(left.map(entry => entry.name)).toEqual([])
    expect(readdirSync(join(folder, '.ansible', 'tmp'))).toEqual([])
    rmSync(folder, { recursive: true })
  })
})
