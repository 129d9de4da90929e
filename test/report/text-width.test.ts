// Columns of texts, beside Ansible's own count.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { textWidth } from '../../src/report/text-width.js'

const TEXTS = [
  'TASK [plain]',
  '',
  'Grüße aus Köln',
  'e\u0301te\u0301',
  '日本語のタスク',
  '한국어 작업',
  '\u1112\u1161\u11ab',
  'a\u200db soft\u00adhyphen',
  '\x1b[31mred\x1b[0m',
  'tab\tand\x07bell',
  'back\x08\x7f\x94',
  '🚀 launch ❤️',
  'ｆｕｌｌ width ｱ',
  '→ § ± “quoted” …',
  '\x08\x08a',
]

it('are those that Ansible counts', () => {
  const program = `import json, locale, sys
locale.setlocale(locale.LC_ALL, '')
from ansible.utils.display import get_text_width
print(json.dumps([get_text_width(text) for text in json.load(sys.stdin)]))`
  const run = spawnSync('/usr/bin/python3', ['-c', program], {
    input: JSON.stringify(TEXTS),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: process.env.HOME },
  })
  expect(TEXTS.map(textWidth), run.stderr).toEqual(JSON.parse(run.stdout))
})
