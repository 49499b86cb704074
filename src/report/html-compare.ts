import type { ResultDocument } from '../core/result.ts'
import { barriersBetween } from '../metrics/comparability.ts'
import { compareResults, type ReadResult } from '../metrics/result-comparison.ts'
import { alert, figuresIn, fold, list, notes, section, table, texts, type Block, type Report } from './blocks.ts'
import { calibrationLine } from './calibration.ts'
import { sideBySideFigure } from './charts/trade-off-panels.ts'
import { conclusionOf, ruleOfComparison } from './compare-conclusion.ts'
import { sentencesOf } from './compare-rows.ts'
import { validityText } from './contenders.ts'
import { interruptedLine, machineLine, provenanceLine, questionOf, titleOf } from './facts.ts'
import { capital } from '../text/format.ts'
import { howToRead } from './guidance.ts'
import { workloadLine } from './headline.ts'
import { reportHtml } from './html-blocks.ts'
import { htmlPage } from './html-page.ts'
import { oneLine } from '../text/one-line.ts'
import { answerTableBlocks, figureBlocks } from './run-blocks.ts'

/** A result with the number that the page calls it by. */
interface Run extends ReadResult {
  name: string
}

/**
 * Results that may stand side by side: one scenario on one known machine, by the rules of `bench compare`. Each result is
 * in exactly one group, in the order in which they were given.
 */
export function comparableGroups(results: readonly ReadResult[]): ReadResult[][] {
  const groups: ReadResult[][] = []
  for (const result of results) {
    const fits = groups.find(([first]) => barriersBetween(first!.document, result.document).length === 0)
    if (fits === undefined) groups.push([result])
    else fits.push(result)
  }
  return groups
}

/** Several results on one page. Nothing is pooled, and across machines or workloads no figure is compared with another. */
export function compareHtml(results: readonly ReadResult[]): Promise<string> {
  const report = comparisonReport(results)
  return htmlPage({ title: report.question, figures: figuresIn(report.blocks), body: reportHtml(report) })
}

function comparisonReport(results: readonly ReadResult[]): Report {
  const runs = results.map((result, at) => ({ ...result, name: `run ${at + 1}` }))
  const groups = comparableGroups(runs) as Run[][]
  return {
    title: 'Comparison',
    question: `${runs.length} results on one page`,
    workload: [],
    blocks: [
      ...leads(groups),
      ...table(
        ['', 'Scenario', 'File', 'Run', 'Machine'],
        runs.map(({ name, file, document }) => [name, titleOf(document), oneLine(file), provenanceLine(document), machineLine(document)]),
      ),
      ...alert('warning', 'Not compared with each other', apart(groups), '', Number.POSITIVE_INFINITY),
      ...groups.flatMap((group, at) => groupBlocks(group, `side-by-side-${at + 1}`)),
      ...fold('How to read this', list(howToRead), 'reading'),
    ],
  }
}

/** What it comes to: a sentence for each run that is compared with the first of its group. */
function leads(groups: readonly Run[][]): Block[] {
  const found = groups.flatMap(([first, ...others]) =>
    others.map((run) => {
      const conclusion = conclusionOf(compareResults(first!, run))
      return groups.flat().length === 2 ? conclusion : `From ${first!.name} to ${run.name}: ${conclusion}`
    }),
  )
  const none = 'Nothing is compared: the results have different workloads or machines. Look at the order within each.'
  return (found.length === 0 ? [none] : found).map((text) => ({ kind: 'text', text, role: 'lead' }))
}

/** Why groups are not compared. */
function apart([first, ...others]: readonly Run[][]): string[] {
  return others.map((group) => {
    const barriers = barriersBetween(first![0]!.document, group[0]!.document)
    const shown = barriers.slice(0, 6).map(({ path, before, after }) => `${path} ${before} and ${after}`)
    const rest = barriers.length > shown.length ? ` and ${barriers.length - shown.length} more` : ''
    return `${first![0]!.name} and ${group[0]!.name} differ in ${shown.join('; ')}${rest}`
  })
}

function groupBlocks(group: readonly Run[], figureId: string): Block[] {
  const [first, ...others] = group
  const document = first!.document
  const title = `${titleOf(document)}: ${group.map(({ name }) => name).join(', ')}`
  return section(`group-${first!.name.replace(' ', '-')}`, title, [
    ...texts(questionOf(document)),
    ...notes(workloadLine(document), machineLine(document)),
    ...others.flatMap((run) => changeBlocks(first!, run)),
    ...(others.length === 0 ? [] : [{ kind: 'figures', figures: [sideBySideFigure(group, figureId)] } as const]),
    ...group.flatMap(runBlocks),
  ])
}

function runBlocks({ name, document }: Run): Block[] {
  const interrupted = interruptedLine(document)
  return section(name.replace(' ', '-'), capital(name), [
    ...(interrupted === null ? [] : alert('warning', 'Not finished', [interrupted])),
    ...notes(validityOf(document), calibrationLine(document)),
    ...answerTableBlocks(document),
    ...fold('All figures with intervals', figureBlocks(document)),
  ])
}

function validityOf(document: ResultDocument): string {
  return `Trials: ${document.summary.map((shown) => `${oneLine(shown.contender)} ${validityText(shown)}`).join('; ')}.`
}

function changeBlocks(before: Run, after: Run): Block[] {
  const comparison = compareResults(before, after)
  const { counts } = comparison
  const head = `From ${before.name} to ${after.name}: ${counts.regression} higher, ${counts.improvement} lower, ${counts.practicallyEqual} practically equal, ${counts.negligible} different but negligible, ${counts.undecided} undecided, ${counts.notJudged} not judged`
  const id = `${before.name}-${after.name}`.replaceAll(' ', '-')
  return section(id, head, [
    ...section(`${id}-worse`, 'Higher, that is worse', list(sentencesOf(comparison, 'regression'))),
    ...section(`${id}-better`, 'Lower, that is better', list(sentencesOf(comparison, 'improvement'))),
    ...notes(ruleOfComparison),
  ])
}
