import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { packageRoot } from '../src/core/package-root.ts'
import { keptPlace } from './kept-results.ts'

/**
 * `npm run picture [-- <scenario>]`: takes the pictures of README.md, light and dark, from the kept report.html of a scenario: its
 * top, down to the end of the first table. Needs Chromium (`apt-get install chromium`).
 */
const [name = 'notifications'] = process.argv.slice(2)
const report = join(packageRoot(), keptPlace, name, 'report.html')
const width = 1_200
const marginPx = 5

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'] })
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 2, colorScheme })
    await page.goto(pathToFileURL(report).href)
    await page.waitForSelector('html[data-charts]')
    const tableBox = await page.locator('table').first().boundingBox()
    if (tableBox === null) throw new Error(`${report} shows no table`)
    const path = join(packageRoot(), 'docs', 'images', `report-${colorScheme}.png`)
    mkdirSync(dirname(path), { recursive: true })
    const height = Math.ceil(tableBox.y + tableBox.height) + marginPx
    await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } })
    console.log(`${path}  ${width} × ${height} px, ${Math.ceil(statSync(path).size / 1_000)} kB`)
    await page.close()
  }
} finally {
  await browser.close()
}
