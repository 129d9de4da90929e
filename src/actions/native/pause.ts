// Waits for a time or for a person. Mirrors plugins/action/pause.py (ansible-core 2.14).
import { setTimeout as sleep } from 'node:timers/promises'
import { dateTimeNow, int, str } from '../../python/index.js'
import { Dict, isInt, PyFloat, type Value } from '../../python/values.js'
import type { ActionCall } from '../action-call.js'
import { actionError } from '../action-errors.js'
import type { NativeAction } from '../action-plugin.js'
import { validateOwnArguments } from '../own-arguments.js'
import { type KeyReader, processTerminal } from '../terminal.js'

const CLEAR_LINE = '\x1b[\r\x1b[K'
const CTRL_C = '\x03'
const BACKSPACE = new Set(['\x7f', '\b'])

export const pause: NativeAction = {
  traits: { needsConnection: false, bypassHostLoop: true },
  async run(call) {
    const result = call.begin()
    const args = validateOwnArguments(
      call,
      'pause',
      {
        echo: { type: 'bool', default: true },
        minutes: { type: 'int()' },
        seconds: { type: 'int()' },
        prompt: { type: 'str' },
      },
      { mutuallyExclusive: [['minutes', 'seconds']] },
    )
    const echo = args.get('echo') as Value
    const none = null
    result.update(
      Dict.of({ changed: false, rc: 0, stderr: '', stdout: '', start: none, stop: none, delta: none, echo }),
    )
    const seconds = duration(args)
    const start = Date.now()
    result.set('start', str(dateTimeNow()))
    result.set('user_input', '')
    try {
      result.set('user_input', await wait(call, args, seconds, echo === true))
    } finally {
      const elapsed = (Date.now() - start) / 1000
      const isSeconds = (args.get('minutes') ?? null) === null && seconds !== undefined
      const shown = new PyFloat(Math.round((isSeconds ? elapsed : elapsed / 60) * 100) / 100)
      result.set('stop', str(dateTimeNow()))
      result.set('delta', Math.floor(elapsed))
      result.set('stdout', `Paused for ${str(shown)} ${isSeconds ? 'seconds' : 'minutes'}`)
    }
    return result
  },
}

function duration(args: Dict): number | undefined {
  const minutes = args.get('minutes') ?? null
  const seconds = args.get('seconds') ?? null
  if (minutes !== null && isInt(minutes)) return Number(int(minutes)) * 60
  return seconds !== null && isInt(seconds) ? Number(seconds) : undefined
}

/** Shows the prompt and waits; the answer is what was typed. */
async function wait(call: ActionCall, args: Dict, seconds: number | undefined, echo: boolean): Promise<string> {
  const { context, state } = call
  const show = (text: string) => context.emit({ kind: 'display', text })
  const hidden = echo ? '' : ' (output is hidden)'
  const custom = args.get('prompt') ?? null
  const question = custom !== null && str(custom) !== '' ? str(custom) : 'Press enter to continue, Ctrl+C to interrupt'
  const prompt = `[${context.task.getName().trim()}]\n${question}${hidden}:`
  const limit = seconds === undefined ? undefined : Math.max(1, seconds)
  if (limit === undefined) show(prompt)
  else {
    show(`Pausing for ${limit} seconds${hidden}`)
    show("(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)\r")
    if (custom !== null && str(custom) !== '') show(prompt)
  }
  const terminal = state.services.terminal ?? processTerminal
  if (!terminal.isInteractive) {
    if (limit === undefined) call.warn('Not waiting for response to prompt as stdin is not interactive')
    else await sleep(limit * 1000, undefined, { signal: context.signal })
    return ''
  }
  const keys = terminal.openKeys()
  try {
    return await readAnswer(keys, limit, echo, context.signal, show)
  } finally {
    keys.close()
  }
}

async function readAnswer(
  keys: KeyReader,
  limit: number | undefined,
  echo: boolean,
  signal: AbortSignal,
  show: (text: string) => void,
): Promise<string> {
  let answer = ''
  const deadline = limit === undefined ? undefined : AbortSignal.timeout(limit * 1000)
  let end = deadline === undefined ? signal : AbortSignal.any([signal, deadline])
  for (;;) {
    const key = await keys.next(end)
    if (key === undefined) return answer
    if (key === CTRL_C) {
      keys.write(CLEAR_LINE)
      // The clock stands still from here on, as in ansible-core.
      end = signal
      show("Press 'C' to continue the play or 'A' to abort \r")
      const goesOn = await continues(keys, signal)
      keys.write(CLEAR_LINE)
      if (goesOn) return answer
      throw actionError('user requested abort!')
    }
    if (limit !== undefined) continue
    if (key === '\r' || key === '\n') {
      keys.write(CLEAR_LINE)
      return answer
    }
    if (BACKSPACE.has(key)) {
      answer = [...answer].slice(0, -1).join('')
      keys.write(CLEAR_LINE + (echo ? answer : ''))
    } else {
      answer += key
      if (echo) keys.write(key)
    }
  }
}

async function continues(keys: KeyReader, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const key = (await keys.next(signal))?.toLowerCase()
    if (key === undefined || key === 'a') return false
    if (key === 'c') return true
  }
}
