import type { Answer, AnswerLine } from '../core/answer.ts'
import type { SearchAnswer, StudyDocument } from '../core/study-result.ts'
import { axisInSentence, axisPlace, axisValue } from '../text/axis-text.ts'
import { formatList } from '../text/format.ts'
import { cannotAnswer } from './first-look.ts'
import { nameOf } from './names.ts'
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
  const axis = document.axes[0]!
  const found = document.search
    .map((answer): Found => {
      const transport = document.contenders.find(({ label }) => label === answer.contender)?.transport ?? ''
      return { name: nameOf(answer.contender, transport), answer, limit: limitOf(document, answer) }
    })
    .toSorted((a, b) => (b.answer.value ?? -1) - (a.answer.value ?? -1))
  const none = { choose: [], simplest: null, ruledOut: [], open: cannotAnswer(document) }
  const known = found.filter(({ answer }) => answer.value !== null)
  if (known.length === 0)
    return { kind: 'nothing', recommendation: 'The search found no value yet.', lines: linesOf(document, found), ...none }
  return { kind: 'choice', recommendation: recommendationOf(document, known), lines: linesOf(document, found), ...none }

  function recommendationOf(study: StudyDocument, values: readonly Found[]): string {
    const isEnd =
      values.length === study.contenders.length &&
      values.every(({ answer }) => answer.verdict === 'at least' && answer.value === values[0]!.answer.value)
    if (isEnd)
      return `${atStart(allOf(values.map(({ name }) => name)), '')} keep up with at least ${axisPlace(axis, values[0]!.answer.value!)}, the end of this search.`
    const limits = [...new Set(values.map(({ limit }) => limit))]
    const why = limits.length === 1 && limits[0] !== undefined ? `, limited by ${limits[0]}` : ''
    const texts = values.map(({ name, answer }, at) => {
      const value = at === 0 ? axisPlace(axis, answer.value!) : axisValue(axis, answer.value!)
      return `${name} with ${answer.verdict === 'at least' ? 'at least ' : answer.verdict === 'not confirmed' ? 'about ' : ''}${value}`
    })
    return `${atStart(texts[0]!.replace(' with ', ' keeps up with '), '')}${texts.length === 1 ? '' : `, ${formatList(texts.slice(1))}`}${why}.`
  }
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
  const lines = found.map(({ name, answer: { verdict, value, failsAt, reasons }, limit }): AnswerLine => {
    const why = reasons['verdict'] ?? reasons['value']
    const failure = failsAt === null ? '' : `; it fails at ${axisValue(axis, failsAt)}${limit === undefined ? '' : `, limited by ${limit}`}`
    const what =
      value === null
        ? `no ${axisInSentence(axis)} found`
        : `${verdict === 'at least' ? 'at least ' : ''}${axisValue(axis, value)}, ${verdict === 'confirmed' ? 'confirmed twice' : verdict === 'not confirmed' ? 'not confirmed' : 'and more was not tried or not its own to fail'}`
    return {
      topic: 'capacity',
      text: `${atStart(name, '')}: ${what}${verdict === 'confirmed' || why === undefined ? '' : ` (${why})`}${failure}.`,
    }
  })
  return lines.slice(0, 5)
}
