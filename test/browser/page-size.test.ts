import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema } from '../../src/core/profile-result.ts'
import { resultSchema } from '../../src/core/result.ts'
import { studySchema } from '../../src/core/study-result.ts'
import type { StoredProfile } from '../../src/report/calculator/html.ts'
import { htmlReport, studyHtml } from '../../src/report/html.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { madeUpSearch, madeUpSweep } from '../golden/fixture-study.ts'
import { variants } from '../golden/fixture-variants.ts'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'

const screenHeight = 900
const mostScreens = 4
const mostSheets = 8
const references = join(packageRoot(), 'results/reference')

const madeUp: StoredProfile = { file: 'made-up.json', profile: fixtureProfile(), isOfThisMachine: false }

/** The pages of every kept result, with the calculator of the kept profile. */
function keptPages(): Record<string, () => Promise<string>> {
  const profile = join(packageRoot(), 'results/profiles/reference.json')
  const stored = existsSync(profile) ? { ...madeUp, profile: profileSchema.parse(JSON.parse(readFileSync(profile, 'utf8'))) } : madeUp
  const pages: Record<string, () => Promise<string>> = {}
  for (const name of existsSync(references) ? readdirSync(references) : []) {
    const read = (file: string): unknown => JSON.parse(readFileSync(join(references, name, file), 'utf8'))
    if (existsSync(join(references, name, 'result.json'))) pages[name] = () => htmlReport(resultSchema.parse(read('result.json')), stored)
    if (existsSync(join(references, name, 'study.json'))) pages[name] = () => studyHtml(studySchema.parse(read('study.json')), stored)
  }
  return pages
}

const pages: Record<string, () => Promise<string>> = {
  ...Object.fromEntries(Object.entries(variants).map(([name, make]) => [`made up: ${name}`, () => htmlReport(make(), madeUp)])),
  'made up: a sweep': () => studyHtml(madeUpSweep(), madeUp),
  'made up: a search': () => studyHtml(madeUpSearch(), madeUp),
  ...keptPages(),
}

/** Pages of the PDF that Chromium prints. */
async function sheetCount(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } })
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/gu)?.length ?? 0
}

test('a page is four screens high at most, has its answer on the first, and prints on eight sheets', { skip: noBrowser }, () =>
  withBrowser(async (open) => {
    const tooLarge: string[] = []
    for (const [name, make] of Object.entries(pages)) {
      const { page } = await open(await make(), { width: 1_200 })
      const height = await page.evaluate<number>(`document.documentElement.scrollHeight`)
      const answerEnds = await page.evaluate<number>(`document.querySelector('.answer').getBoundingClientRect().bottom`)
      const sheets = await sheetCount(page)
      if (height > mostScreens * screenHeight) tooLarge.push(`${name}: ${height} px`)
      if (answerEnds > screenHeight) tooLarge.push(`${name}: the answer ends at ${Math.round(answerEnds)} px`)
      if (sheets > mostSheets || sheets === 0) tooLarge.push(`${name}: ${sheets} sheets`)
      await page.close()
    }
    assert.deepEqual(tooLarge, [])
  }),
)
