// The Templar's own promises: laziness, remembering, what is shared and what is copied, unsafe text, limits, places.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type CallContext,
  DictScope,
  MemoStore,
  NotNativeError,
  OMIT,
  type PluginSource,
  Templar,
  TemplateEnvironment,
  TemplateError,
  TemplateTimeoutError,
  UndefinedVariableError,
} from '../../src/jinja/index.js'
import { Dict, PyFloat, UnsafeText, type Value } from '../../src/python/index.js'
import { renderText, templarOf, valuesOf } from './support.js'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'madansible-jinja-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A filter `count` that tells how often it ran, and `tick` whose result is not repeatable. */
function countingPlugins(): { plugins: PluginSource; calls(): number } {
  let calls = 0
  const count = (_call: CallContext, args: Value[]): Value => {
    calls++
    return args[0] as Value
  }
  const tick = (call: CallContext): Value => {
    call.markVolatile()
    calls++
    return calls
  }
  const plugins: PluginSource = {
    filter: name => (name === 'count_calls' ? count : name === 'tick' ? tick : undefined),
    test: () => undefined,
    lookup: () => undefined,
  }
  return { plugins, calls: () => calls }
}

function caught(work: () => unknown): TemplateError {
  try {
    work()
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('values that hold no template', () => {
  it('come back as the same object', () => {
    const templar = templarOf()
    const value = valuesOf({ a: [1, { b: 'x' }] })
    expect(templar.template(value)).toBe(value)
    expect(templar.template('plain')).toBe('plain')
  })

  it('are shared with the variables when an expression names them', () => {
    const list: Value[] = ['x']
    const templar = new Templar(new TemplateEnvironment(), new DictScope(new Dict([['list', list]])))
    expect(templar.template('{{ list }}')).toBe(list)
  })

  it('are copied for a template that may change them', () => {
    const list: Value[] = ['x']
    const environment = new TemplateEnvironment({ jinjaExtensions: ['jinja2.ext.do'] })
    const templar = new Templar(environment, new DictScope(new Dict([['list', list]])))
    expect(templar.template('{% do list.append("y") %}{{ list }}')).toEqual(['x', 'y'])
    expect(list).toEqual(['x'])
  })
})

describe('variables', () => {
  it('are computed once for a templar', () => {
    const { plugins, calls } = countingPlugins()
    const templar = templarOf({ v: '{{ 1 | count_calls }}' }, {}, { plugins: [plugins] })
    templar.template('{{ v }}{{ v }}')
    templar.template('{{ v }}')
    expect(calls()).toBe(1)
  })

  it('are remembered across templars as long as all they read is the same', () => {
    const { plugins, calls } = countingPlugins()
    const environment = new TemplateEnvironment({ plugins: [plugins] })
    const memo = new MemoStore()
    const ask = (vars: Record<string, unknown>): Value | undefined =>
      new Templar(environment, new DictScope(valuesOf(vars)), { memo }).variable('v')
    const vars = { v: '{{ w }}!', w: '{{ x | count_calls }}', x: 'a', other: 1 }
    expect(ask(vars)).toBe('a!')
    expect(ask({ ...vars, other: 2 })).toBe('a!')
    expect(calls()).toBe(1)
    expect(ask({ ...vars, x: 'b' })).toBe('b!')
    expect(calls()).toBe(2)
    expect(ask(vars)).toBe('a!')
    expect(calls()).toBe(2)
  })

  it('are computed again when a missing one appears', () => {
    const memo = new MemoStore()
    const environment = new TemplateEnvironment()
    const ask = (vars: Record<string, unknown>): Value | undefined =>
      new Templar(environment, new DictScope(valuesOf(vars)), { memo }).variable('v')
    expect(ask({ v: "{{ x | default('none') }}" })).toBe('none')
    expect(ask({ v: "{{ x | default('none') }}", x: 1 })).toBe('1')
  })

  it('are computed at every use when the result is not repeatable', () => {
    const { plugins } = countingPlugins()
    const templar = templarOf({ v: '{{ 0 | tick }}', w: '{{ v }}' }, { memo: new MemoStore() }, { plugins: [plugins] })
    expect([templar.template('{{ w }}'), templar.template('{{ w }}')]).toEqual(['1', '2'])
  })

  it('tell what they read', () => {
    const templar = templarOf({ a: '{{ b }}', b: '{{ c }}', c: 'x' })
    const { result, reads, isVolatile } = templar.recordReads(() => templar.template('{{ a }}{{ d is defined }}'))
    expect(result).toBe('xFalse')
    expect([...reads]).toEqual(
      expect.arrayContaining([
        ['a', '{{ b }}'],
        ['b', '{{ c }}'],
        ['c', 'x'],
        ['d', undefined],
      ]),
    )
    expect(isVolatile).toBe(false)
  })

  it('that need each other are an error, not an endless loop', () => {
    const error = caught(() => templarOf({ a: '{{ b }}', b: '{{ a }}' }).template('{{ a }}'))
    expect(error.message).toContain('recursive loop detected in template string')
  })

  it('keep the memo bounded', () => {
    const memo = new MemoStore(50)
    const vars = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`v${index}`, `{{ ${index} }}`]))
    const templar = templarOf(vars, { memo })
    for (const name of Object.keys(vars)) templar.variable(name)
    expect(memo.size).toBeLessThanOrEqual(50)
  })

  it('in front of others win', () => {
    const templar = templarOf({ a: '{{ b }}', b: 'low' })
    expect(templar.withScope(new Map([['b', 'high']])).template('{{ a }}')).toBe('high')
    expect(templar.template('{{ a }}')).toBe('low')
  })
})

