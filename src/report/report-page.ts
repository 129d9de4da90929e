// The HTML report: a page made at build time (src/report/page) with the data of a run or of a comparison put into it. One
// file, nothing from the network.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchModel } from './bench-model.js'
import type { RunModel, TaskRunModel } from './run-model.js'

export type PageData =
  | { readonly kind: 'run'; readonly run: RunModel }
  | { readonly kind: 'bench'; readonly bench: BenchModel }

/** Results are kept in pieces that the page reads when one of them is looked at. */
const RUNS_IN_PIECE = 256
const MARK = '<!--data-->'

/** HTML of a page that shows the data. */
export function reportPage(data: PageData): string {
  const template = readFileSync(templateFile(), 'utf8')
  const at = template.indexOf(MARK)
  const scripts = data.kind === 'run' ? runScripts(data.run) : benchScripts(data.bench)
  return template.slice(0, at) + scripts + template.slice(at + MARK.length)
}

function templateFile(): string {
  const beside = fileURLToPath(new URL('./page/report.html', import.meta.url))
  if (existsSync(beside)) return beside
  // Run from the sources: the page as it was built last.
  return fileURLToPath(new URL('../../dist/bin/page/report.html', import.meta.url))
}

function benchScripts(bench: BenchModel): string {
  const pieces = bench.record === undefined ? '' : details(bench.record.runs)
  const record = bench.record === undefined ? undefined : withoutDetails(bench.record)
  return script('data', { kind: 'bench', bench: { ...bench, record } }) + pieces
}

function runScripts(run: RunModel): string {
  return script('data', { kind: 'run', run: withoutDetails(run) }) + details(run.runs)
}

function withoutDetails(run: RunModel): RunModel {
  return { ...run, runs: run.runs.map(({ result, diff, ...rest }) => rest) }
}

function details(runs: readonly TaskRunModel[]): string {
  let out = ''
  for (let from = 0; from < runs.length; from += RUNS_IN_PIECE) {
    const piece = runs.slice(from, from + RUNS_IN_PIECE).map(({ result, diff }) => [result ?? null, diff ?? null])
    out += script(`details-${from / RUNS_IN_PIECE}`, piece)
  }
  return out
}

/** JSON in a script element: `<` must not end it. */
function script(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>\n`
}
