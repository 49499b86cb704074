import { metrics } from '../core/metric.ts'
import { formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import type { AnswerFamily } from './families.ts'
import { amountOf, atStart, inWords, rangeOf, shortened, timesText } from './sentences.ts'
import { placedIn, waitText, type Placed } from './tiers.ts'

/** From so many times the lowest on a single run shows a difference. */
const shownRatio = 2
/** Contenders that the sentence names with what stands out of them. */
const mostNamed = 3

interface Seen {
  contender: AnswerContender
  facts: { ratio: number; text: string }[]
}

/** What one run of each shows: who is at 2 × the lowest or more, and in what; never a verdict. */
export function firstLookText(families: readonly AnswerFamily[], contenders: readonly AnswerContender[]): string {
  const seen = contenders
    .map((contender): Seen => ({ contender, facts: families.flatMap((family) => factsOf(family, contender, contenders)) }))
    .filter(({ facts }) => facts.length > 0)
    .toSorted((a, b) => Math.max(...b.facts.map(({ ratio }) => ratio)) - Math.max(...a.facts.map(({ ratio }) => ratio)))
  const start = contenders.length === 1 ? 'First look, one run: ' : 'First look, one run each: '
  if (seen.length === 0) return `${start}${contenders.length === 2 ? 'both' : `all ${inWords(contenders.length)}`} are within 2 × in all.`
  const named = seen.slice(0, mostNamed)
  const restCount = contenders.length - named.length
  const isQuiet = seen.length <= mostNamed
  // Where most of them differ in something, the largest difference of each is enough.
  const most = named.length === 1 ? 2 : 1
  const texts = named.map(({ contender, facts }) => {
    const largest = facts.toSorted((a, b) => b.ratio - a.ratio).slice(0, most)
    return `${contender.name} ${formatList(largest.map(({ text }) => text))}`
  })
  const rest = restCount === 0 || !isQuiet ? '' : `; the other ${restCount === 1 ? 'is' : `${inWords(restCount)} are`} within 2 × in all`
  return `${start}${formatList(texts)}${rest}.`
}

function factsOf(family: AnswerFamily, contender: AnswerContender, contenders: readonly AnswerContender[]): Seen['facts'] {
  const placed = placedIn(family, contenders)
  const own = placed.find((one) => one.contender === contender)
  const lowest = placed[0]?.median ?? 0
  if (own === undefined || lowest <= 0 || own.median / lowest < shownRatio) return []
  const ratio = own.median / lowest
  return [{ ratio, text: family.seen(timesText(ratio)) }]
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
    family.metric,
    near.map(({ median }) => median),
  )
  const texts = [`${nearNames(near, placed)} ${family.value(range)}`, ...far.map((one) => farText(family, one, first.median))]
  return `${atStart(texts.join('; '), placed[0]!.contender.label)}.`
}

function nearNames(near: readonly Placed[], placed: readonly Placed[]): string {
  if (near.length === placed.length && near.length > 2) return `all ${inWords(near.length)}`
  return formatList(shortened(near.map(({ contender }) => contender.name)))
}

function farText({ metric, topic }: AnswerFamily, { contender, median }: Placed, lowest: number): string {
  const why = topic === 'latency' ? waitText(contender, median, metric === 'deliveryLatencyP50') : ''
  const amount = `${amountOf(metric, median)} ${metrics[metric].unit.shown}`.trim()
  return `${contender.name} ${amount}, ${timesText(median / lowest)}${why === '' ? '' : ` (${why})`}`
}

/** "SSE 418, WebSocket 415 and long polling 821 B per delivery". */
function countedText(family: AnswerFamily, placed: readonly Placed[]): string {
  const texts = shortened(placed.map(({ contender, median }) => `${contender.name} ${amountOf(family.metric, median)}`))
  return atStart(family.value(formatList(texts)), placed[0]!.contender.label)
}
