import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { htmlReport } from '../../src/report/html.ts'
import { noBrowser, unfold, withBrowser } from '../helpers/browser-page.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { variants } from '../golden/fixture-variants.ts'

const stored = { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false }

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

test('a browser draws every chart from the file alone, light and dark, wide and narrow', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    for (const [name, width, colorScheme] of [
      ['plain', 1_280, 'light'],
      ['hostile-names', 400, 'dark'],
      ['all-null', 800, 'light'],
    ] as const) {
      const document = variants[name]!()
      const { page, faults } = await open(await htmlReport(document), { width, colorScheme })
      const count = figuresOf(document).flatMap(({ panels }) => panels).length
      await unfold(page, count)
      assert.deepEqual(await page.evaluate(inspect), { count, blank: 0, width }, name)
      assert.deepEqual(faults, [], name)
      await page.close()
    }
  }),
)

test('hovering over a line shows percentile, contender and value', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const { page } = await open(await htmlReport(variants['plain']!()))
    const panel = page.locator('[data-figure="latency"] canvas')
    await panel.scrollIntoViewIfNeeded()
    const before = await panel.screenshot()
    await panel.hover({ position: { x: 600, y: 200 } })
    await page.waitForTimeout(100)
    assert.notDeepEqual(await panel.screenshot(), before)
  }),
)

/** What a sheet would show: controls that are seen, what is folded and seen all the same, and what is wider than the sheet. */
const printed = `(() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
  const width = document.documentElement.clientWidth
  return {
    controls: seen('button, nav, input[type="range"]').length,
    folded: seen('details:not([open])').length,
    cut: seen('table, canvas, pre').filter((one) => one.getBoundingClientRect().right > width + 1).map(({ className }) => className),
  }
})()`

test('on paper is what is unfolded, nothing is cut and no control is left; afterwards all is as before', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    for (const name of ['plain', 'eight-contenders', 'faults']) {
      // The text width of A4.
      const { page } = await open(await htmlReport(variants[name]!(), stored), { width: 700, colorScheme: 'dark' })
      const foldedCount = await page.evaluate<number>(`document.querySelectorAll('details:not([open])').length`)
      const parts = ['all-figures', 'recovery', 'verdicts', 'trials', 'environment', 'reading'].filter(
        (id) => id !== 'recovery' || name === 'faults',
      )
      assert.deepEqual(await page.evaluate(`[...document.querySelectorAll('main > details:not([open])')].map(({ id }) => id)`), parts, name)
      await page.emulateMedia({ media: 'print' })
      await page.evaluate(`dispatchEvent(new Event('beforeprint'))`)
      assert.deepEqual(await page.evaluate(printed), { controls: 0, folded: 0, cut: [] }, name)
      // Charts are drawn for a white sheet, whatever the screen is: ink is dark, and what is not ink is clear.
      const darkest = `(() => {
        const canvas = [...document.querySelectorAll('canvas')].find((one) => one.checkVisibility())
        const { data } = canvas.getContext('2d').getImageData(0, 0, 200, 30)
        return Math.min(...Array.from({ length: data.length / 4 }, (_, at) => (data[4 * at + 3] < 200 ? 255 : data[4 * at])))
      })()`
      assert.ok((await page.evaluate<number>(darkest)) < 64, name)
      await page.evaluate(`dispatchEvent(new Event('afterprint'))`)
      assert.equal(await page.evaluate(`document.querySelectorAll('details:not([open])').length`), foldedCount, name)
      await page.emulateMedia({ media: 'screen' })
      await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
      await page.emulateMedia({ media: 'print' })
      assert.deepEqual((await page.evaluate<{ cut: string[] }>(printed)).cut, [], `${name}, unfolded`)
      await page.close()
    }
  }),
)

test('a link at the top opens the fold that it leads to, and its charts are drawn', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const { page } = await open(await htmlReport(variants['plain']!(), stored))
    assert.equal(await page.evaluate(`document.getElementById('all-figures').open`), false)
    await page.locator('nav a[href="#all-figures"]').click()
    assert.equal(await page.evaluate(`document.getElementById('all-figures').open`), true)
    // A canvas that nothing was drawn into has no style. Some browsers lay out what is folded, and have drawn it by then.
    await page.waitForSelector('#all-figures canvas[style*="width"]')
  }),
)