describe('unsafe text', () => {
  it('is never templated and marks what it goes into', () => {
    const templar = templarOf({ u: { __ansible_unsafe: '{{ 1 }}' }, v: 'a {{ u }}' })
    const result = templar.template('{{ v }}!')
    expect(result).toBeInstanceOf(UnsafeText)
    expect((result as UnsafeText).value).toBe('a {{ 1 }}!')
    expect(templar.template(result)).toBe(result)
  })

  it('stays what it is inside lists', () => {
    const templar = templarOf({ u: [{ __ansible_unsafe: 'x' }, 'y'] })
    const result = templar.template('{{ u }}') as Value[]
    expect(result.every(item => item instanceof UnsafeText)).toBe(true)
  })
})

describe('nothing of JavaScript shows', () => {
  const probes = [
    "{{ ''.constructor }}",
    '{{ [].__proto__ }}',
    "{{ {}['constructor'] }}",
    "{{ 'a' | attr('constructor') }}",
    '{{ range.constructor }}',
    '{{ (1).toString }}',
    '{{ [].push }}',
    '{{ [1].map }}',
    '{{ namespace().hasOwnProperty }}',
    "{{ [{}] | map(attribute='__proto__') | first }}",
    '{{ lookup.body }}',
    '{% for x in [1] %}{{ loop.iterable }}{% endfor %}',
    '{% macro m() %}{% endmacro %}{{ m.body }}',
    '{{ self.context }}',
    "{{ ''.__class__.constructor }}",
    "{{ ''.__class__.module }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ ''.__class__.__subclasses__() }}",
    "{{ ''.__class__.__base__ }}",
    '{{ lipsum.__globals__ }}',
    "{{ [].__class__['x'].origin }}",
    '{{ [].__class__.append.body }}',
    '{{ missing.__len__.self }}',
    '{{ missing.__class__.__init__ }}',
    '{{ (0 | urlsplit).decode.__globals__ }}',
  ]
  for (const probe of probes)
    it(probe, () => {
      expect(() => templarOf().template(probe)).toThrow(UndefinedVariableError)
    })

  it('and names of templates cannot break out of the code', () => {
    const templar = templarOf({ proto: 1 })
    expect(templar.template('{% set x = \'"); throw 1; ("\' %}{{ x }}')).toBe('"); throw 1; ("')
    expect(templar.template('{% set constructor = 1 %}{{ constructor }}')).toBe('1')
    expect(templar.template('{% set __proto__ = 2 %}{{ __proto__ }}')).toBe('2')
    expect(templar.template('{% set \u00e9t\u00e9 = 3 %}{{ \u00e9t\u00e9 }}')).toBe('3')
  })
})

