// Asks for the variables of `vars_prompt`. Mirrors the prompt part of PlaybookExecutor.run and
// Display.do_var_prompt of utils/display.py (ansible-core 2.14).

import { MadansibleError } from '../errors.js'
import type { Play } from '../playbook/index.js'
import { strictBoolean } from '../python/boolean.js'
import { str, truth, wrapUnsafe } from '../python/index.js'
import { type Dict, isText, textOf, type Value } from '../python/values.js'
import type { EngineServices } from './services.js'

interface Prompt {
  readonly name: string
  readonly text: string
  readonly default: Value | undefined
  readonly isPrivate: boolean
  readonly needsConfirmation: boolean
  readonly encrypt: string | undefined
  readonly salt: Value | undefined
  readonly saltSize: Value | undefined
  readonly isUnsafe: boolean
}

/** Sets the answers as variables of the play. Variables given with -e are not asked for. */
export async function promptForVars(play: Play, services: EngineServices): Promise<void> {
  if (play.varsPrompt.length === 0) return
  const templar = services.variables.getVars({ play }).templar()
  const vars = play.vars.copy()
  for (const raw of play.varsPrompt) {
    const prompt = promptOf(templar.template(raw) as Dict)
    if (services.variables.extraVars.has(prompt.name)) continue
    services.onEvent({
      kind: 'varsPrompt',
      name: prompt.name,
      prompt: prompt.text,
      private: prompt.isPrivate,
      encrypt: prompt.encrypt,
      confirm: prompt.needsConfirmation,
      default: prompt.default,
    })
    vars.set(prompt.name, await answerTo(prompt, services))
  }
  play.vars = vars
}

function promptOf(entry: Dict): Prompt {
  const name = textOrUndefined(entry.get('name')) ?? ''
  const given = (key: string): Value | undefined => entry.get(key) ?? undefined
  return {
    name,
    text: textOrUndefined(entry.get('prompt')) ?? name,
    default: given('default'),
    isPrivate: strictBoolean(entry.get('private') ?? true),
    needsConfirmation: strictBoolean(entry.get('confirm') ?? false),
    encrypt: textOrUndefined(given('encrypt')),
    salt: given('salt'),
    saltSize: given('salt_size'),
    isUnsafe: truth(given('unsafe') ?? false),
  }
}

function textOrUndefined(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : isText(value) ? textOf(value) : str(value)
}

async function answerTo(prompt: Prompt, services: EngineServices): Promise<Value> {
  let answer: Value = await ask(prompt, services)
  if ((answer === null || answer === '') && prompt.default !== undefined) answer = prompt.default
  if (prompt.encrypt !== undefined) answer = encrypted(prompt, answer, services)
  const text = answer === null ? 'None' : isText(answer) ? answer : str(answer)
  return prompt.isUnsafe ? wrapUnsafe(text) : text
}

async function ask(prompt: Prompt, { prompter, onEvent }: EngineServices): Promise<string | null> {
  if (!prompter.isInteractive) {
    onEvent({ kind: 'warning', text: 'Not prompting as we are not in interactive mode' })
    return null
  }
  const question = questionOf(prompt)
  for (;;) {
    const answer = await prompter.ask(question, prompt.isPrivate)
    if (!prompt.needsConfirmation) return answer
    if (answer === (await prompter.ask(`confirm ${question}`, prompt.isPrivate))) return answer
    onEvent({ kind: 'display', text: '***** VALUES ENTERED DO NOT MATCH ****' })
  }
}

function questionOf(prompt: Prompt): string {
  if (prompt.text !== '' && prompt.default !== undefined) return `${prompt.text} [${str(prompt.default)}]: `
  return prompt.text !== '' ? `${prompt.text}: ` : `input for ${prompt.name}: `
}

/** Hashes the answer with the filter that does the same in templates. */
function encrypted(prompt: Prompt, answer: Value, services: EngineServices): Value {
  const templar = services.variables
    .getVars({})
    .with(
      new Map<string, Value>([
        ['_answer', wrapUnsafe(answer)],
        ['_salt', prompt.salt ?? null],
        ['_salt_size', prompt.saltSize ?? null],
        ['_scheme', prompt.encrypt as string],
      ]),
    )
    .templar()
  try {
    return templar.template('{{ _answer | password_hash(_scheme, salt=_salt, salt_size=_salt_size) }}')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new MadansibleError(error.message, { cause: error })
  }
}
