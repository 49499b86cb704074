import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { calculatorSentence } from '../../src/report/calculator/sentence.ts'
import { calculatorTable } from '../../src/report/calculator/html.ts'
import { valuesOfScenario, workloadOfValues, type CalculatorValues } from '../../src/report/calculator/settings.ts'
import { htmlReport } from '../../src/report/html.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { variants } from '../golden/fixture-variants.ts'
import { noBrowser, unfold, withBrowser } from '../helpers/browser-page.ts'

const stored = { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false }

function plainValues(): CalculatorValues {
  const { scenario, plan } = variants['plain']!()
  return valuesOfScenario(scenario, plan)
}

/** Rows of the calculator as they stand in the page, without intervals. */
const shownRows = `[...document.querySelectorAll('#calculator-table tbody tr')].map((row) =>
  [...row.querySelectorAll('td > span:first-child')].map((cell) => cell.textContent))`

test('the calculator, the legend and the scale work by keyboard, in a browser without network', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const document = variants['plain']!()
    const { page, faults } = await open(await htmlReport(document, stored))
    await unfold(page, figuresOf(document).flatMap(({ panels }) => panels).length + 4)
    assert.deepEqual(await page.evaluate(shownRows), expectedRows(plainValues()))

    await page.locator('#calculator-payloadBytes').focus()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('5000')
    await page.waitForSelector(`html[data-calculated*='"payloadBytes":5000']`)
    assert.deepEqual(await page.evaluate(shownRows), expectedRows({ ...plainValues(), payloadBytes: 5_000 }))
    assert.equal(
      await page.locator('#calculator-sentence').textContent(),
      calculatorSentence(fixtureProfile(), workloadOfValues({ ...plainValues(), payloadBytes: 5_000 })),
    )
    // The fixture was measured up to 4,096 bytes.
    assert.equal(await page.locator('.input:has(#calculator-payloadBytes)').getAttribute('data-outside'), 'true')
    assert.match(
      (await page.locator('#calculator-payloadBytes-range').textContent()) ?? '',
      /^inside the measured range: 68 to 4,000 bytes$/,
    )
    assert.match(
      (await page.locator('#calculator-clientCount-range').textContent()) ?? '',
      /^outside the measured range, at every setting$/,
    )

    await toggled(page, '#figure-latency .key >> nth=0', '[data-figure="latency"] canvas')
    await toggled(page, '#figure-latency .scale[data-scale="linear"]', '[data-figure="latency"] canvas')
    assert.equal(await page.locator('#figure-latency .scale[data-scale="log"]').getAttribute('aria-pressed'), 'false')
    const unnamed = `[...document.querySelectorAll('button, input, canvas')].filter((one) =>
      !(one.textContent.trim() || one.getAttribute('aria-label') || document.querySelector('label[for="' + one.id + '"]'))).length`
    assert.equal(await page.evaluate(unnamed), 0)
    assert.deepEqual(faults, [])
  }),
)

function expectedRows(values: CalculatorValues): string[][] {
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
