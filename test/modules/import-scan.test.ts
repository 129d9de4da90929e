// The import scanner sees what Python's parser sees.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findAnsible, scanImports } from '../../src/modules/index.js'
import { askPython } from './support.js'

const TRICKY = [
  'import a',
  'import a.b as c, d . e\n',
  'from . import x\nfrom .. import y as z\nfrom ...m.n import (p,\n  q as r, # why\n\n  s,)\n',
  'from .m import *\n',
  'if x: import a; import b\nimport c; import d\n',
  'x: int = 3; import after_annotation\n',
  'f = lambda: 0; import after_lambda\n',
  'd = {1: 2}; import after_dict\n',
  'try: import a\nexcept ImportError: import b\nelse: import c\nfinally: import d\n',
  'def f():\n    import inner\n    def g():\n        import deeper\nimport outer\n',
  'class C: from x import y\n',
  '"""import no"""; import yes\n',
  "'''\nimport no\n'''\nimport yes\n",
  's = "import no\\\nimport neither"\nimport yes\n',
  's = r"\\"\nimport yes\n'.replace('r"\\"', 'r"\\\\"'),
  "s = '''it's \\''' still'''; import yes\n",
  's = rb"x"; t = f"{y}" u\'z\'; import yes\n',
  'from a \\\n  import \\\n b\nimport \\\n  c\n',
  'x = (1,\nimport_not, 2)\nimport yes\n',
  'raise X from y\n',
  'def g():\n    yield from import_like()\n    from z import q\n',
  'important = 1\nfrom_x = 2\nimport yes\n',
  '# import no\nimport yes # and import no\n',
  '\n\n   # indented comment\nimport yes\n',
  '\u00ef\u00bb\u00bfimport bom\n',
  'import a\r\nif 1:\r\n    import b\r\nfrom c import (\r\n d,\r\n e)\r\n',
  'for i in x: pass\nelse: import a\nwith a as b: import c\nwhile 1: import d\nasync def e(): import f\n',
  'match = 1; import a\nmatch[0]; import b\n',
  'match x:\n  case 1: import c\n',
  'if (a :=\n  3): import b\n',
  '\x0cimport formfeed\n',
  'x = [\n"""\nimport no\n"""\n]\nimport yes\n',
  '# coding: latin-1\nprint("é"); import yes\n',
]

type Statement = [string, number, string, string[], boolean]

const scan = (source: string): Statement[] =>
  scanImports(source).map(({ kind, level, module, names, isTopLevel }) => [kind, level, module, [...names], isTopLevel])

test('tricky sources', () => {
  const expected = askPython(join(import.meta.dirname, 'import-oracle.py'), TRICKY) as Statement[][]
  const shown = (answers: readonly Statement[][]) =>
    TRICKY.map((source, index) => ({ source, imports: answers[index] }))
  expect(shown(TRICKY.map(scan))).toEqual(shown(expected))
})

test('all support code of ansible-core', () => {
  const root = join(findAnsible().libraryPath, 'module_utils')
  const files = (readdirSync(root, { recursive: true }) as string[]).filter(file => file.endsWith('.py')).sort()
  const sources = files.map(file => readFileSync(join(root, file), 'latin1'))
  const expected = askPython(join(import.meta.dirname, 'import-oracle.py'), sources) as Statement[][]
  files.forEach((file, index) => {
    expect({ file, imports: scan(sources[index] as string) }).toEqual({ file, imports: expected[index] })
  })
  expect(files.length).toBeGreaterThan(100)
}, 60_000)
