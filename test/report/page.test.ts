// The HTML report in a real browser: Debian's chromium, which `npm test` installs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildPage } from '../../scripts/build-page.js'
import { type PageData, reportPage } from '../../src/report/report-page.js'
import { largeRun, SMALL } from './sample-run.js'

/** What the page offers to whoever asks (src/report/page/run-view.ts). */
interface Handle {
  view(): readonly [number, number]
  positionOf(run: number): { x: number; y: number } | undefined
  matched(): number
}

let browser: Browser
let folder: string
let page: Page
let problems: string[]

beforeAll(async () => {
  await buildPage()
  folder = mkdtempSync(join(tmpdir(), 'report-'))
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(async () => {
  await page?.close()
  expect(problems).toEqual([])
})

async function open(data: PageData, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  const file = join(folder, 'report.html')
  writeFileSync(file, reportPage(data))
  page = await browser.newPage({ viewport: { width: 1300, height: 800 }, colorScheme })
  problems = []
  page.on('console', message => problems.push(message.text()))
  page.on('pageerror', error => problems.push(error.message))
  page.on('request', request => {
    if (!/^(file|data):/.test(request.url())) problems.push(`asked for ${request.url()}`)
  })
  await page.goto(`file://${file}`)
  await page.waitForSelector('html[data-ready]', { state: 'attached' })
}

const ask = <T>(work: (handle: Handle) => T): Promise<T> =>
  page.evaluate(`(${work.toString()})(window.report)`) as Promise<T>

async function clickRun(run: number): Promise<void> {
  const spot = (await page.evaluate(`window.report.positionOf(${run})`)) as { x: number; y: number }
  await page.mouse.click(spot.x, spot.y)
}

const details = () => page.locator('.details')

describe('the report of a run', () => {
  it('shows result, difference and evidence of a task that is clicked on', async () => {
    await open({ kind: 'run', run: SMALL })
    await clickRun(1)
    const text = await details().textContent()
    for (const part of [
      'nova : Configure',
      'configured',
      '-old line',
      '+new line',
      'early',
      'mariadb : Start · control',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).toContain('RAW: uses the database that mariadb provides')
    await page.getByRole('button', { name: 'mariadb : Start · control' }).click()
    expect(await details().textContent()).toContain('ready for connections')
    expect(await details().textContent()).toContain('What waited for it (1)')
    await page.keyboard.press('Escape')
    expect(await details().isVisible()).toBe(false)
  })

  it('zooms with keys, wheel and buttons, and pans by dragging', async () => {
    await open({ kind: 'run', run: SMALL })
    const width = async () => {
      const [from, to] = await ask(handle => handle.view())
      return to - from
    }
    const whole = await width()
    await page.locator('.timeline canvas').focus()
    await page.keyboard.press('+')
    const closer = await width()
    expect(closer).toBeLessThan(whole)
    await page.mouse.move(700, 400)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -300)
    await page.keyboard.up('Control')
    await expect.poll(width).toBeLessThan(closer)
    const [before] = await ask(handle => handle.view())
    await page.mouse.down()
    await page.mouse.move(600, 400, { steps: 3 })
    await page.mouse.up()
    expect((await ask(handle => handle.view()))[0]).toBeGreaterThan(before)
    await page.getByRole('button', { name: 'Show everything (0)' }).click()
    expect(await width()).toBe(whole)
  })

  it('finds tasks by words, and filters by status, host and critical path', async () => {
    await open({ kind: 'run', run: SMALL })
    await page.keyboard.press('/')
    await page.keyboard.type('nova compute')
    expect(await ask(handle => handle.matched())).toBe(2)
    expect(await page.locator('.found').textContent()).toBe('2 of 4')
    await page.keyboard.press('Enter')
    expect(await details().textContent()).toContain('nova : Configure')
    await page.keyboard.press('Escape')
    expect(await ask(handle => handle.matched())).toBe(4)
    await page.getByRole('button', { name: /changed 2/ }).click()
    expect(await ask(handle => handle.matched())).toBe(2)
    await page.getByLabel('All hosts').selectOption({ label: 'control' })
    expect(await ask(handle => handle.matched())).toBe(1)
  })

  it('is worked with the keyboard alone', async () => {
    await open({ kind: 'run', run: SMALL })
    await page.locator('.timeline canvas').focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
    await page.keyboard.press('Enter')
    expect(await details().getAttribute('data-run')).toMatch(/^\d$/)
    expect(await page.locator('[role=status].unseen').textContent()).toContain('on ')
    await page.keyboard.press('2')
    await page.locator('.table .body').focus()
    await page.keyboard.press('End')
    expect(await page.locator('.table .row[aria-selected=true]').textContent()).toContain('nova')
  })

  it('draws dependencies between components and their tasks, with the evidence of each', async () => {
    await open({ kind: 'run', run: SMALL })
    await page.getByRole('tab', { name: 'Graph' }).click()
    expect(await page.locator('.node .name').allTextContents()).toEqual(['mariadb', 'nova', 'monitoring'])
    await page.locator('.edge').hover()
    const tip = page.locator('.evidence-tip')
    expect(await tip.textContent()).toContain('RAW uses the database that mariadb provides')
    expect(await tip.textContent()).toContain('control: mariadb : Start → compute: nova : Configure')
    await page.locator('.node', { hasText: 'nova' }).click()
    expect(await page.locator('.node .name').allTextContents()).toEqual(
      expect.arrayContaining(['mariadb : Start', 'nova : Configure']),
    )
  })

  it('shows texts of tasks as texts', async () => {
    await open({ kind: 'run', run: SMALL })
    await clickRun(2)
    expect(await details().textContent()).toContain('</script><img src=x onerror="document.title=1"><!--')
    expect(await page.title()).toBe('site.yml · madansible')
    expect(await page.locator('img').count()).toBe(0)
  })

  it('is dark where the system is, and changes on demand', async () => {
    await open({ kind: 'run', run: SMALL }, 'dark')
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await background()).toBe('rgb(16, 19, 26)')
    await page.getByRole('button', { name: /^Theme/ }).click()
    expect(await background()).toBe('rgb(244, 245, 248)')
  })

  it('with 10,000 task runs is there with less than two seconds of computing, and answers at once', async () => {
    const file = join(folder, 'large.html')
    writeFileSync(file, reportPage({ kind: 'run', run: largeRun(200, 50) }))
    page = await browser.newPage({ viewport: { width: 1300, height: 800 } })
    problems = []
    page.on('pageerror', error => problems.push(error.message))
    // Time of the page's own thread: what else the machine does is not counted.
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const computed = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'TaskDuration')?.value as number
    }
    await page.goto(`file://${file}`)
    await page.waitForSelector('html[data-ready]', { state: 'attached' })
    const loaded = await computed()
    expect(loaded).toBeGreaterThan(0)
    expect(loaded).toBeLessThan(2)
    await page.keyboard.press('/')
    await page.keyboard.type('role11 199')
    expect(await ask(handle => handle.matched())).toBe(50)
    await page.keyboard.press('Enter')
    expect(await details().textContent()).toContain('role11 : Task number 199')
    expect((await computed()) - loaded).toBeLessThan(1)
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Tasks' }).click()
    expect(await page.locator('.table .row').count()).toBeLessThan(80)
    await page.getByRole('tab', { name: 'Graph' }).click()
    expect(await page.locator('.node').count()).toBe(12)
  })
})