describe('limits', () => {
  it('stop a template that loops past its deadline', () => {
    const templar = templarOf({}, { deadline: () => Date.now() + 50 })
    const endless = '{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}'
    expect(() => templar.template(endless)).toThrow(TemplateTimeoutError)
  })

  it('stop a filter that goes on past its deadline', () => {
    const templar = templarOf({}, { deadline: () => Date.now() + 50 })
    expect(() => templar.template("{{ range(10 ** 12) | select('odd') | select('even') | first }}")).toThrow(
      TemplateTimeoutError,
    )
  })

  it.each([
    'range(10 ** 12) | list',
    '[1] * 10 ** 9',
    "'x' * 10 ** 12",
    'range(100000) | product(range(100000))',
    'range(40) | permutations(9)',
    'range(60) | combinations(30)',
    'l | slice(10 ** 9)',
    'l | batch(10 ** 9, 1)',
    'l }}{% for x in l %}{% if l.append(x) %}{% endif %}{% endfor %}{{ l',
    "q('sequence', 'count=1000000000')",
    "'%1000000000d' % 1",
  ])('end what would use up all memory: %s', expression => {
    expect(caught(() => templarOf({ l: [1] }).template(`{{ ${expression} }}`)).kind).toBe('MemoryError')
  })

  it('take what is needed of a range without an end', () => {
    expect(templarOf().template('{{ range(10 ** 12) | first }}')).toBe('0')
    const text = '{% for x in range(10 ** 12) %}{% if loop.index > 3 %}{% break %}{% endif %}{{ x }}{% endfor %}'
    const options = { jinjaExtensions: ['jinja2.ext.loopcontrols'] }
    expect(templarOf({}, {}, options).template(text)).toBe('012')
  })

  it('keep memory bounded after ten thousand templates', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const environment = new TemplateEnvironment()
    const templar = templarOf({}, {}, environment)
    const bytesAfter = (from: number, to: number): number => {
      for (let number = from; number < to; number++) templar.template(`{{ x${number} | default(${number}) }} text`)
      collect()
      return process.memoryUsage().heapUsed
    }
    const full = bytesAfter(0, environment.engine.capacity)
    expect(bytesAfter(environment.engine.capacity, 10_000)).toBeLessThan(full * 1.25)
  })

  it('turn endless recursion into an error', () => {
    const error = caught(() => templarOf().template('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'))
    expect(error.kind).toBe('RecursionError')
  })
})

describe('errors of template files', () => {
  it('name the file and the line', () => {
    const folder = folderWith({ 'main.j2': '' })
    const path = join(folder, 'main.j2')
    const error = caught(() =>
      templarOf().renderFile('one\n{% if true %}\n{{ nowhere }}\n{% endif %}\n', { path, searchPath: [folder] }),
    )
    expect(error).toBeInstanceOf(UndefinedVariableError)
    expect(error.position).toMatchObject({ file: path, line: 3 })
  })

  it('name the line of a syntax error', () => {
    const folder = folderWith({ 'main.j2': '' })
    const path = join(folder, 'main.j2')
    const error = caught(() => templarOf().renderFile('one\n\n{{ 1 + }}\n', { path, searchPath: [folder] }))
    expect(error.position).toMatchObject({ file: path, line: 3 })
    expect(error.message).toContain('template error while templating string')
  })

  it('name the included file', () => {
    const folder = folderWith({ 'main.j2': '', 'part.j2': 'x\n{{ nowhere }}' })
    const error = caught(() =>
      templarOf().renderFile("{% include 'part.j2' %}", { path: join(folder, 'main.j2'), searchPath: [folder] }),
    )
    expect(error.position).toMatchObject({ file: join(folder, 'part.j2'), line: 2 })
  })
})

describe('template files', () => {
  it('use other files with their blocks, macros and variables', () => {
    const folder = folderWith({
      'main.j2': '',
      'base.j2': '<{% block a %}base{% endblock %}|{% block b %}{{ v }}{% endblock %}>',
      'macros.j2':
        '{% macro m(x) %}[{{ x }}{{ v | default("-") }}]{% endmacro %}{% set exported = 5 %}{% set _hidden = 6 %}',
      'part.j2': '{{ v }}{{ local | default("none") }}',
    })
    const render = (source: string): string =>
      templarOf({ v: 'V' }).renderFile(source, { path: join(folder, 'main.j2'), searchPath: [folder] })
    expect(render("{% extends 'base.j2' %}ignored{% block a %}{{ super() }}+{% endblock %}")).toBe('<base+|V>')
    expect(render("{% import 'macros.j2' as m %}{{ m.m(1) }}{{ m.exported }}{{ m._hidden is defined }}")).toBe(
      '[1-]5False',
    )
    expect(render("{% from 'macros.j2' import m as n with context %}{{ n(1) }}")).toBe('[1V]')
    expect(render("{% from 'macros.j2' import nope %}{{ nope is defined }}")).toBe('False')
    expect(render("{% set local = 'L' %}{% include 'part.j2' %}")).toBe('VL')
    expect(render("{% for local in [1, 2] %}{% include ['no.j2', 'part.j2'] %}{% endfor %}")).toBe('V1V2')
    expect(() => render("{% include 'part.j2' without context %}")).toThrow(UndefinedVariableError)
    expect(() => render("{% include '../x.j2' %}")).toThrow('../x.j2')
  })

  it('notice that an included file changed', () => {
    const folder = folderWith({ 'main.j2': '', 'part.j2': 'before' })
    const environment = new TemplateEnvironment()
    const render = (): string =>
      templarOf({}, {}, environment).renderFile("{% include 'part.j2' %}", {
        path: join(folder, 'main.j2'),
        searchPath: [folder],
      })
    expect(render()).toBe('before')
    writeFileSync(join(folder, 'part.j2'), 'after it')
    expect(render()).toBe('after it')
  })

  it('know themselves', () => {
    const folder = folderWith({ 'main.j2': 'x' })
    const path = join(folder, 'main.j2')
    const text = templarOf({}, {}, { ansibleManaged: 'managed {file}' }).renderFile(
      '{{ template_path }} {{ template_fullpath }} {{ ansible_managed }} {{ template_destpath }}',
      { path, templatePath: 'main.j2', searchPath: [folder], destination: '/etc/x' },
    )
    expect(text).toBe(`main.j2 ${path} managed main.j2 /etc/x`)
  })
})

