// Which names variables may have. Mirrors isidentifier in ansible/utils/vars.py (2.14) with CPython 3.11's keywords.

import { isText, textOf, type Value } from '../python/values.js'

const PYTHON_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
)

/** Whether a value can name a variable: an ASCII Python identifier that is no keyword. */
export function isIdentifier(name: Value): boolean {
  return isText(name) && /^[A-Za-z_][A-Za-z0-9_]*$/.test(textOf(name)) && !PYTHON_KEYWORDS.has(textOf(name))
}
