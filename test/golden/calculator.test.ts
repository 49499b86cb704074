import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { predict } from '../../src/model/predict.ts'
import { calculatorTable, figureViews } from '../../src/report/calculator/rows.ts'
import { allowedValues, sliderOf, valueOfSlider, valuesOfRun, workloadOfValues } from '../../src/report/calculator/settings.ts'
import { formatNumber } from '../../src/report/format.ts'
import { htmlReport } from '../../src/report/html.ts'
import { fixtureProfile } from './fixture-profile.ts'
import { variants } from './fixture-variants.ts'

const executablePath = '/usr/bin/chromium'
const missing = existsSync(executablePath) || process.env['CI'] === 'true' ? false : `no Chromium at ${executablePath}`
const mostBytes = 600_000
const stored = { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false }

/** Rows of the calculator as they stand in the page, without intervals. */
const shownRows = `[...document.querySelectorAll('#calculator-table tbody tr')].map((row) =>
  [...row.querySelectorAll('td > span:first-child')].map((cell) => cell.textContent))`

test('the page stays under 600 KB without its data', async () => {
  const page = await htmlReport(variants['plain']!(), stored)
  const whole = Buffer.byteLength(page)
  const data = [...page.matchAll(/<script type="application\/json"[^>]*>.*?<\/script>/gsu)].reduce(
    (sum, [text]) => sum + Buffer.byteLength(text),
    0,
  )
  assert.ok(whole - data < mostBytes, `${whole - data} bytes`)
})

test('values that a model cannot take leave those before in place', () => {
  const before = valuesOfRun(variants['plain']!())
  assert.deepEqual([before.clientCount, before.messagesPerSecondPerClient, before.payloadBytes, before.fanOut], [1_000, 0.1, 256, 1])
  assert.deepEqual(allowedValues({ clientCount: -1, payloadBytes: Number.NaN, fanOut: 0 }, before), before)
  assert.equal(allowedValues({ clientCount: 7 }, before).clientCount, 7)
})

test('a slider runs over powers of ten', () => {
  const input = { min: 1, max: 1_000_000 }
  assert.deepEqual([sliderOf(input, 1), sliderOf(input, 1_000), sliderOf(input, 1_000_000)], [0, 500, 1_000])
  assert.deepEqual([valueOfSlider(input, 0), valueOfSlider(input, 500), valueOfSlider(input, 1_000)], [1, 1_000, 1_000_000])
})

test('the table holds the very numbers of predict()', () => {
  const workload = workloadOfValues({ ...valuesOfRun(variants['plain']!()), clientCount: 5_000, fanOut: 5_000 })
  assert.equal(workload.fanOut, 'broadcast')
  const predictions = predict(fixtureProfile(), workload)
  const { rows } = calculatorTable(fixtureProfile(), workload)
  for (const [at, { figure, divisor }] of figureViews.entries())
    for (const [column, { figures }] of predictions.entries()) {
      const { value } = figures[figure]
      assert.equal(rows[at]!.cells[column]!.text, value === null ? 'none' : formatNumber(value / divisor))
    }
})

test('the calculator, the legend and the scale work by keyboard, in a browser without network', { skip: missing }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'calculator-'))
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  try {
    const document = variants['plain']!()
    const path = join(dir, 'page.html')
    await writeFile(path, await htmlReport(document, stored))
    const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } })
    const faults: string[] = []
    page.on('console', (message) => faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('request', (request) => /^(?:file|data):/u.test(request.url()) || faults.push(request.url()))
    await page.goto(pathToFileURL(path).href)
    await page.waitForSelector('html[data-charts="22"]')
    assert.deepEqual(await page.evaluate(shownRows), expectedRows(valuesOfRun(document)))

    await page.locator('#calculator-clientCount').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('250000')
    await page.waitForSelector('html[data-calculated*="250000"]')
    assert.deepEqual(await page.evaluate(shownRows), expectedRows({ ...valuesOfRun(document), clientCount: 250_000 }))
    assert.match((await page.locator('.input:has(#calculator-clientCount)').getAttribute('data-outside')) ?? '', /true/u)

    await toggled(page, '#figure-latency .key >> nth=0', '[data-figure="latency"] canvas')
    await toggled(page, '#figure-latency .scale[data-scale="linear"]', '[data-figure="latency"] canvas')
    assert.equal(await page.locator('#figure-latency .scale[data-scale="log"]').getAttribute('aria-pressed'), 'false')
    const unnamed = `[...document.querySelectorAll('button, input, canvas')].filter((one) =>
      !(one.textContent.trim() || one.getAttribute('aria-label') || document.querySelector('label[for="' + one.id + '"]'))).length`
    assert.equal(await page.evaluate(unnamed), 0)
    assert.deepEqual(faults, [])
  } finally {
    await browser.close()
    await rm(dir, { recursive: true, force: true })
  }
})

function expectedRows(values: ReturnType<typeof valuesOfRun>): string[][] {
  return calculatorTable(fixtureProfile(), workloadOfValues(values)).rows.map(({ cells }) => cells.map(({ text }) => text))
}

/** Presses a button by keyboard alone; the chart must look different and the button must say so. */
async function toggled(page: Page, button: string, chart: string): Promise<void> {
  const [pressed, before] = [await page.locator(button).getAttribute('aria-pressed'), await page.locator(chart).screenshot()]
  await page.locator(button).focus()
  await page.keyboard.press('Enter')
  assert.notEqual(await page.locator(button).getAttribute('aria-pressed'), pressed)
  assert.notDeepEqual(await page.locator(chart).screenshot(), before)
}
