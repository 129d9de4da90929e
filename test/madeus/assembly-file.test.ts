import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assembly, AssemblyError, readAssembly, writeAssembly } from '../../src/madeus/index.js'
import { root } from '../helpers/run-both.js'
import { assemblies } from './random-assemblies.js'

const folder = path.join(root, 'examples/madeus')
const examples = readdirSync(folder).filter(
  name => name.endsWith('.yml') && readFileSync(path.join(folder, name), 'utf8').includes('\nassembly:'),
)

const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1',
    '1.5',
    '0x1f',
    '1:30',
    '- a',
    'a: b',
    ' x',
    '#',
    '2020-01-01',
    'a\nb\n',
    'a\n\n  b',
    '\t',
  ),
)
const plain: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(number => !Object.is(number, -0)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      texts.filter(key => key !== '' && key !== '__proto__'),
      tie('value'),
      { maxKeys: 3 },
    ),
  ),
})).value

describe('assemblies as files', () => {
  it.each(examples)('%s: load, save, load gives the same; saving again the same text', name => {
    const first = readAssembly(readFileSync(path.join(folder, name), 'utf8'), name)
    const text = writeAssembly(first)
    const second = readAssembly(text, name)
    expect(second).toEqual(first)
    expect(writeAssembly(second)).toBe(text)
  })

  it('random assemblies with actions of every shape survive the file', () => {
    fc.assert(
      fc.property(
        assemblies({ isAcyclic: false, mode: 'groups' }),
        fc.array(plain, { minLength: 1 }),
        (assembly, values) => {
          let next = 0
          const changed: Assembly = {
            ...assembly,
            components: assembly.components.map(component => ({
              ...component,
              vars: { given: values[0] },
              type: {
                ...component.type,
                transitions: component.type.transitions.map(transition => ({
                  ...transition,
                  lasts: { min: 1, max: 2.5 },
                  action: { kind: 'do it', argument: values[next++ % values.length] },
                })),
              },
            })),
          }
          const text = writeAssembly(changed)
          const read = readAssembly(text, 'x.yml')
          expect(read).toEqual(changed)
          expect(writeAssembly(read)).toBe(text)
        },
      ),
      { seed: 3, numRuns: 300 },
    )
  })

  it('is pleasant to read', () => {
    const text = readFileSync(path.join(folder, 'apache-mariadb.yml'), 'utf8')
    expect(writeAssembly(readAssembly(text, 'x.yml'))).toMatchInlineSnapshot(`
      "assembly: apache-mariadb
      scale: 0.1
      types:
        apache:
          places: [waiting, configured, started, checked]
          uses: {mdb: database}
          reads: {ip: address}
          transitions:
            pull: {from: waiting, to: configured, lasts: 4, do: sleep}
            conf: {from: waiting, to: configured, uses: [ip], lasts: 2, do: sleep}
            bootstrap: {from: waiting, to: configured, lasts: 3, do: sleep}
            start: {from: configured, to: started, lasts: 1, do: sleep}
            check: {from: started, to: checked, uses: [mdb], lasts: 1, do: sleep}
        mariadb:
          places: [waiting, provisioned, configured, started, checked]
          provides: {mdb: {type: database, while: started}}
          writes: {ip: {type: address, at: provisioned}}
          transitions:
            provision: {from: waiting, to: provisioned, lasts: 3, gives: {ip: "192.0.2.10"}, do: sleep}
            pull: {from: provisioned, to: configured, lasts: 5, do: sleep}
            conf: {from: provisioned, to: configured, lasts: 2, do: sleep}
            bootstrap: {from: provisioned, to: configured, lasts: 4, do: sleep}
            start: {from: configured, to: started, lasts: 2, do: sleep}
            check: {from: started, to: checked, lasts: 1, do: sleep}
      components:
        apache: apache
        mariadb: mariadb
      links:
        apache.ip: mariadb.ip
        apache.mdb: mariadb.mdb
      "
    `)
  })
})

