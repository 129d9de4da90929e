// The jsonfile fact cache reads what Ansible wrote and writes what Ansible reads.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Config } from '../../src/config/index.js'
import { fromJs } from '../../src/python/index.js'
import type { Dict } from '../../src/python/values.js'
import { type FactCache, openFactCache } from '../../src/variables/index.js'
import { plain } from '../playbook/support.js'

describe('the fact cache', () => {
  let folder: string
  const warnings: string[] = []
  const settings = (more: Record<string, string> = {}) => ({
    ...process.env,
    ANSIBLE_CACHE_PLUGIN: 'jsonfile',
    ANSIBLE_CACHE_PLUGIN_CONNECTION: join(folder, 'facts'),
    ANSIBLE_CACHE_PLUGIN_PREFIX: 'x_',
    ...more,
  })
  const openCache = (more?: Record<string, string>) =>
    openFactCache(Config.load({ env: settings(more), cwd: folder }), text => warnings.push(text)) as FactCache
  const facts = fromJs({ ansible_a: 'ä', ansible_list: [1, 2.5, null, true], n: { x: {} } }) as Dict

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'madansible-facts-'))
    warnings.length = 0
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('writes the file that Ansible would have written', () => {
    openCache().set('h1', facts)
    const ours = readFileSync(join(folder, 'facts/x_h1'), 'utf8')
    const playbook = join(folder, 'p.yml')
    writeFileSync(
      playbook,
      `- hosts: h2\n  gather_facts: no\n  tasks:\n    - set_fact: {cacheable: yes, ansible_a: ä, ansible_list: [1, 2.5, null, true], n: {x: {}}}\n`,
    )
    const run = spawnSync('ansible-playbook', ['-i', 'h2,', playbook], { env: settings(), encoding: 'utf8' })
    expect(run.status, run.stdout + run.stderr).toBe(0)
    expect(ours).toBe(readFileSync(join(folder, 'facts/x_h2'), 'utf8'))
    expect(readdirSync(join(folder, 'facts')).sort()).toEqual(['x_h1', 'x_h2'])
    expect(plain(openCache().get('h2') as Dict)).toEqual(plain(facts))
  })
  it('forgets files that are too old, but keeps what this run knows', () => {
    const cache = openCache({ ANSIBLE_CACHE_PLUGIN_TIMEOUT: '60' })
    cache.set('h1', facts)
    utimesSync(join(folder, 'facts/x_h1'), new Date(0), new Date(0))
    expect(cache.get('h1')).toBe(facts)
    const later = openCache({ ANSIBLE_CACHE_PLUGIN_TIMEOUT: '60' })
    expect(later.get('h1')).toBeUndefined()
    expect(later.has('h1')).toBe(false)
    expect([...later.keys()]).toEqual([])
    expect(openCache({ ANSIBLE_CACHE_PLUGIN_TIMEOUT: '0' }).has('h1')).toBe(true)
  })
  it('removes a corrupt file and says so', () => {
    const cache = openCache()
    cache.set('h1', facts)
    writeFileSync(join(folder, 'facts/x_h2'), '{ broken')
    expect(() => openCache().get('h2')).toThrow(
      'was corrupt, or did not otherwise contain valid data. It has been removed',
    )
    expect(existsSync(join(folder, 'facts/x_h2'))).toBe(false)
  })
  it('deletes and flushes', () => {
    const cache = openCache()
    for (const host of ['h1', 'h2']) cache.set(host, facts)
    cache.delete('h1')
    expect([...cache.keys()]).toEqual(['h2'])
    cache.flush()
    expect([...openCache().keys()]).toEqual([])
    expect(cache.get('h2')).toBeUndefined()
  })
  it('asks for a folder', () => {
    expect(() => openCache({ ANSIBLE_CACHE_PLUGIN_CONNECTION: '' })).toThrow(
      "error, 'jsonfile' cache plugin requires the 'fact_caching_connection' config option to be set (to a writeable directory path)",
    )
  })
  it('leaves other plugins to Python', () => {
    expect(
      openFactCache(Config.load({ env: { ANSIBLE_CACHE_PLUGIN: 'redis' }, cwd: folder }), () => {}),
    ).toBeUndefined()
  })
})
