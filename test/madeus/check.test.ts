import { describe, expect, it } from 'vitest'
import { checkAssembly, errorOf, placed, readAssembly } from '../../src/madeus/index.js'

/** What is found, one line each. */
function found(text: string): string[] {
  return checkAssembly(readAssembly(text, 'a.yml')).map(
    ({ rule, severity, message, position }) => `${rule} ${severity} ${placed(message, position)}`,
  )
}

const PAIR = (links: string, more = '') => `assembly: x
components:
  web:
    places: [down, up]
    uses: {db: sql}
    provides: {site: {type: http, while: up}}
    transitions:
      start: {from: down, to: up, uses: [db]}
  db:
    places: [down, up]
    provides: {db: {type: sql, while: up}, copy: {type: backup, while: up}}
    ${more === '' ? 'groups: {}' : more}
    transitions:
      start: {from: down, to: up${more === '' ? '' : ', uses: [site]'}}
links: ${links}
`

describe('what is wrong with an assembly', () => {
  it('nothing', () => {
    expect(found(PAIR('{web.db: db.db}'))).toEqual([])
  })

  it('W1: places in a circle', () => {
    const text = `assembly: x
components:
  c:
    places: [a, b, c]
    transitions:
      up: {from: a, to: b}
      over: {from: b, to: c}
      back: {from: c, to: b}
`
    expect(found(text)).toEqual(['W1 error a.yml:5:5: The places of component c form a circle: b -over-> c -back-> b'])
  })

  it('W3: an initial place that is entered, a place that nothing leads to', () => {
    const text = `assembly: x
components:
  c:
    places: [a, b, c, d]
    initial: [a, b]
    transitions:
      up: {from: a, to: b}
      over: {from: c, to: d}
`
    expect(found(text)).toEqual([
      'W3 error a.yml:7:25: Transition up of component c ends at b, which is an initial place',
      'W3 error a.yml:4:20: No transition leads from an initial place to place c of component c',
      'W3 error a.yml:4:23: No transition leads from an initial place to place d of component c',
    ])
  })

  it('W4: a port that is linked to nobody, and one that nobody provides', () => {
    expect(found(PAIR('{}'))).toEqual([
      'W4 error a.yml:4:5: Port web.db is linked to no provider; start would wait for ever',
    ])
    expect(found(PAIR('{}').replace('type: sql', 'type: mysql'))).toEqual([
      'W4 error a.yml:4:5: Nobody provides sql, which port web.db uses; start would wait for ever',
    ])
  })

  it.each([
    ['{web.db: db.nope}', 'Component db has no port nope'],
    ['{web.db: dba.db}', 'There is no component dba'],
    ['{web.nope: db.db}', 'Component web has no port nope'],
    ['{web.db: db.copy}', 'Port web.db is of type sql, db.copy of type backup'],
    ['{db.db: web.site}', 'Port db.db provides; the user comes first in a link'],
  ])('W4: a link %s', (links, message) => {
    expect(found(PAIR(links))[0]).toMatch(new RegExp(`^W4 error a.yml:\\d+:\\d+: ${message.replace(/\./g, '\\.')}$`))
  })

  it('a circle through ports, with its ports', () => {
    const text = PAIR('{web.db: db.db, db.site: web.site}', 'uses: {site: http}')
    expect(found(text)).toEqual([
      'deadlock error a.yml:15:9: Nothing in this circle can start: web.start → place web.up → port web.site → ' +
        'db.start → place db.up → port db.db → web.start',
    ])
    expect(errorOf(checkAssembly(readAssembly(text, 'a.yml')))?.hint).toBe('It goes through ports web.site and db.db.')
  })

  it('a circle that another place of the group avoids is no circle', () => {
    const text = `assembly: x
components:
  web:
    places: [down, up]
    uses: {db: sql}
    provides: {site: {type: http, while: up}}
    transitions: {start: {from: down, to: up, uses: [db]}}
  db:
    places: [down, small, large]
    groups: {running: [small, large]}
    uses: {site: http}
    provides: {db: {type: sql, while: running}}
    transitions:
      start: {from: down, to: small}
      grow: {from: small, to: large, uses: [site]}
links: {web.db: db.db, db.site: web.site}
`
    expect(found(text)).toEqual([])
  })

  it.each([
    ['initial: [z]', 'initial of component c names a place z, which does not exist'],
    ['groups: {g: [a, z]}', 'group g of component c names a place z, which does not exist'],
    ['groups: {a: [a]}', 'Group a of component c has the name of a place'],
    ['provides: {p: {type: t, while: z}}', 'port p of component c names a place z, which does not exist'],
    ['writes: {p: {type: t, at: []}}', 'Port p of component c is bound to no place'],
    ['uses: {p: t}\n    writes: {p: {type: t, at: a}}', 'component c has two ports p'],
    ['transitions: {t: {from: z, to: b}}', 'transition t of component c names a place z, which does not exist'],
    ['transitions: {t: {from: a, to: b, uses: [p]}}', 'transition t of component c uses port p, which does not exist'],
    [
      'transitions: {t: {from: a, to: b, gives: {p: 1}}}',
      'transition t of component c gives a value to p, which is no port that is written',
    ],
  ])('names: %s', (line, message) => {
    const text = `assembly: x\ncomponents:\n  c:\n    places: [a, b]\n    ${line}\n`
    expect(found(text).some(it => it.endsWith(`: ${message}`) && / error a\.yml:\d+:\d+: /.test(it))).toBe(true)
  })

  it('W6: two transitions that give one value, neither before the other', () => {
    const text = (second: string) => `assembly: x
components:
  c:
    places: [a, b, c]
    writes: {ip: {type: t, at: [b, c]}}
    transitions:
      one: {from: a, to: b, gives: {ip: 1}}
      two: {${second}, gives: {ip: 2}}
      three: {from: b, to: c}
`
    expect(found(text('from: a, to: b'))).toEqual([
      'W6 warning a.yml:8:36: one and two of c both give ip a value, and neither comes first',
    ])
    expect(found(text('from: b, to: c'))).toEqual([])
  })

  it('W8: a group that is left, where groups can be left', () => {
    const text = (mode: string) => `assembly: x
mode: ${mode}
components:
  c:
    places: [a, b]
    provides: {p: {type: t, while: a}}
    transitions: {t: {from: a, to: b}}
`
    expect(found(text('monotone'))).toEqual([])
    expect(found(text('groups'))).toEqual([
      'W8 warning a.yml:6:19: Transition t of component c leaves a, which provides p: who comes later waits for ever',
    ])
  })
})
