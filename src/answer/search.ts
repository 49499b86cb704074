import type { Answer, AnswerLine } from '../core/answer.ts'
import type { SearchAnswer, StudyDocument } from '../core/study-result.ts'
import { axisPoint, axisValue } from '../text/axis-text.ts'
import { formatList } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { cannotAnswer } from './first-look.ts'
import { mostLines } from './lines.ts'
import { namesOf } from './names.ts'
import { allOf, atStart } from './sentences.ts'

type Said = Omit<Answer, 'rulesVersion' | 'trust'>

interface Found {
  name: string
  answer: SearchAnswer
  /** What it was limited by: "the server's processor"; undefined where nothing above was the contender's to fail. */
  limit: string | undefined
}

/** The answer of a search: the largest value of each contender, the largest first, and what limited it. */
export function searchAnswer(document: StudyDocument): Said {
  const names = namesOf(new Map(document.contenders.map(({ label, transport }) => [label, transport])))
  const found = document.search
    .map((answer): Found => ({ name: names.get(answer.contender) ?? answer.contender, answer, limit: limitOf(document, answer) }))
    .toSorted((a, b) => (b.answer.value ?? -1) - (a.answer.value ?? -1))
  const hasValue = found.some(({ answer }) => answer.value !== null)
  return {
    kind: hasValue ? 'choice' : 'nothing',
    recommendation: recommendationOf(document, found),
    choose: [],
    simplest: null,
    ruledOut: [],
    // Where all end alike, the sentence has said it.
    lines: endsAlike(found) ? [] : linesOf(document, found),
    open: cannotAnswer(document),
  }
}

/** True where the search ended before any of several: no step of theirs failed, and none was the generator's. */
function endsAlike(found: readonly Found[]): boolean {
  const atEnd = found.filter(
    ({ answer: { verdict, value, steps } }) =>
      verdict === 'at least' && value === found[0]!.answer.value && steps.every(({ outcome }) => outcome === 'pass'),
  )
  return found.length > 1 && atEnd.length === found.length
}

/** "WebSocket keeps up with at least 15,000 clients, SSE with 8,667 and long polling not even with 100." */
function recommendationOf(document: StudyDocument, found: readonly Found[]): string {
  const axis = document.axes[0]!
  const known = found.filter(({ answer }) => answer.value !== null)
  const none = found.filter(({ answer }) => answer.verdict === 'none')
  const [first, ...others] = known
  if (first === undefined) {
    const tried = none[0]?.answer.steps[0]?.value
    return tried === undefined ? 'The search found no value yet.' : `No contender keeps up with ${axisPoint(axis, tried)}.`
  }
  const value = (answer: SearchAnswer, text: string): string =>
    `${answer.verdict === 'at least' ? 'at least ' : answer.verdict === 'not confirmed' ? 'about ' : ''}${text}`
  const most = value(first.answer, axisPoint(axis, first.answer.value!))
  if (endsAlike(found)) return `${atStart(allOf(found.map(({ name }) => name)), '')} keep up with ${most}, the end of this search.`
  const rest = [
    ...others.map(({ name, answer }) => `${name} with ${value(answer, axisValue(axis, answer.value!))}`),
    ...none.map(({ name, answer }) => `${name} not even with ${axisValue(axis, answer.steps[0]?.value ?? 0)}`),
  ]
  const unknown = found.filter(({ answer }) => answer.value === null && answer.verdict !== 'none').map(({ name }) => name)
  const without = unknown.length === 0 ? '' : `; no value was found for ${formatList(unknown)}`
  const limits = [...new Set(known.map(({ limit }) => limit))]
  const why = limits.length === 1 && limits[0] !== undefined ? `, limited by ${limits[0]}` : ''
  return `${atStart(first.name, first.answer.contender)} keeps up with ${most}${rest.length === 0 ? '' : `, ${formatList(rest)}`}${why}${without}.`
}

/** What was at its limit where the contender first failed: the event loops of the server, else the limit of the search that it broke. */
function limitOf({ points }: StudyDocument, { contender, failsAt, steps }: SearchAnswer): string | undefined {
  if (failsAt === null) return undefined
  const failed = steps.filter(({ outcome, value }) => outcome === 'fail' && value === failsAt)
  const loads = points
    .filter(({ number }) => failed.some((step) => step.point === number))
    .flatMap(({ loads: all = [] }) => all.filter((load) => load.contender === contender))
  if (loads.some(({ boundBy }) => boundBy.includes('server'))) return "the server's processor"
  const why = failed.flatMap((step) => step.why)[0]
  if (why?.startsWith('deliveryLatencyP99Ms') === true) return 'its p99'
  return why?.startsWith('lostCount') === true ? 'its losses' : undefined
}

function linesOf({ axes }: StudyDocument, found: readonly Found[]): AnswerLine[] {
  const axis = axes[0]!
  return found.slice(0, mostLines).map(({ name, answer, limit }): AnswerLine => {
    const { verdict, value, failsAt, reasons, contender } = answer
    const why = reasons['verdict'] ?? reasons['value']
    const failure = failsAt === null ? '' : `; it fails at ${axisValue(axis, failsAt)}${limit === undefined ? '' : `, limited by ${limit}`}`
    const what =
      value === null
        ? 'no value found'
        : `${verdict === 'at least' ? 'at least ' : ''}${axisValue(axis, value)}${verdict === 'at least' ? '' : `, ${verdict}`}`
    return { topic: 'capacity', text: `${atStart(name, contender)}: ${what}${why === undefined ? '' : ` (${oneLine(why)})`}${failure}.` }
  })
}
