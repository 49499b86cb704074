import type { Answer } from '../../core/answer.ts'
import type { StudyDocument } from '../../core/study-result.ts'
import { machineInShort, questionOf, titleOf } from '../facts.ts'
import { formatPlural } from '../../text/format.ts'
import { shortReport, type TerminalOptions } from '../short-report.ts'
import type { Answered } from '../terminal.ts'
import { axisInSentence, axisValue } from '../../text/axis-text.ts'
import { donePoints, missingLine, refusedLines } from './facts.ts'

/** A study for a terminal, on one screen: `terminal-full.ts` has all of it. */
export function studyTerminalReport(document: StudyDocument, { answer, table, page }: Answered, options: TerminalOptions): string {
  return shortReport(
    {
      title: titleOf(document),
      question: questionOf(document),
      workload: shortStudy(document),
      notices: noticesOf(document, answer),
      table,
      answer,
      warningCount: document.warnings.length,
      page,
    },
    options,
  )
}

/** "poll interval 250 ms to 30 s in 7 points · 2 contenders · 3 blocks each · 2 × AMD EPYC, Node 20.20". */
function shortStudy(document: StudyDocument): string {
  const { kind, axes, points, contenders, scenario } = document
  const { blockCount } = scenario.resolved
  const ranges = axes.map((axis) => {
    const [first, last] = [axis.values[0], axis.values.at(-1)]
    if (first === undefined || last === undefined) return axisInSentence(axis)
    return `${axisInSentence(axis)} ${axisValue(axis, first)} to ${axisValue(axis, last)}`
  })
  return [
    kind === 'sweep'
      ? `${ranges.join(' × ')} in ${formatPlural(points.length, 'point')}`
      : `search over ${ranges.join(' × ')}, ${formatPlural(points.length, 'step')}`,
    formatPlural(contenders.length, 'contender'),
    ...(kind === 'sweep' && typeof blockCount === 'number' ? [`${formatPlural(blockCount, 'block')} at each`] : []),
    ...(Object.keys(document.environment).length === 0 ? [] : [machineInShort(document)]),
  ].join(' · ')
}

function noticesOf(document: StudyDocument, { ruledOut }: Answer): string[] {
  const missing = missingLine(document)
  const [refused, ...others] = refusedLines(document)
  const said = new Set(ruledOut.map(({ contender }) => contender))
  const broken = document.kind === 'search' ? [] : donePoints(document).flatMap(({ limitBreaches }) => limitBreaches)
  const labels = [...new Set(broken.map(({ contender }) => contender).filter((label) => !said.has(label)))]
  return [
    ...(missing === null ? [] : [missing]),
    ...(refused === undefined
      ? []
      : [`Did not fit this machine: ${refused}${others.length === 0 ? '' : ` (and ${formatPlural(others.length, 'more point')})`}`]),
    ...(labels.length === 0 ? [] : [`A limit was exceeded by ${labels.join(', ')}.`]),
  ]
}
