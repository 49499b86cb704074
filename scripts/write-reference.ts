import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureResultSchema } from '../src/core/measure.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { profileSchema } from '../src/core/profile-result.ts'
import { resultSchema, type ResultDocument } from '../src/core/result.ts'
import { studySchema } from '../src/core/study-result.ts'
import type { StoredProfile } from '../src/report/calculator/html.ts'
import { machineLine } from '../src/report/facts.ts'
import { measureMarkdown } from '../src/report/measure-report.ts'
import { writeStudyReport } from '../src/report/study/write.ts'
import { terminalReport } from '../src/report/terminal.ts'
import { writeReport } from '../src/report/write-report.ts'
import { environmentHash } from '../src/runner/environment-hash.ts'
import { hasMarks, writeBetweenMarks } from './marked-text.ts'

/**
 * `npm run reference -- RESULT_FOLDER …`: keeps results under results/reference/<scenario>/ with their reports, and quotes
 * them in README.md where it has marks for them. docs/scenarios.md quotes all that are kept (`npm run schemas`). Nothing
 * there is typed by hand.
 */
const readmeColumns = 100
const readme = join(packageRoot(), 'README.md')
const folders = process.argv.slice(2)
if (folders.length === 0) throw new Error('usage: npm run reference -- results/<scenario>/<started> …')
for (const folder of folders) await keep(folder)

async function keep(folder: string): Promise<void> {
  const parsed = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  if (existsSync(join(folder, 'study.json'))) {
    const study = studySchema.parse(parsed('study.json'))
    if (study.interrupted) throw new Error(`${folder}: an interrupted study is no reference`)
    await writeStudyReport(study, freshFolder(study.scenario.name, folder, 'study.json'), { profile: referenceProfile(study) })
  } else if (existsSync(join(folder, 'measure.json'))) {
    const measure = measureResultSchema.parse(parsed('measure.json'))
    if (!measure.isComplete) throw new Error(`${folder}: a measure that was stopped is no reference`)
    writeFileSync(join(freshFolder(measure.name, folder, 'measure.json'), 'report.md'), measureMarkdown(measure))
  } else {
    const document = resultSchema.parse(parsed('result.json'))
    if (document.interrupted || document.failedTrials.length > 0) throw new Error(`${folder}: an interrupted or failed run is no reference`)
    await writeReport(document, freshFolder(document.scenario.name, folder, 'result.json'), { profile: referenceProfile(document) })
    const mark = `reference:${document.scenario.name}`
    if (hasMarks(readme, mark)) writeBetweenMarks(readme, mark, quote(document))
  }
}

/** The committed cost model, for the calculator of the page; none is required. */
function referenceProfile({ environment, harness }: Pick<ResultDocument, 'environment' | 'harness'>): StoredProfile | null {
  const file = 'results/profiles/reference.json'
  const path = join(packageRoot(), file)
  if (!existsSync(path)) return null
  const profile = profileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { file, profile, isOfThisMachine: profile.environmentHash === environmentHash(environment, harness.version) }
}

/** The emptied folder of a scenario's reference, with the document in it. */
function freshFolder(name: string, folder: string, file: string): string {
  const kept = join(packageRoot(), 'results', 'reference', name)
  rmSync(kept, { recursive: true, force: true })
  mkdirSync(kept, { recursive: true })
  cpSync(join(folder, file), join(kept, file))
  return kept
}

function quote(shown: ResultDocument): string {
  const place = `results/reference/${shown.scenario.name}`
  const day = shown.trials[0]?.startedAt.slice(0, 10)
  const [table = '', verdicts = ''] = terminalReport(shown, { columns: readmeColumns, colour: false }).trimEnd().split('\n\nVerdicts\n')
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
