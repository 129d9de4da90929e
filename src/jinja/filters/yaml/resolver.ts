// Which tag a plain scalar would be read back as (PyYAML's resolver.py, YAML 1.1).

import { TAG_PREFIX } from './nodes.js'

interface ImplicitResolver {
  readonly tag: string
  /** Characters such a scalar may start with; '' stands for the empty scalar. */
  readonly first: readonly string[]
  readonly pattern: RegExp
}

// `\n?$` because Python's `$` also matches before a final newline.
const resolvers: readonly ImplicitResolver[] = [
  {
    tag: 'bool',
    first: [...'yYnNtTfFoO'],
    pattern: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)\n?$/,
  },
  {
    tag: 'float',
    first: [...'-+0123456789.'],
    pattern: new RegExp(
      '^(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?' +
        '|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?' +
        '|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*' +
        '|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))\\n?$',
    ),
  },
  {
    tag: 'int',
    first: [...'-+0123456789'],
    pattern: new RegExp(
      '^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)' +
        '|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\\n?$',
    ),
  },
  { tag: 'merge', first: ['<'], pattern: /^<<\n?$/ },
  { tag: 'null', first: ['~', 'n', 'N', ''], pattern: /^(?:~|null|Null|NULL|)\n?$/ },
  {
    tag: 'timestamp',
    first: [...'0123456789'],
    pattern: new RegExp(
      '^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}' +
        '|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?' +
        '(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)\\n?$',
    ),
  },
  { tag: 'value', first: ['='], pattern: /^=\n?$/ },
  { tag: 'yaml', first: [...'!&*'], pattern: /^[!&*]\n?$/ },
]

const byFirst = new Map<string, ImplicitResolver[]>()
for (const resolver of resolvers) {
  for (const first of resolver.first) {
    const list = byFirst.get(first) ?? []
    list.push(resolver)
    byFirst.set(first, list)
  }
}

/** Tag a plain scalar with this text is read as; a quoted one is always a str. */
export function plainTag(text: string): string {
  for (const { tag, pattern } of byFirst.get(text.charAt(0)) ?? []) {
    if (pattern.test(text)) return TAG_PREFIX + tag
  }
  return `${TAG_PREFIX}str`
}
