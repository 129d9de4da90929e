// Draws the dependency graph; the evidence of an edge shows when it is pointed at or has the focus.
import type { RunData } from './data.js'
import { element, shape } from './format.js'
import { componentGraph, type Graph, type GraphEdge, type GraphNode, MAX_NODES, taskGraph } from './graph-model.js'
import { layered } from './layering.js'

interface Spot {
  readonly x: number
  readonly y: number
}

interface Arrangement {
  /** Upper left corners of the nodes. */
  readonly at: readonly Spot[]
  readonly width: number
  readonly height: number
  readonly isDownward: boolean
}

const WIDTH = 190
const HEIGHT = 44
const GAP_X = 70
const GAP_Y = 18
const GAP_DOWN = 34

export class GraphView {
  readonly node: HTMLElement
  readonly #stage = element('div', { class: 'stage' })
  readonly #tip = element('div', { class: 'tip evidence-tip', hidden: true, role: 'status' })
  readonly #trail = element('div', { class: 'trail' })
  #component: number | undefined
  #scale = 1

  constructor(
    private readonly data: RunData,
    private readonly onSelect: (run: number) => void,
  ) {
    const zoom = (factor: number) => () => this.#zoom(factor)
    const controls = element(
      'div',
      { class: 'controls' },
      element('button', { class: 'icon', 'aria-label': 'Zoom out', onclick: zoom(1 / 1.25) }, '−'),
      element('button', { class: 'icon', 'aria-label': 'Zoom in', onclick: zoom(1.25) }, '+'),
    )
    this.node = element(
      'div',
      { class: 'graph' },
      element('div', { class: 'graph-bar' }, this.#trail, controls),
      this.#stage,
      this.#tip,
    )
    this.#stage.addEventListener('wheel', event => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      this.#zoom(Math.exp(-event.deltaY * 0.002))
    })
  }

  /** Draws; nothing is done before it is looked at. */
  draw(): void {
    this.#tip.hidden = true
    const { model } = this.data
    const graph = this.#component === undefined ? componentGraph(this.data) : taskGraph(this.data, this.#component)
    const all = element('button', { class: 'link', onclick: () => this.#open(undefined) }, 'All components')
    if (this.#component === undefined) {
      const hint = model.order === 'linear' ? "This run kept Ansible's order. " : ''
      this.#trail.replaceChildren(
        element(
          'span',
          { class: 'muted' },
          `${hint}Choose a component to see its tasks; point at an edge to see why it is there.`,
        ),
      )
    } else this.#trail.replaceChildren(all, ` › ${model.components[this.#component]}`)
    if (graph.nodes.length > MAX_NODES) {
      const text = `${graph.nodes.length} nodes are too many to draw; choose a task in the timeline to see what it waited for.`
      this.#stage.replaceChildren(element('p', { class: 'muted empty' }, text))
      return
    }
    this.#stage.replaceChildren(this.#drawing(graph))
  }

  #open(component: number | undefined): void {
    this.#component = component
    this.draw()
  }

  #zoom(factor: number): void {
    this.#scale = Math.min(2.5, Math.max(0.25, this.#scale * factor))
    const drawing = this.#stage.querySelector('svg')
    const box = drawing?.getAttribute('viewBox')?.split(' ').map(Number)
    if (drawing === null || box === undefined) return
    drawing.setAttribute('width', String(box[2]! * this.#scale))
    drawing.setAttribute('height', String(box[3]! * this.#scale))
  }

  #drawing(graph: Graph): SVGElement {
    const { at, width, height, isDownward } = this.#arranged(graph)
    const drawing = shape('svg', {
      viewBox: `0 0 ${width} ${height}`,
      width: width * this.#scale,
      height: height * this.#scale,
      role: 'group',
      'aria-label': 'Dependency graph',
    })
    const arrow = shape('path', { d: 'M0 0 L9 4.5 L0 9 z', class: 'arrow' })
    drawing.append(
      shape(
        'defs',
        {},
        shape(
          'marker',
          {
            id: 'arrow',
            markerUnits: 'userSpaceOnUse',
            markerWidth: 9,
            markerHeight: 9,
            refX: 8.5,
            refY: 4.5,
            orient: 'auto',
          },
          arrow,
        ),
      ),
      ...graph.edges.map(edge => this.#edge(graph, edge, at, isDownward)),
      ...graph.nodes.map((node, index) => this.#node(node, at[index]!)),
    )
    return drawing
  }

  /** To the right or downwards, whichever leaves the graph larger on the screen. */
  #arranged(graph: Graph): Arrangement {
    const places = layered(graph.nodes.length, graph.edges)
    const rows = 1 + Math.max(0, ...places.map(({ place }) => place)) - Math.min(0, ...places.map(({ place }) => place))
    const columns = 1 + Math.max(0, ...places.map(({ column }) => column))
    const lowest = Math.min(0, ...places.map(({ place }) => place))
    const room = {
      width: Math.max(320, this.#stage.clientWidth - 24),
      height: Math.max(240, this.#stage.clientHeight - 24),
    }
    const rightward = { width: 40 + columns * (WIDTH + GAP_X) - GAP_X, height: 40 + rows * (HEIGHT + GAP_Y) }
    const downward = { width: 40 + rows * (WIDTH + GAP_Y), height: 40 + columns * (HEIGHT + GAP_DOWN) - GAP_DOWN }
    const scaleOf = (size: typeof room) => Math.min(1, room.width / size.width, room.height / size.height)
    const isDownward = scaleOf(downward) > scaleOf(rightward)
    const size = isDownward ? downward : rightward
    this.#scale = Math.max(0.6, Math.min(1, room.width / size.width))
    const at = places.map(({ column, place }) =>
      isDownward
        ? { x: 20 + (place - lowest) * (WIDTH + GAP_Y), y: 20 + column * (HEIGHT + GAP_DOWN) }
        : { x: 20 + column * (WIDTH + GAP_X), y: 20 + (place - lowest) * (HEIGHT + GAP_Y) },
    )
    return { at, ...size, isDownward }
  }

  #edge(graph: Graph, edge: GraphEdge, at: readonly Spot[], isDownward: boolean): SVGElement {
    const d = edgePath(at[edge.from]!, at[edge.to]!, isDownward)
    const label = `${graph.nodes[edge.from]!.label} before ${graph.nodes[edge.to]!.label}`
    const show = (event: Event) => this.#showEvidence(label, edge, event)
    const hide = () => {
      this.#tip.hidden = true
    }
    return shape(
      'g',
      {
        class: `edge${edge.isOrderOnly ? ' order' : ''}`,
        tabindex: 0,
        role: 'img',
        'aria-label': `${label}: ${edge.evidence.map(({ because }) => because).join('; ')}`,
        onpointerenter: show,
        onpointerleave: hide,
        onfocus: show,
        onblur: hide,
      },
      shape('path', { d, class: 'grip' }),
      shape('path', {
        d,
        class: 'line',
        'marker-end': 'url(#arrow)',
        'stroke-width': Math.min(4, 1.2 + Math.log10(edge.count)),
      }),
    )
  }

  #node(node: GraphNode, { x, y }: { x: number; y: number }): SVGElement {
    const run = node.runs[0] as number
    const open = () => {
      if (this.#component === undefined) this.#open(this.data.run(run).component)
      else this.onSelect(node.runs.find(each => this.data.isCritical[each] === 1) ?? run)
    }
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key === 'Enter' || event.key === ' ') open()
    }
    return shape(
      'g',
      {
        class: `node${node.isCritical ? ' critical' : ''}${node.hasFailed ? ' failed' : ''}`,
        transform: `translate(${x} ${y})`,
        tabindex: 0,
        role: 'button',
        'aria-label': `${node.label}, ${node.detail}`,
        onclick: open,
        onkeydown,
      },
      shape('rect', { width: WIDTH, height: HEIGHT, rx: 7 }),
      shape('text', { x: 12, y: 18, class: 'name' }, short(node.label)),
      shape('text', { x: 12, y: 34, class: 'detail' }, node.detail),
      shape('title', {}, node.label),
    )
  }

  #showEvidence(label: string, edge: GraphEdge, event: Event): void {
    const items = edge.evidence.map(({ from, to, kind, because }) =>
      element(
        'li',
        {},
        element('b', {}, kind),
        ` ${because}`,
        element(
          'div',
          { class: 'muted' },
          `${this.data.host(from)}: ${this.data.task(from).name} → ${this.data.host(to)}: ${this.data.task(to).name}`,
        ),
      ),
    )
    if (edge.count > items.length)
      items.push(element('li', { class: 'muted' }, `and ${edge.count - items.length} more`))
    this.#tip.replaceChildren(element('b', {}, label), element('ul', {}, ...items))
    this.#tip.hidden = false
    const box = this.node.getBoundingClientRect()
    const spot = (event.currentTarget as Element).getBoundingClientRect()
    const pointer =
      event instanceof PointerEvent
        ? event
        : { clientX: spot.left + spot.width / 2, clientY: spot.top + spot.height / 2 }
    const left = Math.max(8, Math.min(pointer.clientX - box.left + 12, box.width - this.#tip.offsetWidth - 12))
    const top = Math.max(8, Math.min(pointer.clientY - box.top + 14, box.height - this.#tip.offsetHeight - 12))
    this.#tip.style.transform = `translate(${left}px, ${top}px)`
  }
}

function edgePath(from: Spot, to: Spot, isDownward: boolean): string {
  if (isDownward) {
    const [x1, y1, x2, y2] = [from.x + WIDTH / 2, from.y + HEIGHT, to.x + WIDTH / 2, to.y - 1]
    const bend = Math.max(14, Math.abs(y2 - y1) / 2)
    return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
  }
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x - 1, to.y + HEIGHT / 2]
  const bend = Math.max(24, Math.abs(x2 - x1) / 2)
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

const short = (text: string): string => (text.length > 23 ? `${text.slice(0, 22)}…` : text)
