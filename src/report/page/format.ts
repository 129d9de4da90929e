// Numbers and small pieces of the page as text and elements.

/** 840 ms, 12.3 s, 3:07 min, 1:02:03 h. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  const two = (number: number) => String(number).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)} h` : `${minutes}:${two(seconds % 60)} min`
}

export const count = (number: number): string => number.toLocaleString('en').replaceAll(',', '\u202f')
export const mebibytes = (bytes: number): string => `${count(Math.round(bytes / 2 ** 20))} MiB`

type Child = Node | string | undefined
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: never) => void)>>

/** An element; `on…` attributes are listeners, true and false set and leave out an attribute. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  applyAttributes(made, attributes)
  made.append(...children.filter((child): child is Node | string => child !== undefined))
  return made
}

/** The same for SVG. */
export function shape(name: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name)
  applyAttributes(made, attributes)
  made.append(...children.filter((child): child is Node | string => child !== undefined))
  return made
}

function applyAttributes(made: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value as unknown as EventListener)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value))
  }
}
