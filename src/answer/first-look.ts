import type { Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { aboutOf, losesByPlan, type AnswerFamily } from './families.ts'
import { unitOf } from './figures.ts'
import { linesOf, mostLines } from './lines.ts'
import { openAfterFirstLook } from './open.ts'
import { ruledOutAlone } from './ruled-out.ts'
import { anyOf } from './choice-sentence.ts'
import { allOf, amountOf, atStart, inside, inWords, rangeOf, shortened, timesText } from './sentences.ts'
import { statements } from './statements.ts'
import type { Subject } from './subject.ts'
import { isWait, placedIn, sharersOf, waitText, type Placed } from './tiers.ts'

/** From so many times the lowest on a single run shows a difference. */
const shownRatio = 2
/** Contenders whose counted figures a line states. */
const mostCounted = 5
/** Contenders that the sentence names with what stands out of them. */
const mostNamed = 4

interface Seen {
  contender: AnswerContender
  facts: { ratio: number; text: string }[]
}

/**
 * The answer of a result with one block: medians, and factors from 2 × on, but no verdict. What was counted is stated first where the
 * scenario asks about it.
 */
export function firstLook(subject: Subject): Omit<Answer, 'rulesVersion' | 'trust'> {
  const { document, measured, missing, families } = subject
  const ruledOut = ruledOutAlone(document, measured)
  const lines = linesOf(subject, (family) => ({ text: mediansText(family, measured), isTelling: true }), mostLines)
  const asked = aboutOf(document)[0]
  const counted = statements(document, measured).find(({ topic }) => topic === asked)
  const compared = families.filter(({ topic }) => topic !== 'loss')
  const gaps = gapsOf(compared, measured)
  const failed = ruledOut.filter(({ by }) => by !== 'limit').map(({ contender }) => contender)
  const isComplete = ({ label }: AnswerContender): boolean =>
    !failed.includes(label) && !gaps.some(({ contender }) => contender.label === label)
  const seen = firstLookText(compared, measured, isComplete)
  const absent = missing.length === 0 ? [] : [`No trial of ${anyOf(missing.map(({ name }) => name))} counts.`]
  const unknown = gaps
    .filter(({ contender }) => !failed.includes(contender.label))
    .map(({ contender, nouns }) => `No ${anyOf(nouns)} of ${contender.name} counts.`)
  // Trials that failed or were spoilt may leave several of a contender, and still no two blocks of a pair.
  const head = measured.some(({ row }) => (row?.countedTrialCount ?? 0) > 1) ? 'no two blocks in common' : 'one run each'
  return {
    kind: 'firstLook',
    recommendation: [
      `First look, ${head}: ${
        counted === undefined
          ? seen
          : inside(
              counted.text,
              measured.map(({ name }) => name),
            )
      }`,
      ...ruledOut.map(({ text }) => text),
      ...unknown,
      ...absent,
    ].join(' '),
    choose: [],
    simplest: null,
    ruledOut,
    lines: lines.filter((line) => line.text !== counted?.text),
    // Who loses by plan is never named better, however many blocks there are.
    open: cannotAnswer(document) ?? (losesByPlan(document) ? null : openAfterFirstLook(document)),
  }
}

/** What the quick form of a scenario cannot answer, as the scenario says; null where it can, or where the run was none. */
export function cannotAnswer({ scenario: { resolved, sources } }: Pick<ResultDocument, 'scenario'>): Answer['open'] {
  const { answer } = resolved as { answer?: { quickCannot?: unknown } }
  if (typeof answer?.quickCannot !== 'string' || !Object.values(sources).includes('quick')) return null
  return { text: answer.quickCannot, blockCount: null, minutes: null }
}

/** Contenders that have no figure of a family in which others have one. Of a fault that took nobody away there is none, and nothing is missing. */
function gapsOf(
  families: readonly AnswerFamily[],
  contenders: readonly AnswerContender[],
): { contender: AnswerContender; nouns: string[] }[] {
  const isMissing = (family: AnswerFamily, contender: AnswerContender): boolean =>
    family.topic !== 'recovery' && (family.among?.(contender) ?? true) && contender.medianOf(family.figure) === null
  return contenders.flatMap((contender) => {
    const nouns = families
      .filter((family) => isMissing(family, contender) && placedIn(family, contenders).length > 0)
      .map(({ noun }) => noun)
    return nouns.length === 0 ? [] : [{ contender, nouns }]
  })
}

/**
 * Who is at 2 × the lowest or more, and in what.
 *
 * @param isComplete true for one whose figures all count: only of those can be said that they differ in none
 */
function firstLookText(
  families: readonly AnswerFamily[],
  contenders: readonly AnswerContender[],
  isComplete: (contender: AnswerContender) => boolean,
): string {
  const seen = contenders
    .map((contender): Seen => ({ contender, facts: families.flatMap((family) => factsOf(family, contender, contenders)) }))
    .filter(({ facts }) => facts.length > 0)
    .toSorted((a, b) => Math.max(...b.facts.map(({ ratio }) => ratio)) - Math.max(...a.facts.map(({ ratio }) => ratio)))
  if (seen.length === 0)
    return contenders.every(isComplete)
      ? `${allOf(contenders.map(({ name }) => name))} are within 2 × in all.`
      : 'nothing that counts differs by 2 × or more.'
  const named = seen.slice(0, mostNamed)
  // Where most of them differ in something, the largest difference of each is enough.
  const most = named.length === 1 ? 2 : 1
  const texts = named.map(({ contender, facts }) => {
    const largest = facts.toSorted((a, b) => b.ratio - a.ratio).slice(0, most)
    return `${contender.name} ${formatList(largest.map(({ text }) => text))}`
  })
  const rest = contenders.filter((contender) => !named.some((one) => one.contender === contender))
  return `${formatList(texts)}${restText(rest.length, seen.length - named.length, rest.every(isComplete))}.`
}

/** Of those that are not named: that they are within 2 ×, or how many are not. */
function restText(restCount: number, seenCount: number, isComplete: boolean): string {
  if (restCount === 0) return ''
  if (seenCount === 0 && !isComplete) return '; nothing else that counts differs by 2 × or more'
  if (seenCount > 0) return `; ${inWords(seenCount)} more differ by 2 × or more`
  return `; the other ${restCount === 1 ? 'is' : `${inWords(restCount)} are`} within 2 × in all`
}

function factsOf(family: AnswerFamily, contender: AnswerContender, contenders: readonly AnswerContender[]): Seen['facts'] {
  const placed = placedIn(family, contenders)
  const own = placed.find((one) => one.contender === contender)
  const lowest = placed[0]?.median ?? 0
  if (own === undefined) return []
  // A slope may be 0 or below, of which nothing is a multiple.
  if (lowest <= 0 && own.median > 0)
    return [
      { ratio: shownRatio, text: `is at ${family.value(amountOf(family.figure, own.median))} against ${amountOf(family.figure, lowest)}` },
    ]
  if (lowest <= 0 || own.median / lowest < shownRatio) return []
  const ratio = own.median / lowest
  const wait = isWait(family) ? plannedWait(contender, contenders) : null
  return [wait ?? { ratio, text: family.seen(timesText(ratio)) }]
}

/** "is 990 × later (half its 2 s interval)": the median where a setting explains it. */
function plannedWait(contender: AnswerContender, contenders: readonly AnswerContender[]): Seen['facts'][number] | null {
  const medians = contenders.flatMap(({ medianOf }) => medianOf('deliveryLatencyP50') ?? [])
  const own = contender.medianOf('deliveryLatencyP50')
  const lowest = Math.min(...medians)
  const why = own === null ? '' : waitText(contender, own, true)
  if (own === null || why === '' || lowest <= 0 || own / lowest < shownRatio) return null
  return { ratio: own / lowest, text: `is ${timesText(own / lowest)} later (${why})` }
}

/** A family of a first look as a line: the medians, and the factor where it is 2 or more. What protocol and schedule fix is said to be so. */
export function mediansText(family: AnswerFamily, contenders: readonly AnswerContender[]): string {
  const placed = placedIn(family, contenders)
  const [first] = placed
  if (first === undefined) return ''
  if (family.isFixed === true) return `${countedText(family, placed)}: counted, so one run is enough.`
  const near = placed.filter(({ median }) => first.median <= 0 || median / first.median < shownRatio)
  const far = placed.slice(near.length)
  const range = rangeOf(
    family.figure,
    near.map(({ median }) => median),
  )
  const names = nearNames(near, sharersOf(family, contenders).length)
  const texts = [
    `${names} ${near.length === 1 ? family.value(range) : family.alike(range)}`,
    ...far.map((one) => farText(family, one, first.median)),
  ]
  return `${atStart(texts.join('; '), placed[0]!.contender.label)}.`
}

/** @param count of contenders that the family compares, also those without a figure */
function nearNames(near: readonly Placed[], count: number): string {
  const names = near.map(({ contender }) => contender.name)
  return near.length === count && near.length > 2 ? allOf(names) : formatList(shortened(names))
}

function farText({ figure, topic }: AnswerFamily, { contender, median }: Placed, lowest: number): string {
  const why = topic === 'latency' ? waitText(contender, median, figure === 'deliveryLatencyP50') : ''
  const amount = `${amountOf(figure, median)} ${unitOf(figure).shown}`.trim()
  return `${contender.name} ${amount}, ${timesText(median / lowest)}${why === '' ? '' : ` (${why})`}`
}

/** "SSE 418, WebSocket 415 and long polling 821 B per delivery". */
function countedText(family: AnswerFamily, placed: readonly Placed[]): string {
  const texts = placed.map(({ contender, median }) => `${contender.name} ${amountOf(family.figure, median)}`)
  const others = texts.length - mostCounted
  const shown =
    others <= 1
      ? texts
      : [...texts.slice(0, mostCounted), `${inWords(others)} more up to ${amountOf(family.figure, placed.at(-1)!.median)}`]
  return atStart(family.value(formatList(shown)), placed[0]!.contender.label)
}
