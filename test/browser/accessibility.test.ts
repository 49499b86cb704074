import assert from 'node:assert/strict'
import { test } from 'node:test'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { ResultDocument } from '../../src/core/result.ts'
import { compareHtml } from '../../src/report/html-compare.ts'
import { htmlReport, studyHtml } from '../../src/report/html.ts'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { madeUpSearch, madeUpSweep } from '../golden/fixture-study.ts'
import { variants } from '../golden/fixture-variants.ts'

const stored = { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false }

/** Every success criterion of levels A and AA that axe knows, from WCAG 2.0 to 2.2. */
const all = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** What can differ between light and dark. */
const colours = ['color-contrast', 'link-in-text-block']

interface Findings {
  found: string[]
  ids: string[]
  passCount: number
}

/** What axe finds on the whole page, with all that is folded opened. The page's policy holds for the page, not for the debugger. */
async function findings(page: Page, runOnly: readonly string[]): Promise<Findings> {
  await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
  await page.evaluate(axe.source)
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then(({ violations, passes }) => ({
    found: violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target.join(' ') + ': ' + failureSummary)),
    ids: violations.map(({ id }) => id).sort(),
    passCount: passes.length,
  }))`)
}

/** A machine of which enough is known for two runs on it to stand side by side. */
function onKnownMachine(): ResultDocument {
  const document = variants['plain']!()
  const known = { cpuClockMhz: 2_500, cpuQuotaCount: 'none', memoryLimitBytes: 'none' }
  return { ...document, environment: { ...document.environment, ...known } }
}

/** Rules that find something to look at on the least of the pages below. */
const leastRules = 14

const pages: Readonly<Record<string, () => Promise<string>>> = {
  'a report with calculator': () => htmlReport(variants['plain']!(), stored),
  'a report with faults and recovery': () => htmlReport(variants['faults']!(), stored),
  'a report with invalid trials': () => htmlReport(variants['invalid-trial']!()),
  'a study': () => studyHtml(madeUpSweep()),
  'a search': () => studyHtml(madeUpSearch()),
  'results on one page': () => compareHtml([1, 2].map((at) => ({ file: `run-${at}`, document: onKnownMachine() }))),
}

for (const [name, make] of Object.entries(pages)) {
  test(`${name}: axe finds nothing against WCAG 2 A and AA, in light and in dark`, { skip: noBrowser }, () =>
    withBrowser(async (open) => {
      const { page } = await open(await make())
      const light = await findings(page, all)
      assert.deepEqual(light.found, [])
      assert.ok(light.passCount >= leastRules, `only ${light.passCount} rules had something to look at`)
      await page.emulateMedia({ colorScheme: 'dark' })
      const dark = await findings(page, colours)
      assert.deepEqual(dark.found, [])
      assert.equal(dark.passCount, 1)
    }),
  )
}

test('axe finds what is planted: a pale heading, a field without a label, a picture without a name', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const { page } = await open(await pages['a report with calculator']!())
    await page.evaluate(`document.querySelector('h1').style.color = '#cccccc'
      document.querySelector('label[for="calculator-clientCount"]').remove()
      document.querySelector('canvas').removeAttribute('aria-label')`)
    assert.deepEqual((await findings(page, all)).ids, ['color-contrast', 'label', 'role-img-alt'])
  }),
)

/** What a keyboard must reach, in the order of the page; what is folded or hidden is not reached. */
const controls = `[...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')].filter((one) => one.checkVisibility())`
const focused = `(() => {
  const one = document.activeElement
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one)
  return { at: ${controls}.indexOf(one), outline: outlineStyle + ' ' + outlineWidth, colour: outlineColor }
})()`

test('Tab reaches every control in the order of the page, each with an outline', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    for (const name of ['a report with calculator', 'a study', 'results on one page']) {
      const { page } = await open(await pages[name]!())
      const count = await page.evaluate<number>(`${controls}.length`)
      const ground = await page.evaluate<string>(`getComputedStyle(document.body).backgroundColor`)
      for (let at = 0; at < count; at += 1) {
        await page.keyboard.press('Tab')
        const one = await page.evaluate<{ at: number; outline: string; colour: string }>(focused)
        assert.deepEqual([one.at, one.outline], [at, 'solid 3px'], name)
        assert.notEqual(one.colour, ground, name)
      }
      await page.close()
    }
  }),
)
