// ANSIBLE_STDOUT_CALLBACK=yaml: the default lines with results as YAML. Mirrors the community.general.yaml callback.
import { dumpYaml } from '../jinja/filters/yaml/index.js'
import { str, truth } from '../python/index.js'
import type { Dict, Value } from '../python/values.js'
import { DefaultReporter } from './default-reporter.js'
import { shownResult } from './result-text.js'

const DUMP_OPTIONS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['allow_unicode', true],
  ['width', 1000],
  ['default_flow_style', false],
])
const CENSORED =
  '{"censored": "The output has been hidden due to the fact that \'no_log: true\' was specified for this result"}'

export class YamlReporter extends DefaultReporter {
  protected override dump(result: Dict): string {
    if (truth(result.get('_ansible_no_log') ?? false)) return CENSORED
    const shown = shownResult(this.display, result)
    let text = ''
    for (const flag of ['changed', 'skipped']) {
      const value = shown.get(flag)
      if (value === undefined) continue
      text += `${flag}=${str(value).toLowerCase()} `
      shown.delete(flag)
    }
    for (const stream of ['stdout', 'stderr']) {
      if (shown.has(stream) && shown.has(`${stream}_lines`)) shown.set(`${stream}_lines`, '<omitted>')
    }
    if (shown.size > 0) text += `\n${dumpYaml(shown, DUMP_OPTIONS, blockText)}`
    return text.split('\n').join('\n  ').trimEnd()
  }
}

// Readable rather than exact: what a block scalar cannot hold is left out.
function blockText(text: string): string | undefined {
  if (!/[\n\r\x1c\x1d\x1e\x85\u2028\u2029]/.test(text)) return undefined
  return expandTabs([...text.trimEnd()].filter(isReadable).join(''))
    .replace(/[\x0b\x0c\r]/g, '')
    .replace(/ +\n/g, '\n')
}

function isReadable(character: string): boolean {
  return /^[\x20-\x7e\t\n\r\x0b\x0c]$/.test(character) || (character.codePointAt(0) as number) >= 0xa0
}

function expandTabs(text: string): string {
  let column = 0
  return text.replace(/[\s\S]/gu, character => {
    if (character === '\t') {
      const blanks = 8 - (column % 8)
      column += blanks
      return ' '.repeat(blanks)
    }
    column = character === '\n' || character === '\r' ? 0 : column + 1
    return character
  })
}
