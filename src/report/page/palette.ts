// Colours of statuses, after Okabe and Ito's palette for every kind of colour vision. Shape helps where colour does not:
// failures are hatched, skipped runs hollow.
import type { RunStatus } from '../run-model.js'

export interface StatusLook {
  readonly label: string
  /** Stands before the label in tables. */
  readonly sign: string
  readonly light: string
  readonly dark: string
  readonly isHatched: boolean
}

export const STATUSES: Readonly<Record<RunStatus, StatusLook>> = {
  ok: { label: 'ok', sign: '✓', light: '#6fb1dd', dark: '#4f94c4', isHatched: false },
  changed: { label: 'changed', sign: '●', light: '#e8a623', dark: '#d9961a', isHatched: false },
  skipped: { label: 'skipped', sign: '–', light: '#c9d0db', dark: '#475063', isHatched: false },
  failed: { label: 'failed', sign: '✕', light: '#c2410c', dark: '#e2602a', isHatched: true },
  unreachable: { label: 'unreachable', sign: '⊘', light: '#a5467f', dark: '#cc79a7', isHatched: true },
  untold: { label: 'ran early, turn never came', sign: '»', light: '#8a7fd6', dark: '#8f86d8', isHatched: true },
  running: { label: 'not ended', sign: '…', light: '#1f77a8', dark: '#7cc4f0', isHatched: true },
}

export const STATUS_NAMES = Object.keys(STATUSES) as RunStatus[]

/** Colours that canvases draw with; read again when the theme changes. */
export interface Palette {
  readonly isDark: boolean
  readonly ink: string
  readonly muted: string
  readonly line: string
  readonly panel: string
  readonly stripe: string
  readonly accent: string
  readonly status: Readonly<Record<RunStatus, string>>
}

export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim()
  const isDark = read('--is-dark') === '1'
  const status = Object.fromEntries(STATUS_NAMES.map(name => [name, STATUSES[name][isDark ? 'dark' : 'light']]))
  return {
    isDark,
    ink: read('--ink'),
    muted: read('--muted'),
    line: read('--line'),
    panel: read('--panel'),
    stripe: read('--stripe'),
    accent: read('--accent'),
    status: status as Record<RunStatus, string>,
  }
}
