// Evaluates templates given as JSON lines, for comparing with Ansible and for other programs.
//   {"id", "mode": "expr"|"file"|"cond", "template", "vars", "filename"?} → {"id", "value"} or {"id", "error": "Kind: text"}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { Dict, jsonLoads, PyError, type Value } from '../python/index.js'
import { VaultSecrets } from '../vault/index.js'
import { DataLoader } from '../yaml/index.js'
import { TemplateEnvironment } from './environment.js'
import { TemplateError } from './errors.js'
import { MemoStore } from './memo.js'
import type { Controller } from './plugin.js'
import { kindOf, messageOf } from './python-exception.js'
import { DictScope } from './scope.js'
import { Templar, type TemplarOptions } from './templar.js'
import { decodeWire, encodeWire } from './wire.js'

export interface BatchOptions {
  readonly environment?: TemplateEnvironment
  readonly setting?: (name: string) => Value | undefined
  readonly vault?: VaultSecrets
  /** How long one case may take. Default 10 seconds. */
  readonly limitMs?: number
}

interface BatchCase {
  readonly id: Value
  readonly mode: string
  readonly template: Value
  readonly variables: Dict
  readonly filename: string | undefined
}

export class BatchEvaluator {
  readonly #environment: TemplateEnvironment
  constructor(private readonly options: BatchOptions = {}) {
    this.#environment = options.environment ?? new TemplateEnvironment()
  }

  /** One JSON line in, one out (without newline). Throws only for a line that is no case. */
  evaluateLine(line: string): string {
    const one = readCase(line)
    try {
      return `{"id": ${encodeWire(one.id)}, "value": ${encodeWire(this.#evaluate(one))}}`
    } catch (error) {
      const known = error instanceof TemplateError || error instanceof PyError || error instanceof Error
      const text = known ? (messageOf(error).trim().split('\n')[0] as string) : String(error)
      const shown = text.length <= 200 ? text : `${text.slice(0, 197)}...`
      return `{"id": ${encodeWire(one.id)}, "error": ${JSON.stringify(`${kindOf(error)}: ${shown}`)}}`
    }
  }

  #evaluate(one: BatchCase): Value {
    if (one.mode === 'file') return this.#evaluateFile(one)
    const basedir = one.filename === undefined ? process.cwd() : dirname(resolve(one.filename))
    const templar = this.#templar(one.variables, basedir)
    if (one.mode === 'expr') return templar.template(one.template)
    if (one.mode === 'cond') return templar.evaluateConditional(one.template)
    throw new PyError('ValueError', `unknown mode '${one.mode}'`)
  }

  #evaluateFile(one: BatchCase): Value {
    const source = String(one.template)
    let folder: string | undefined
    try {
      let { filename } = one
      if (filename === undefined) {
        folder = mkdtempSync(join(tmpdir(), 'madansible-eval-'))
        filename = join(folder, 'main.j2')
        writeFileSync(filename, source)
      }
      const basedir = dirname(filename)
      return this.#templar(one.variables, basedir).renderFile(source, {
        path: filename,
        templatePath: basename(filename),
        searchPath: [join(basedir, 'templates'), basedir],
      })
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    }
  }

  #templar(variables: Dict, basedir: string): Templar {
    const { limitMs = 10_000 } = this.options
    const options: TemplarOptions = {
      basedir,
      controller: this.#controller(basedir),
      memo: new MemoStore(),
      deadline: () => Date.now() + limitMs,
    }
    return new Templar(this.#environment, new DictScope(variables), options)
  }

  #controller(basedir: string): Controller {
    const loader = new DataLoader(this.options.vault ?? new VaultSecrets())
    loader.basedir = basedir
    return {
      loader,
      setting: name => this.options.setting?.(name),
      warn: message => this.#environment.options.warn?.(message),
    }
  }
}

function readCase(line: string): BatchCase {
  const given = jsonLoads(line)
  if (!(given instanceof Dict)) throw new PyError('ValueError', 'a case is a JSON object')
  const variables = given.get('vars')
  const filename = given.get('filename')
  const mode = given.get('mode')
  return {
    id: given.get('id') ?? null,
    mode: typeof mode === 'string' ? mode : 'expr',
    template: given.get('template') ?? '',
    variables: variables instanceof Dict ? decodeVariables(variables) : new Dict(),
    filename: typeof filename === 'string' && filename !== '' ? filename : undefined,
  }
}

/** The variables' mapping itself is never an unsafe text. */
function decodeVariables(variables: Dict): Dict {
  const decoded = new Dict()
  for (const [key, value] of variables.entries()) decoded.set(key, decodeWire(value))
  return decoded
}
