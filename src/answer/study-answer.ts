import { answerRulesVersion, type Answer } from '../core/answer.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { owedCount } from '../metrics/ledger.ts'
import { formatExact, formatPlural } from '../text/format.ts'
import { searchAnswer } from './search.ts'
import { sweepAnswer } from './sweep.ts'
import { distancePart } from './trust.ts'

/** What a study says to the question of its scenario (docs/method.md#the-answer). Pure, as `answerOf`. */
export function studyAnswerOf(document: StudyDocument): Answer {
  const said = document.kind === 'search' ? searchAnswer(document) : sweepAnswer(document)
  return { rulesVersion: answerRulesVersion, ...said, trust: trustOf(document) }
}

/** The answer of a study: the one that it carries, or, of before there were answers, the one by the rules of today. */
export function studyAnswerFor(document: StudyDocument): Answer {
  return document.answer ?? studyAnswerOf(document)
}

function trustOf(document: StudyDocument): Answer['trust'] {
  const { points, interrupted, kind } = document
  const done = points.filter(({ status }) => status === 'done')
  const rows = done.flatMap((point) => point.rows)
  const [trialCount, countedCount, expectedCount, deliveredCount, lostCount] = [
    rows.reduce((sum, row) => sum + row.trialCount, 0),
    rows.reduce((sum, row) => sum + row.countedTrialCount, 0),
    rows.reduce((sum, row) => sum + row.ledger.expectedCount, 0),
    rows.reduce((sum, row) => sum + row.ledger.deliveredCount, 0),
    rows.reduce((sum, row) => sum + owedCount(row.ledger), 0),
  ]
  const isWhole = done.length === points.length
  return [
    {
      text:
        kind === 'search'
          ? `${formatPlural(done.length, 'step')} of one trial`
          : `${done.length} of ${formatPlural(points.length, 'point')} ran${interrupted ? ', then it was interrupted' : ''}`,
      tone: interrupted ? 'bad' : isWhole ? 'good' : 'neutral',
    },
    {
      text: `${countedCount} of ${trialCount} trials counted`,
      tone: countedCount === trialCount ? 'good' : countedCount * 2 > trialCount ? 'neutral' : 'bad',
    },
    ...(expectedCount === 0
      ? []
      : [
          {
            text:
              lostCount === 0
                ? `${formatExact(deliveredCount)} of ${formatExact(expectedCount)} deliveries accounted for`
                : `${formatExact(lostCount)} of ${formatExact(expectedCount)} deliveries lost`,
            tone: lostCount === 0 ? ('good' as const) : ('neutral' as const),
          },
        ]),
    distancePart(document),
  ]
}
