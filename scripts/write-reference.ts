import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { profileSchema } from '../src/core/profile-result.ts'
import type { ResultDocument } from '../src/core/result.ts'
import type { StoredProfile } from '../src/report/calculator/html.ts'
import { machineLine } from '../src/report/facts.ts'
import { fullTerminalReport } from '../src/report/terminal-full.ts'
import { environmentHash } from '../src/machine/environment.ts'
import { hasMarks, writeBetweenMarks } from './marked-text.ts'
import { keepReference, keptText } from './reference-folder.ts'

/**
 * `npm run reference -- RESULT_FOLDER …`: keeps results under results/reference/<scenario>/ with their reports, says what
 * was kept and how large it is, and quotes them in README.md where it has marks for them. A folder may be the kept one: its
 * reports are then drawn anew. docs/scenarios.md quotes all that are kept (`npm run schemas`). Nothing there is typed by hand.
 */
const readmeColumns = 100
const readme = join(packageRoot(), 'README.md')
const folders = process.argv.slice(2)
if (folders.length === 0) throw new Error('usage: npm run reference -- results/<scenario>/<started> …')
const references = join(packageRoot(), 'results', 'reference')
for (const folder of folders) {
  const kept = await keepReference(folder, references, (document) => ({ profile: referenceProfile(document) }))
  console.log(keptText(kept))
  const mark = `reference:${kept.name}`
  if (kept.result !== undefined && hasMarks(readme, mark)) writeBetweenMarks(readme, mark, quote(kept.result))
}

/** The committed cost model, for the calculator of the page; none is required. */
function referenceProfile({ environment, harness }: Pick<ResultDocument, 'environment' | 'harness'>): StoredProfile | null {
  const file = 'results/profiles/reference.json'
  const path = join(packageRoot(), file)
  if (!existsSync(path)) return null
  const profile = profileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { file, profile, isOfThisMachine: profile.environmentHash === environmentHash(environment, harness.version) }
}

function quote(shown: ResultDocument): string {
  const place = `results/reference/${shown.scenario.name}`
  const day = shown.trials[0]?.startedAt.slice(0, 10)
  const [table = '', verdicts = ''] = fullTerminalReport(shown, { columns: readmeColumns, colour: false }).trimEnd().split('\n\nVerdicts\n')
  return [
    `\`${shown.harness.command}\` on ${day}, ${machineLine(shown)}.`,
    `The whole of it: [result.json](${place}/result.json), [report.md](${place}/report.md), [report.html](${place}/report.html).`,
    '',
    '```',
    table,
    '```',
    '',
    '<details><summary>… and its verdicts, each with its interval</summary>',
    '',
    '```',
    `Verdicts\n${verdicts}`,
    '```',
    '',
    '</details>',
    '',
    `![What each contender costs](${place}/charts/trade-off.png)`,
  ].join('\n')
}
