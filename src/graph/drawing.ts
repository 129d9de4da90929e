// Graphs as texts that Graphviz and Mermaid draw.
import type { Graph } from './graph.js'

export interface Drawing<N> {
  /** Text in the box of a node; default its string. */
  readonly label?: ((node: N) => string) | undefined
  /** Name of the box around nodes that belong together; undefined for none. */
  readonly cluster?: ((node: N) => string | undefined) | undefined
  /** Text beside an edge. */
  readonly edgeLabel?: ((from: N, to: N) => string | undefined) | undefined
  /** Drawn bold. */
  readonly isMarked?: ((node: N) => boolean) | undefined
  /** Left to right instead of top to bottom. */
  readonly isSideways?: boolean | undefined
}

/** Graphviz. */
export function toDot<N>(graph: Graph<N>, drawing: Drawing<N> = {}): string {
  const { label = String, edgeLabel, isMarked } = drawing
  const lines = ['digraph {', `  rankdir=${drawing.isSideways === true ? 'LR' : 'TB'}`, '  node [shape=box]']
  const node = (number: number, indent: string) => {
    const it = graph.nodeAt(number)
    lines.push(`${indent}n${number} [label=${quoteDot(label(it))}${isMarked?.(it) ? ' style=bold color=red' : ''}]`)
  }
  for (const [cluster, [name, numbers]] of [...clustersOf(graph, drawing).entries()].entries()) {
    if (name === undefined) {
      for (const number of numbers) node(number, '  ')
      continue
    }
    lines.push(`  subgraph cluster_${cluster} {`, `    label=${quoteDot(name)}`)
    for (const number of numbers) node(number, '    ')
    lines.push('  }')
  }
  for (const [from, to] of graph.edges()) {
    const text = edgeLabel?.(from, to)
    const suffix = text === undefined ? '' : ` [label=${quoteDot(text)}]`
    lines.push(`  n${graph.numberOf(from)} -> n${graph.numberOf(to)}${suffix}`)
  }
  return `${lines.join('\n')}\n}\n`
}

/** Mermaid. */
export function toMermaid<N>(graph: Graph<N>, drawing: Drawing<N> = {}): string {
  const { label = String, edgeLabel, isMarked } = drawing
  const lines = [`flowchart ${drawing.isSideways === true ? 'LR' : 'TB'}`]
  const node = (number: number, indent: string) =>
    lines.push(`${indent}n${number}["${quoteMermaid(label(graph.nodeAt(number)))}"]`)
  for (const [cluster, [name, numbers]] of [...clustersOf(graph, drawing).entries()].entries()) {
    if (name === undefined) {
      for (const number of numbers) node(number, '  ')
      continue
    }
    lines.push(`  subgraph c${cluster}["${quoteMermaid(name)}"]`)
    for (const number of numbers) node(number, '    ')
    lines.push('  end')
  }
  for (const [from, to] of graph.edges()) {
    const text = edgeLabel?.(from, to)
    const arrow = text === undefined ? '-->' : `-->|"${quoteMermaid(text)}"|`
    lines.push(`  n${graph.numberOf(from)} ${arrow} n${graph.numberOf(to)}`)
  }
  const marked = graph.nodes.filter(it => isMarked?.(it)).map(it => `n${graph.numberOf(it)}`)
  if (marked.length > 0)
    lines.push('  classDef marked stroke:#c00,stroke-width:3px', `  class ${marked.join(',')} marked`)
  return `${lines.join('\n')}\n`
}

function clustersOf<N>(graph: Graph<N>, { cluster }: Drawing<N>): Map<string | undefined, number[]> {
  const clusters = new Map<string | undefined, number[]>()
  for (const [number, node] of graph.nodes.entries()) {
    const name = cluster?.(node)
    const members = clusters.get(name)
    if (members) members.push(number)
    else clusters.set(name, [number])
  }
  return clusters
}

function quoteDot(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

/** Mermaid reads entities with # inside quotes. */
function quoteMermaid(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replaceAll('\n', '<br>')
}
