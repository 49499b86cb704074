import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema, type Profile } from '../../src/core/profile-result.ts'
import { calculatorInputs, type CalculatorValues } from '../../src/report/calculator/settings.ts'
import { htmlReport } from '../../src/report/html.ts'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'
import { onTerminal } from '../helpers/terminal.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'
import { variants } from '../golden/fixture-variants.ts'

const widestTerminal = 400
const reference = join(packageRoot(), 'results/profiles/reference.json')
const dir = await mkdtemp(join(tmpdir(), 'choose-page-'))
after(() => rm(dir, { recursive: true, force: true }))

/** Settings inside and outside of what was measured, with one instance, many, and too few of any number. */
const settings: Readonly<Record<string, CalculatorValues>> = {
  'notifications to a thousand': values(1_000, 0.1, 256, 2_000, 25_000, 1),
  'a ticker for 50,000': values(50_000, 0.2, 300, 5_000, 25_000, 50_000),
  'rooms of forty, rare news, a slow poll': values(20_000, 0.05, 1_024, 30_000, 55_000, 40),
  'a payload never measured': values(800, 1, 100_000, 500, 10_000, 1),
  'more than any number of instances can do': values(1_000_000, 100, 64, 1_000, 5_000, 1_000_000),
}

function values(
  clientCount: number,
  messagesPerSecondPerClient: number,
  payloadBytes: number,
  pollIntervalMs: number,
  holdTimeMs: number,
  fanOut: number,
): CalculatorValues {
  return { clientCount, messagesPerSecondPerClient, payloadBytes, pollIntervalMs, holdTimeMs, fanOut }
}

/** The table of predictions as `bench choose --full` prints it where no cell must be broken: a row a figure, its cells as they stand there. */
async function printedRows(file: string, stated: CalculatorValues): Promise<string[][]> {
  const flags = {
    '--clients': stated.clientCount,
    '--messages-per-second': stated.messagesPerSecondPerClient,
    '--payload': stated.payloadBytes,
    '--poll-interval': `${stated.pollIntervalMs}ms`,
    '--hold-time': `${stated.holdTimeMs}ms`,
    '--fan-out': stated.fanOut === stated.clientCount ? 'broadcast' : stated.fanOut,
    '--staleness': '1h',
  }
  const words = ['choose', '--full', '--profile', file, ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)])]
  // Where no transport can do it, choose ends with 5, and prints all the same.
  const { stdout } = await onTerminal(words, { NO_COLOR: '1' }, widestTerminal).ended
  const lines = stdout.split(/\r?\n/u)
  const first = lines.findIndex((line) => line.startsWith('Predictions'))
  const last = lines.findIndex((line, at) => at > first && (line === '' || line.startsWith('- ')))
  return lines.slice(first + 2, last).map((line) => line.split(/ {2,}/u))
}

/** The table of the calculator as it stands in the page. */
const shownRows = `[...document.querySelectorAll('#calculator-table tbody tr')].map((row) => [
  row.querySelector('th').textContent,
  ...[...row.querySelectorAll('td')].map((cell) => {
    const text = (name) => cell.querySelector(name)?.textContent ?? ''
    const value = text('.value') + text('.missing')
    return value + (text('.interval') === '' ? '' : ' ' + text('.interval')) + (text('.beyond') === '' ? '' : '*')
  }),
])`

async function enter(page: Page, stated: CalculatorValues): Promise<void> {
  for (const { key } of calculatorInputs) await page.locator(`#calculator-${key}`).fill(String(stated[key]))
  await page.waitForSelector(`html[data-calculated=${JSON.stringify(JSON.stringify(stated))}]`)
}

async function compare(profile: Profile): Promise<void> {
  const file = join(dir, `${profile.environmentHash}.json`)
  await writeFile(file, JSON.stringify(profile))
  await withBrowser(async (open) => {
    const { page } = await open(await htmlReport(variants['plain']!(), { file, profile, isOfThisMachine: true }))
    for (const [name, stated] of Object.entries(settings)) {
      await enter(page, stated)
      const [shown, printed] = [await page.evaluate<string[][]>(shownRows), await printedRows(file, stated)]
      assert.ok(printed.length > 10 && printed.every((cells) => cells.length === 5), name)
      assert.deepEqual(
        shown.map(([label = '', ...cells]) => [label.toLowerCase(), ...cells]),
        printed.map(([label = '', ...cells]) => [label.toLowerCase(), ...cells]),
        name,
      )
    }
  })
}

test('the calculator of the page shows what choose prints, to the digit', { skip: noBrowser }, () => compare(fixtureProfile()))

test(
  'and so it does with the reference profile',
  { skip: noBrowser !== false ? noBrowser : existsSync(reference) ? false : 'no reference profile' },
  async () => compare(profileSchema.parse(JSON.parse(await readFile(reference, 'utf8')))),
)