describe('settings', () => {
  it('undefined variables may leave the text alone', () => {
    expect(templarOf().template('{{ nope }} x', { failOnUndefined: false })).toBe('{{ nope }} x')
    expect(templarOf({}, {}, { errorOnUndefined: false }).template('{{ nope }}')).toBe('{{ nope }}')
  })

  it('bare names may be variables', () => {
    const templar = templarOf({ list: [1, 2] })
    expect(templar.template('list', { convertBare: true })).toEqual([1, 2])
    expect(templar.template('list | length', { convertBare: true })).toBe('2')
    expect(templar.template('unknown', { convertBare: true })).toBe('unknown')
  })

  it('lookups may be switched off', () => {
    expect(() => templarOf().template("{{ lookup('env', 'HOME') }}", { disableLookups: true })).toThrow(
      'lookups were disabled from templating',
    )
  })

  it('delimiters may differ for one call', () => {
    const overrides = { variable_start_string: '[[', variable_end_string: ']]' }
    expect(templarOf({ a: 1 }).template('[[ a ]] {{ a }}', { overrides })).toBe('1 {{ a }}')
  })

  it('the omit placeholder is a text of its own', () => {
    expect(OMIT).toMatch(/^__omit_place_holder__[0-9a-f]{40}$/)
  })

  it('what only Python can do goes to Python, with all that it needs', () => {
    const asked: string[] = []
    const plugins: PluginSource = {
      filter: name =>
        name === 'exotic'
          ? () => {
              throw new NotNativeError('exotic has no native form')
            }
          : undefined,
      test: () => undefined,
      lookup: () => undefined,
    }
    const environment = new TemplateEnvironment({
      plugins: [plugins],
      jinjaExtensions: ['jinja2.ext.i18n'],
      fallback: request => {
        asked.push(request.source, String(request.get('a')))
        return 'from Python'
      },
    })
    const templar = templarOf({ a: 'A' }, {}, environment)
    expect(templar.template('{{ a | exotic }}')).toBe('from Python')
    expect(templar.template('{% trans %}{{ a }}{% endtrans %}')).toBe('from Python')
    expect(templar.template('{{ a }}')).toBe('A')
    expect(asked).toEqual(['{{ a | exotic }}', 'A', '{% trans %}{{ a }}{% endtrans %}', 'A'])
  })

  it('an extension that may change any text takes all templates to Python', () => {
    const jinjaExtensions = ['jinja2.ext.do', 'somewhere.Preprocessor']
    const environment = new TemplateEnvironment({ jinjaExtensions, fallback: request => `Python: ${request.source}` })
    const templar = templarOf({ a: 'A' }, {}, environment)
    expect(templar.template('{{ a }}b')).toBe('Python: {{ a }}b')
    expect(templar.template('{{ a }}')).toBe('Python: {{ a }}')
    expect(templar.template('text')).toBe('text')
    const alone = templarOf({ a: 'A' }, {}, { jinjaExtensions })
    expect(caught(() => alone.template('{{ a }}b')).message).toContain('somewhere.Preprocessor')
  })

  it('an extension that is not built in is named when it is missed', () => {
    const templar = templarOf({}, {}, { jinjaExtensions: ['jinja2.ext.i18n'] })
    expect(caught(() => templar.template('{% trans %}x{% endtrans %}')).hint).toContain('jinja2.ext.i18n')
  })
})

describe('numbers', () => {
  it('alone keep their type, printed they are text', () => {
    const scope = new DictScope(new Dict([['f', new PyFloat(1)]]))
    const templar = new Templar(new TemplateEnvironment(), scope)
    expect(templar.template('{{ f }}')).toEqual(new PyFloat(1))
    expect(templar.template('{{ f }} ')).toBe('1.0 ')
    expect(renderText(templar, '{{ f * 3 }}')).toBe('3.0')
  })
})