describe('mistakes in files are told with file, line and column', () => {
  const mistake = (text: string): string => {
    try {
      readAssembly(text, 'a.yml')
    } catch (error) {
      if (error instanceof AssemblyError) return [error.message, error.hint].filter(it => it !== undefined).join(' | ')
      throw error
    }
    throw new Error('no mistake')
  }
  const component = (body: string) => `assembly: x\ncomponents:\n  c:\n${body.replace(/^/gm, '    ')}\n`

  it.each([
    ['- hosts: all\n', 'a.yml:1:1: An assembly begins with the key assembly and its name'],
    [
      'assembly: x\nlink: {}\n',
      'a.yml:2:1: an assembly has no key link | It may have: assembly, mode, scale, types, components, links, limits.',
    ],
    ['assembly: x\nmode: fast\n', 'a.yml:2:7: Expected mode of an assembly to be monotone or groups, not "fast"'],
    [
      'assembly: x\ncomponents:\n  c: nginx\n',
      'a.yml:3:6: Component c is of type nginx, which does not exist | There are no types.',
    ],
    [
      'assembly: x\nlimits: {one: 0}\n',
      'a.yml:2:15: Expected limits of an assembly one to be a whole number, 1 or more, not 0',
    ],
    [component('transitions: {}'), 'a.yml:4:5: component c has no places'],
    [
      component('places: [a, 1]'),
      'a.yml:4:17: Expected an item of places of component c to be a name (numbers, yes, no, on and off need quotes), not 1',
    ],
    [component('places: [a, b, a]'), 'a.yml:4:20: a is there twice in places of component c'],
    [component('places: [a, b]\ntransitions:\n  t: {from: a}'), 'a.yml:6:10: transition t of component c has no to'],
    [
      component('places: [a, b]\ntransitions:\n  t: {from: a, to: b, lasts: soon}'),
      'a.yml:6:34: Expected lasts of transition t of component c to be a number, 0 or more, not "soon"',
    ],
    [
      component('places: [a, b]\ntransitions:\n  t: {from: a, to: b, lasts: [3, 2]}'),
      'a.yml:6:34: Expected lasts of transition t of component c to be a number of seconds or [shortest, longest], not a list',
    ],
    [
      component('places: [a, b]\ntransitions:\n  t:\n    from: a\n    to: b\n    do: {command: a, sleep: 1}'),
      'a.yml:9:13: Expected do of transition t of component c to be a word, or a word with its argument as in {command: make}, not a mapping',
    ],
    [component('places: [a]\nprovides:\n  p: {type: t}'), 'a.yml:6:10: provides of component c p has no while'],
    ['assembly: x\nlinks: {a: b.c}\n', 'a.yml:2:9: Expected the user of a link to be component.port, not "a"'],
  ])('%j', (text, message) => {
    expect(mistake(text)).toBe(message)
  })

  it('text that is no YAML, and keys that are there twice', () => {
    expect(() => readAssembly('assembly: [', 'a.yml')).toThrow(/Syntax Error while loading YAML/)
    expect(() => readAssembly('assembly: x\nassembly: y\n', 'a.yml')).toThrow(/duplicate/i)
  })

  it('finds the port when names have dots', () => {
    const text = `assembly: x
components:
  web@h1.example.com: {places: [a, b], uses: {/etc/x.conf: file}, transitions: {t: {from: a, to: b, uses: [/etc/x.conf]}}}
  db@h2.example.com: {places: [a], provides: {/etc/x.conf: {type: file, while: a}}}
links:
  web@h1.example.com./etc/x.conf: db@h2.example.com./etc/x.conf
`
    expect(readAssembly(text, 'a.yml').links).toEqual([
      {
        user: { component: 'web@h1.example.com', port: '/etc/x.conf' },
        provider: { component: 'db@h2.example.com', port: '/etc/x.conf' },
      },
    ])
  })
})
