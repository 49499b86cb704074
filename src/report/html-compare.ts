import type { ResultDocument } from '../core/result.ts'
import { barriersBetween } from '../metrics/comparability.ts'
import { compareResults, type ReadResult } from '../metrics/result-comparison.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import type { Figure } from './charts/figure.ts'
import { sideBySideFigure } from './charts/trade-off-panels.ts'
import { conclusionOf, ruleOfComparison } from './compare-conclusion.ts'
import { sentencesOf } from './compare-rows.ts'
import { validityText } from './contenders.ts'
import { interruptedLine, machineLine, provenanceLine, questionOf, titleOf } from './facts.ts'
import { howToRead } from './guidance.ts'
import { figureSection } from './html-figures.ts'
import { htmlPage } from './html-page.ts'
import { tradeOffContent } from './html-sections.ts'
import { html, list, row, section, table } from './html-text.ts'
import { oneLine } from './name-text.ts'
import { workloadLine } from './headline.ts'

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

/** Several results on one page. Nothing is pooled, and across machines or workloads no figure is held against another. */
export function compareHtml(results: readonly ReadResult[]): Promise<string> {
  const runs = results.map((result, at) => ({ ...result, name: `run ${at + 1}` }))
  const groups = comparableGroups(runs) as Run[][]
  const figures = groups.flatMap((group, at) => (group.length < 2 ? [] : [sideBySideFigure(group, `side-by-side-${at + 1}`)]))
  const body = [
    `<h1>${runs.length} results on one page</h1>`,
    table(
      ['', 'Scenario', 'File', 'Run', 'Machine'],
      runs.map(({ name, file, document }) =>
        row([name, titleOf(document), file, provenanceLine(document), machineLine(document)].map(html)),
      ),
      'facts',
    ),
    apart(groups),
    ...groups.map((group, at) =>
      groupSection(
        group,
        figures.find(({ id }) => id === `side-by-side-${at + 1}`),
      ),
    ),
    section('How to read this', list(howToRead), 'reading'),
  ]
  return htmlPage({ title: `${runs.length} results`, figures, body: body.join('\n') })
}

/** Why groups are not held against each other. */
function apart([first, ...others]: Run[][]): string {
  if (others.length === 0) return '<p>All of them have one workload and one machine: they stand side by side.</p>'
  const texts = others.map((group) => {
    const barriers = barriersBetween(first![0]!.document, group[0]!.document)
    const shown = barriers.slice(0, 6).map(({ path, before, after }) => `${path} ${before} and ${after}`)
    const rest = barriers.length > shown.length ? ` and ${barriers.length - shown.length} more` : ''
    return `${first![0]!.name} and ${group[0]!.name} differ in ${shown.join('; ')}${rest}`
  })
  return `<div class="alert"><h2>Not compared with each other</h2>${list(texts)}<p>No figure of one is compared or pooled with one of the other: look at the order within each.</p></div>`
}

function groupSection(group: readonly Run[], figure: Figure | undefined): string {
  const [first, ...others] = group
  const names = group.map(({ name }) => name).join(', ')
  const title = `${titleOf(first!.document)}: ${names}`
  const parts = [
    `<p class="question">${html(questionOf(first!.document))}</p>`,
    `<p class="workload">${html(workloadLine(first!.document))}<br>${html(machineLine(first!.document))}</p>`,
    ...others.map((run) => changes(first!, run)),
    figure === undefined ? '' : figureSection([figure], ''),
    ...group.map((run) => runPart(run)),
  ]
  return section(title, parts.join('\n'), `group-${first!.name.replace(' ', '-')}`)
}

function runPart({ name, document }: Run): string {
  const interrupted = interruptedLine(document)
  return [
    `<h3>${html(name)}</h3>`,
    `<p class="badge ${calibrationTone(document)}">${html(calibrationLine(document))}</p>`,
    interrupted === null ? '' : `<div class="alert bad"><p>${html(interrupted)}</p></div>`,
    `<p class="notes">${html(validityOf(document))}</p>`,
    tradeOffContent(document),
  ].join('\n')
}

function validityOf(document: ResultDocument): string {
  return `Trials: ${document.summary.map((shown) => `${oneLine(shown.contender)} ${validityText(shown)}`).join('; ')}.`
}

function changes(before: Run, after: Run): string {
  const comparison = compareResults(before, after)
  const of = (kind: 'regression' | 'improvement'): string[] => sentencesOf(comparison, kind)
  const { counts } = comparison
  const head = `From ${before.name} to ${after.name}: ${counts.regression} higher, ${counts.improvement} lower, ${counts.practicallyEqual} practically equal, ${counts.negligible} different but negligible, ${counts.undecided} undecided, ${counts.notJudged} not judged`
  const part = (word: string, texts: string[]): string => (texts.length === 0 ? '' : `<h4>${word}</h4>${list(texts)}`)
  return `<h3>${html(head)}</h3>${part('Higher, that is worse', of('regression'))}${part('Lower, that is better', of('improvement'))}<p>${html(conclusionOf(comparison))} ${html(ruleOfComparison)}</p>`
}
