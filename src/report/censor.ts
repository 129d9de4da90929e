// Takes decrypted vault values out of the files a run leaves (report, events, JUnit). The console shows what tasks print, as
// ansible-playbook does; files are passed around, so there a vaulted value is never shown, whatever a task did with it.
import type { Censor } from './shown-value.js'

const HIDDEN = '********'
/** Shorter values of a vaulted file are words like `yes` or `root`, which would black out half of a report. */
const MIN_IN_FILE = 6
const MIN_ALONE = 4

/** A censor for texts that are decrypted as the run goes on. `opened` is asked again before each text. */
export function censorOf(opened: () => ReadonlySet<string>): Censor {
  let known = 0
  let secrets: readonly string[] = []
  return text => {
    const texts = opened()
    if (texts.size !== known) {
      known = texts.size
      secrets = [...new Set([...texts].flatMap(secretsOf).flatMap(spellings))].sort((a, b) => b.length - a.length)
    }
    let out = text
    for (const secret of secrets) if (out.includes(secret)) out = out.replaceAll(secret, HIDDEN)
    return out
  }
}

/** What is secret in a decrypted text: a value of its own, or the values in the lines of a file. */
export function secretsOf(text: string): string[] {
  const whole = text.trim()
  if (!whole.includes('\n') && !/^[\w.-]+\s*[:=]\s/.test(whole)) return whole.length >= MIN_ALONE ? [whole] : []
  const values = whole.split(/\r?\n/).map(line => unquoted(line.replace(/^\s*(- +)*([\w."'-]+\s*[:=]\s+)?/, '').trim()))
  return values.filter(value => value.length >= MIN_IN_FILE && !/^(#|---|\$ANSIBLE_VAULT|!|[|>][+-]?$)/.test(value))
}

function unquoted(value: string): string {
  const match = /^(['"])(.*)\1\s*(#.*)?$/.exec(value)
  return match === null ? value.replace(/\s+#.*$/, '') : (match[2] as string)
}

/** A secret as it stands in texts, in JSON and in URLs. */
function spellings(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
}
