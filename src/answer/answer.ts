import { answerRulesVersion, type Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { gates } from '../metrics/gates.ts'
import { isCounted } from '../metrics/validity.ts'
import { oneLine } from '../text/one-line.ts'
import { choice } from './choice.ts'
import type { AnswerFamily } from './families.ts'
import { firstLook } from './first-look.ts'
import { linesOf } from './lines.ts'
import { ruledOutAlone } from './ruled-out.ts'
import { anyOf } from './choice-sentence.ts'
import { atStart, rangeOf } from './sentences.ts'
import { spoiltText, standingTrials } from './spoilt.ts'
import { subjectOf, type Subject } from './subject.ts'
import { isDecided, placedIn, tierOf, tierText } from './tiers.ts'
import { trustOf } from './trust.ts'

type Said = Omit<Answer, 'rulesVersion' | 'trust'>

/**
 * What a result says to the question of its scenario (docs/method.md#the-answer). Pure: the same document has the same answer.
 *
 * Where one is stored in the document, that is the answer of the run; `answerFor` reads it.
 */
export function answerOf(document: ResultDocument): Answer {
  return { rulesVersion: answerRulesVersion, ...said(document), trust: trustOf(document) }
}

/** The answer of a result: the one that it carries, or, of before there were answers, the one by the rules of today. */
export function answerFor(document: ResultDocument): Answer {
  return document.answer ?? answerOf(document)
}

function said(document: ResultDocument): Said {
  const subject = subjectOf(document)
  const spoilt = spoiltText(document)
  if (spoilt !== null) return spoiltAnswer(spoilt, subject)
  const [first] = subject.measured
  if (first === undefined) return nothing(whyNothing(document))
  if (subject.measured.length === 1) return alone(subject)
  const blockCounts = document.comparison.metrics.flatMap(({ pairs }) => pairs.map(({ blockCount }) => blockCount))
  return Math.max(0, ...blockCounts) < 2 ? firstLook(subject) : choice(subject)
}

const none = { choose: [], simplest: null, ruledOut: [], lines: [], open: null }

function nothing(recommendation: string): Said {
  return { kind: 'nothing', recommendation, ...none }
}

/** What still holds of a run whose times were spoilt: what was counted, and families that are decided all the same. */
function spoiltAnswer(recommendation: string, subject: Subject): Said {
  const lines = linesOf(subject, (family) => {
    const tier = tierOf(family, subject.measured, subject.standings)
    return { text: isDecided(tier) ? tierText(tier) : '', isTelling: true }
  })
  return { kind: 'spoilt', recommendation, ...none, lines }
}

function whyNothing(document: ResultDocument): string {
  const [failed] = document.failedTrials
  const trials = standingTrials(document)
  if (trials.length === 0) {
    return failed === undefined
      ? 'Nothing was measured: no trial finished.'
      : `Nothing was measured: ${sentenceEnd(oneLine(failed.message))}`
  }
  const reasons = trials.filter((trial) => !isCounted(trial)).flatMap(({ validity }) => validity.reasons)
  const [first] = reasons.filter(({ status }) => status === 'invalid' || status === 'unknown')
  const why = gates.find(({ gate }) => gate === first?.gate)?.brief ?? 'no trial is valid'
  return `Nothing to compare: no trial counts, since ${why}${first === undefined ? '' : ` (${oneLine(first.message)})`}.`
}

function sentenceEnd(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`
}

/** One contender is compared with nobody: its figures are stated, and the limits that it broke. */
function alone(subject: Subject): Said {
  const { document, measured, missing } = subject
  const contender = measured[0]!
  const who = atStart(contender.name, contender.label)
  const others = missing.length === 0 ? '' : `; no trial of ${anyOf(missing.map(({ name }) => name))} counts`
  const ruledOut = ruledOutAlone(document, measured)
  const broken = ruledOut[0] === undefined ? '' : ` ${ruledOut[0].text}`
  return {
    ...nothing(`${who} was measured alone, so there is nothing to compare${others}.${broken}`),
    ruledOut,
    lines: linesOf(subject, (family) => ({ text: aloneText(family, subject), isTelling: true })),
  }
}

function aloneText(family: AnswerFamily, { measured }: Subject): string {
  const [placed] = placedIn(family, measured)
  return placed === undefined ? '' : `${family.value(rangeOf(family.figure, [placed.median]))}.`
}
