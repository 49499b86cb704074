import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Why tests in a browser are skipped; false where they run. On CI a browser is not optional. */
export const noBrowser =
  existsSync(executablePath) || process.env['CI'] === 'true' ? false : `no Chromium at ${executablePath} (apt-get install chromium)`

/** A page in Chromium, opened from a file, with all charts drawn. */
export interface OpenPage {
  page: Page
  /** What the console said, errors of the page, and requests that left: empty where all is well. */
  faults: string[]
}

/** How many charts a page has drawn. */
export const drawnCount = 'Number(document.documentElement.dataset.charts)'

/** Opens every fold of a page and waits for its charts: a fold draws its own when it is opened. */
export async function unfold(page: Page, chartCount: number): Promise<void> {
  await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
  await page.waitForFunction(`${drawnCount} === ${chartCount}`)
}

/** How a page is looked at. */
export interface PageView {
  width?: number
  colorScheme?: 'light' | 'dark'
}

/** Opens pages one after the other in one browser, and ends it. What is not a file is opened in the browser itself. */
export async function withBrowser(
  use: (open: (html: string, view?: PageView) => Promise<OpenPage>, browser: Browser) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'page-'))
  const browser = await chromium.launch({ executablePath, args })
  let count = 0
  try {
    await use(async (html, { width = 1_280, colorScheme = 'light' } = {}) => {
      const path = join(dir, `${(count += 1)}.html`)
      await writeFile(path, html)
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
      const faults: string[] = []
      page.on('console', (message) => faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('request', (request) => /^(?:file|data):/u.test(request.url()) || faults.push(request.url()))
      await page.goto(pathToFileURL(path).href)
      await page.waitForSelector('html[data-charts]')
      return { page, faults }
    }, browser)
  } finally {
    await browser.close()
    await rm(dir, { recursive: true, force: true })
  }
}
