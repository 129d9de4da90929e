// Light or dark: as the system says, until the reader chooses.
import { element } from './format.js'

const NEXT: Readonly<Record<string, string>> = { auto: 'light', light: 'dark', dark: 'auto' }

/** A button that goes through auto, light and dark. */
export function themeButton(onChange: () => void): HTMLElement {
  let theme = 'auto'
  const button = element('button', { class: 'icon theme', title: 'Theme (t)', 'aria-label': 'Theme: auto' }, '◐')
  button.addEventListener('click', () => {
    theme = NEXT[theme] as string
    if (theme === 'auto') document.documentElement.removeAttribute('data-theme')
    else document.documentElement.dataset.theme = theme
    button.setAttribute('aria-label', `Theme: ${theme}`)
    onChange()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange)
  return button
}
