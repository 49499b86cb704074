import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { htmlReport } from '../../src/report/html.ts'
import { variants } from './fixture-variants.ts'

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
const missing = existsSync(executablePath) || process.env['CI'] === 'true' ? false : `no Chromium at ${executablePath}`

/** Canvases of the page that hold a single colour, and the width that the page takes. */
const inspect = `(() => {
  const canvases = [...document.querySelectorAll('canvas')]
  const blank = canvases.filter((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    let inked = 0
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) inked += 1
    return inked < 200
  })
  return { count: canvases.length, blank: blank.length, width: document.documentElement.scrollWidth }
})()`

test('the page holds its policy, its data and nothing to load', async () => {
  for (const name of ['plain', 'hostile-names', 'all-null', 'interrupted', 'censored']) {
    const document = variants[name]!()
    const page = await htmlReport(document)
    // Plain booleans: a failed match would print the whole page.
    const has = (pattern: RegExp, text = page) => pattern.test(text)
    const outside = page.replace(/<script.*?<\/script>/gsu, '')
    assert.ok(
      has(
        /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src data:; font-src data:;/u,
      ),
      'policy',
    )
    assert.ok(!has(/(?:src|href|srcset|action)\s*=\s*["']?(?:https?:)?\/\//iu), 'an address to load')
    assert.ok(!has(/url\(\s*["']?(?!data:)|@import|<link rel="stylesheet"/iu, outside), 'a style to load')
    assert.equal(page.match(/<script/gu)?.length, 2, 'a script came in by a name')
    assert.equal(page.match(/<\/script/gu)?.length, 2)
    const data = /<script type="application\/json" id="figures">(.*?)<\/script>/su.exec(page)?.[1]
    assert.deepEqual(JSON.parse(data ?? ''), JSON.parse(JSON.stringify(figuresOf(document))))
    const text = outside.replace(/<style.*?<\/style>/gsu, '')
    assert.ok(!has(/\b(?:NaN|Infinity|undefined|null)\b/u, text), 'something that is no number')
    assert.ok(!text.includes('\u001b'), 'an escape')
  }
})

test('a browser draws every chart from the file alone, light and dark, wide and narrow', { skip: missing }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'page-'))
  const browser = await chromium.launch({ executablePath, args })
  try {
    for (const [name, width, colorScheme] of [
      ['plain', 1_280, 'light'],
      ['hostile-names', 400, 'dark'],
      ['all-null', 800, 'light'],
    ] as const) {
      const path = join(dir, `${name}.html`)
      await writeFile(path, await htmlReport(variants[name]!()))
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
      const faults: string[] = []
      page.on('console', (message) => faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('request', (request) => /^(?:file|data):/u.test(request.url()) || faults.push(request.url()))
      await page.goto(pathToFileURL(path).href)
      await page.waitForSelector('html[data-charts]')
      assert.deepEqual(await page.evaluate(inspect), { count: 18, blank: 0, width }, name)
      assert.deepEqual(faults, [], name)
      await page.close()
    }
  } finally {
    await browser.close()
    await rm(dir, { recursive: true, force: true })
  }
})

test('hovering a line tells percentile, contender and value', { skip: missing }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'page-'))
  const browser = await chromium.launch({ executablePath, args })
  try {
    const path = join(dir, 'page.html')
    await writeFile(path, await htmlReport(variants['plain']!()))
    const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } })
    await page.goto(pathToFileURL(path).href)
    await page.waitForSelector('html[data-charts]')
    const panel = page.locator('[data-figure="latency"] canvas')
    await panel.scrollIntoViewIfNeeded()
    const before = await panel.screenshot()
    await panel.hover({ position: { x: 600, y: 400 } })
    await page.waitForTimeout(100)
    assert.notDeepEqual(await panel.screenshot(), before)
  } finally {
    await browser.close()
    await rm(dir, { recursive: true, force: true })
  }
})
