// Random templates: text, output and statements around random expressions.
import fc from 'fast-check'
import { expression, name, VARIABLES } from './random-expressions.js'
import type { OracleCase } from './support.js'

/** A piece of a template: text, output, or a statement with a body. */
function piece(depth: number): fc.Arbitrary<string> {
  const value = expression(2)
  const output = fc
    .tuple(fc.constantFrom('{{ ', '{{- ', '{{'), value, fc.constantFrom(' }}', ' -}}', '}}'))
    .map(parts => parts.join(''))
  const text = fc.constantFrom(' ', 'text', '\n', 'a\n', '  b', '[', ']', '{# c #}', '{#- c -#}\n', '"', '\n\n', ', ')
  if (depth <= 0) return fc.oneof({ arbitrary: output, weight: 3 }, text)
  const body = template(depth - 1)
  const open = fc.constantFrom('{% ', '{%- ', '{%+ ')
  const close = fc.constantFrom(' %}', ' -%}', ' +%}', ' %}\n')
  const tag = (content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(open, content, close).map(parts => parts.join(''))
  const fixed = (content: string): fc.Arbitrary<string> => tag(fc.constant(content))
  const sequence = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map(each => each.join(''))
  return fc.oneof(
    { arbitrary: output, weight: 4 },
    { arbitrary: text, weight: 3 },
    sequence(tag(value.map(test => `if ${test}`)), body, fixed('endif')),
    sequence(
      tag(value.map(test => `if ${test}`)),
      body,
      tag(value.map(test => `elif ${test}`)),
      body,
      fixed('else'),
      body,
      fixed('endif'),
    ),
    sequence(tag(value.map(items => `for i in ${items}`)), body, fixed('endfor')),
    sequence(tag(name.map(items => `for i in ${items} if i`)), body, fixed('else'), body, fixed('endfor')),
    sequence(
      tag(fc.constantFrom('for i in l', 'for i, x in m', 'for i in rows', 'for i in w', 'for x, i in d.items()')),
      fc.constantFrom(
        '{{ loop.index }}',
        '{{ loop.last }}',
        '{{ loop.length }}',
        '{{ loop.nextitem | default("-") }}',
        '{{ loop.changed(i) }}',
        '',
      ),
      body,
      fixed('endfor'),
    ),
    tag(value.map(each => `set x = ${each}`)),
    sequence(fixed('set x'), body, fixed('endset')),
    sequence(
      tag(fc.constantFrom('filter upper', 'filter trim', "filter replace('a', 'b')", 'filter indent')),
      body,
      fixed('endfilter'),
    ),
    sequence(tag(value.map(each => `with x = ${each}, i = x`)), body, fixed('endwith')),
    sequence(
      fixed("macro x(i, q='Q')"),
      body,
      fc.constant('{{ q }}'),
      fixed('endmacro'),
      value.map(each => `{{ x(${each}) }}`),
    ),
    sequence(
      fixed('macro x(i)'),
      fc.constant('<{{ caller(i) }}>'),
      fixed('endmacro'),
      tag(value.map(each => `call(i) x(${each})`)),
      body,
      fixed('endcall'),
    ),
    sequence(tag(fc.nat(9999).map(number => `block b${number}`)), body, fixed('endblock')),
    sequence(
      fixed('set x = namespace(i=0)'),
      fixed('for i in l'),
      fixed('set x.i = x.i + i'),
      fixed('endfor'),
      fc.constant('{{ x.i }}'),
    ),
    sequence(
      tag(
        fc.constantFrom('for i in nested.l recursive', 'for i in [[1, [2]], 3] recursive', 'for i in users recursive'),
      ),
      fc.constantFrom(
        '{{ loop.depth }}',
        '{{ loop(i) if i is sequence and i is not string else i }}',
        '{{ loop(i.keys) if i.keys is sequence }}',
      ),
      fixed('else'),
      body,
      fixed('endfor'),
    ),
    sequence(
      tag(fc.constantFrom('macro x(i=a, *_)', 'macro x(i, i2=i)', 'macro x()')),
      fc.constantFrom(
        '{{ varargs }}{{ kwargs }}',
        '{{ i }}{{ i2 }}',
        '{{ caller is defined }}',
        '{{ x.name }}{{ x.arguments }}',
      ),
      fixed('endmacro'),
      fc.tuple(value, value).map(([one, two]) => `{{ x(${one}, k=${two}) }}`),
    ),
    sequence(tag(fc.constantFrom('set i, x', 'set x')), tag(value.map(each => `set i, x = ${each}`)), body),
    tag(value.map(each => `do l.append(${each})`)),
    sequence(tag(value.map(each => `print ${each}, a`))),
    sequence(fixed('raw'), fc.constantFrom('{{ a }}', ' {% if %} ', 'x\n'), fixed('endraw')),
    sequence(tag(fc.constantFrom('autoescape true', 'autoescape false', 'autoescape t')), body, fixed('endautoescape')),
  )
}

function template(depth: number): fc.Arbitrary<string> {
  return fc.array(piece(depth), { minLength: 1, maxLength: 3 }).map(pieces => pieces.join(''))
}

const HEADERS = [
  '#jinja2: trim_blocks: False\n',
  '#jinja2: lstrip_blocks: True\n',
  '#jinja2: lstrip_blocks: True, trim_blocks: True\n',
  "#jinja2: keep_trailing_newline: True, newline_sequence: '\\r\\n'\n",
  "#jinja2:variable_start_string:'[[',variable_end_string:']]'\n",
  "#jinja2: line_statement_prefix: '%'\n",
  '#jinja2: autoescape: True\n',
]

/** A case in one of the modes. */
export const randomCase: fc.Arbitrary<OracleCase> = fc.oneof(
  expression(3).map(each => ({ mode: 'expr' as const, template: `{{ ${each} }}`, vars: VARIABLES })),
  expression(2).map(each => ({ mode: 'cond' as const, template: each, vars: VARIABLES })),
  fc
    .tuple(template(2), fc.constantFrom('expr' as const, 'text' as const))
    .map(([text, mode]) => ({ mode, template: text, vars: VARIABLES })),
  template(1).map(text => ({ mode: 'expr' as const, template: text, vars: VARIABLES, native: true })),
  expression(2).map(each => ({ mode: 'expr' as const, template: `{{ ${each} }}`, vars: VARIABLES, native: true })),
  fc
    .tuple(fc.constantFrom(...HEADERS), template(1))
    .map(([header, text]) => ({ mode: 'text' as const, template: header + text, vars: VARIABLES })),
  fc.tuple(expression(1), expression(1)).map(([one, two]) => ({
    mode: 'cond' as const,
    template: `${one} is defined and (${two}) | bool`,
    vars: VARIABLES,
  })),
)
