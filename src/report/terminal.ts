import type { AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { wasInterrupted } from '../metrics/validity.ts'
import { interruptedLine, questionOf, titleOf } from './facts.ts'
import { formatExact, formatList, formatPlural } from '../text/format.ts'
import { shortWorkload } from './headline.ts'
import { oneLine } from '../text/one-line.ts'
import { shortReport, type TerminalOptions } from './short-report.ts'

/** The message of a trial that failed may quote all that a process has said. */
const longestMessage = 200

/** What a terminal shows of a document beside the document itself. */
export interface Answered {
  answer: Answer
  table: AnswerTable
  /** Where the page of the report is; null where none is written. */
  page: string | null
}

/** A run for a terminal, on one screen: `terminal-full.ts` has all of it. */
export function terminalReport(document: ResultDocument, { answer, table, page }: Answered, options: TerminalOptions): string {
  return shortReport(
    {
      title: titleOf(document),
      question: questionOf(document),
      workload: shortWorkload(document),
      notices: noticesOf(document, answer),
      table,
      answer,
      warningCount: document.warnings.length,
      page,
    },
    options,
  )
}

/** What a reader must know of a run that did not go as planned, and what its exit code comes from where the answer does not say it. */
function noticesOf(document: ResultDocument, answer: Answer): string[] {
  const interrupted = interruptedLine(document)
  return [
    ...(interrupted === null ? [] : [interrupted]),
    ...partLines(document),
    ...failureLines(document),
    ...limitLines(document, answer),
  ]
}

/** Of the trial that ran when the run was stopped, how far it came. */
function partLines({ trials }: ResultDocument): string[] {
  const part = trials.findLast(wasInterrupted)
  const why = part?.validity.reasons[0]?.message
  return part === undefined || why === undefined ? [] : [`Counted nowhere: ${part.contender} in block ${part.block + 1}: ${shortened(why)}`]
}

function failureLines({ failedTrials, interrupted }: ResultDocument): string[] {
  const [first, ...rest] = failedTrials
  if (first === undefined) return []
  const start = rest.length === 0 ? 'A trial' : `${formatExact(failedTrials.length)} trials`
  const more = rest.length === 0 ? '' : ` (and ${formatPlural(rest.length, 'more')})`
  return [
    `${start} ${interrupted ? 'did not end' : 'failed'}: ${first.contender} in block ${first.block + 1}: ${shortened(first.message)}${more}`,
  ]
}

function shortened(message: string): string {
  const text = oneLine(message)
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`
}

/** Limits that were exceeded, or could not be judged. Of contenders that the answer rules out by them, it has said so. */
function limitLines({ comparison }: ResultDocument, { ruledOut }: Answer): string[] {
  const said = new Set(ruledOut.filter(({ by }) => by === 'limit' || by === 'loss').map(({ contender }) => contender))
  const broken = comparison.limitBreaches.filter(({ contender }) => !said.has(contender))
  const open = comparison.unjudgedLimits ?? []
  return [...lineFor('Limit exceeded', broken), ...lineFor('Limit not judged', open)]
}

function lineFor(start: string, found: readonly { limit: string; contender: string }[]): string[] {
  const byLimit = new Map<string, Set<string>>()
  for (const { limit, contender } of found) byLimit.set(limit, (byLimit.get(limit) ?? new Set()).add(oneLine(contender)))
  const parts = [...byLimit].map(([limit, labels]) => `${oneLine(limit)} of ${formatList([...labels])}`)
  return parts.length === 0 ? [] : [`${start}: ${parts.join('; ')}.`]
}
