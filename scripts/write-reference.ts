import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { resultSchema, type ResultDocument } from '../src/core/result.ts'
import { machineLine } from '../src/report/facts.ts'
import { terminalReport } from '../src/report/terminal.ts'
import { writeReport } from '../src/report/write-report.ts'
import { writeBetweenMarks } from './marked-text.ts'

/**
 * `npm run reference -- RESULT_FOLDER`: keeps a result under results/reference/<scenario>/ with its reports, and quotes
 * it in README.md. Nothing there is typed by hand.
 */
const readmeColumns = 100
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: npm run reference -- results/<scenario>/<started>')
const document = resultSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))
if (document.interrupted || document.failedTrials.length > 0) throw new Error('an interrupted or failed run is no reference')
const kept = join(packageRoot(), 'results', 'reference', document.scenario.name)
rmSync(kept, { recursive: true, force: true })
mkdirSync(kept, { recursive: true })
cpSync(join(folder, 'result.json'), join(kept, 'result.json'))
await writeReport(document, kept)
writeBetweenMarks(join(packageRoot(), 'README.md'), `reference:${document.scenario.name}`, quote(document))

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
