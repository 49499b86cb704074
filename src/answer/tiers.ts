import { usPerMs } from '../core/units.ts'
import { formatList } from '../text/format.ts'
import { durationText } from '../text/duration-text.ts'
import type { AnswerContender } from './contenders.ts'
import type { AnswerFamily } from './families.ts'
import { allOf, amountOf, atStart, inWords, mostNames, rangeOf, shortened, timesText } from './sentences.ts'
import type { Standing } from './dominance.ts'
import type { Standings } from './standings.ts'

/** A contender with its median in a family, in the stored unit. */
export interface Placed {
  contender: AnswerContender
  median: number
}

/** Who is ahead in a family: all whom nobody beats, lowest median first, and behind them the others. */
export interface Tier {
  family: AnswerFamily
  ahead: Placed[]
  behind: Placed[]
  /** `equal`: differences among those ahead do not matter. `open`: that is not decided. */
  among: 'one' | 'equal' | 'open'
  /** False where a contender has no figure that counts: then nothing is said of all. */
  isWhole: boolean
}

/** Contenders that have a figure in a family, lowest median first. */
export function placedIn(family: AnswerFamily, contenders: readonly AnswerContender[]): Placed[] {
  const placed = sharersOf(family, contenders).flatMap((contender): Placed[] => {
    const median = contender.medianOf(family.figure)
    return median === null ? [] : [{ contender, median }]
  })
  return placed.toSorted((a, b) => a.median - b.median)
}

/** Contenders that a family compares, whether they have its figure or not. */
export function sharersOf({ among }: AnswerFamily, contenders: readonly AnswerContender[]): AnswerContender[] {
  return contenders.filter((contender) => among?.(contender) ?? true)
}

/** Who is ahead in a family of a result. */
export function tierOf(family: AnswerFamily, contenders: readonly AnswerContender[], standings: Standings): Tier {
  return tierBy(family, contenders, (one, other) => standings.of(family.figure, one, other) ?? 'open')
}

/** @param standing how a contender stands to another, by their labels */
export function tierBy(
  family: AnswerFamily,
  contenders: readonly AnswerContender[],
  standing: (one: string, other: string) => Standing,
): Tier {
  const placed = placedIn(family, contenders)
  const isWhole = placed.length === sharersOf(family, contenders).length
  const between = (one: Placed, other: Placed): Standing => standing(one.contender.label, other.contender.label)
  const isBeaten = (one: Placed): boolean => placed.some((other) => other !== one && between(one, other) === 'worse')
  const ahead = placed.filter((one) => !isBeaten(one))
  const isEqual = ahead.every((one, at) => ahead.slice(at + 1).every((other) => between(one, other) === 'equal'))
  return { family, ahead, behind: placed.filter(isBeaten), among: ahead.length < 2 ? 'one' : isEqual ? 'equal' : 'open', isWhole }
}

/** True where a family says who is ahead and who is not. */
export function isDecided({ ahead, behind }: Tier): boolean {
  return ahead.length > 0 && behind.length > 0
}

/** One family as a line: who is ahead, how much, times what. */
export function tierText(tier: Tier): string {
  const { family, ahead, behind, among, isWhole } = tier
  const [first] = ahead
  if (first === undefined) return ''
  if (!isWhole && ahead.length + behind.length === 1)
    return `Only ${first.contender.name} has a figure of ${family.noun} that counts: ${family.value(amountOf(family.figure, first.median))}.`
  const amounts = rangeOf(
    family.figure,
    ahead.map(({ median }) => median),
  )
  const who = namesText(ahead, isWhole && behind.length === 0)
  const rest = behind.length === 0 ? '' : `; ${behindText(tier)}`
  const what =
    among === 'one'
      ? `${who} ${family.least}, ${family.value(amounts)}`
      : `${who} ${family.alike(amounts)}${among === 'open' ? ': no reliable difference yet' : rest === '' ? ': no difference that matters' : ''}`
  return `${family.scope ?? ''}${family.scope === undefined ? atStart(what, first.contender.label) : what}${rest}.`
}

/** "SSE, WebSocket and long polling"; "all four" where there is nobody else. */
function namesText(placed: readonly Placed[], isAll: boolean): string {
  if (isAll) return allOf(placed.map(({ contender }) => contender.name))
  return formatList(shortened(placed.map(({ contender }) => contender.name)))
}

/** "WebSocket 1.1 ×, long polling 1.8 ×": those that are behind, by how many times the lowest. */
function behindText({ family, ahead, behind }: Tier): string {
  const lowest = ahead[0]!.median
  const texts = behind.map((one) => `${one.contender.name} ${howFar(family, one, lowest)}`)
  if (texts.length <= mostNames) return texts.join(', ')
  return `${texts.slice(0, mostNames - 1).join(', ')} and ${inWords(texts.length - mostNames + 1)} more up to ${howFar(family, behind.at(-1)!, lowest)}`
}

function howFar(family: AnswerFamily, { contender, median }: Placed, lowest: number): string {
  const why = family.topic === 'latency' ? waitText(contender, median, family.figure === 'deliveryLatencyP50') : ''
  const factor = lowest > 0 ? timesText(median / lowest) : family.value(amountOf(family.figure, median))
  return `${factor}${why === '' ? '' : ` (${why})`}`
}

/** True for a family that a planned wait of a contender explains. */
export function isWait({ topic }: AnswerFamily): boolean {
  return topic === 'latency' || topic === 'jobDelay'
}

/** How near a latency must be to what a setting plans, for the setting to explain it. */
const nearRatio = 0.25

/**
 * The setting that explains a latency: "half its 2 s interval" of a median, "its 2 s interval" of a p99, "its batch window of 100 ms".
 * Empty where no setting does.
 *
 * @param latency in µs
 */
export function waitText({ slotMs, batchWindowMs }: AnswerContender, latency: number, isMedian: boolean): string {
  const isNear = (plannedMs: number): boolean => Math.abs(latency / usPerMs - plannedMs) <= nearRatio * plannedMs
  if (slotMs !== undefined && isNear(isMedian ? slotMs / 2 : slotMs))
    return `${isMedian ? 'half ' : ''}its ${durationText(slotMs)} interval`
  return batchWindowMs > 0 && latency / usPerMs >= batchWindowMs / 2 ? `its batch window of ${durationText(batchWindowMs)}` : ''
}
