import type { Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import { formatExact, formatList, formatNumber } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import type { AnswerFamily } from './families.ts'
import type { Standings } from './standings.ts'

/** Nobody waits for more blocks than these, or for longer than an hour, to settle a choice. */
const mostBlocks = 10
/** With fewer blocks than these only large differences can be told from chance. */
const firstBlocks = 3
const secondsPerMinute = 60
const minutesPerHour = 60

type Open = NonNullable<Answer['open']>

/** Minutes that so many blocks of the same plan take about. */
function minutesOf({ plan }: ResultDocument, blockCount: number): number {
  return (plan.estimatedSeconds * blockCount) / Math.max(1, plan.blockOrder.length) / secondsPerMinute
}

function minutesText(minutes: number): string {
  if (minutes >= 2 * minutesPerHour) return `${formatNumber(minutes / minutesPerHour)} h`
  return minutes < 1 ? `${Math.max(1, Math.round(minutes * secondsPerMinute))} s` : `${formatExact(Math.round(minutes))} min`
}

/** After one block: what it takes to decide anything. */
export function openAfterFirstLook({ plan }: ResultDocument): Open {
  return openBlocks(plan.estimatedSeconds, plan.blockOrder.length)
}

/** The same of a plan that takes so many seconds for so many blocks. */
export function openBlocks(estimatedSeconds: number, blockCount: number): Open {
  const minutes = (estimatedSeconds * firstBlocks) / Math.max(1, blockCount) / secondsPerMinute
  return { text: `\`--blocks ${firstBlocks}\` decides, about ${minutesText(minutes)}.`, blockCount: firstBlocks, minutes }
}

/**
 * What is undecided among the contenders that may be chosen, and what would decide it; null where nothing is open. Blocks that nobody
 * waits for are in the figures, and not in the text. Pairs with one
 * that is ruled out stay out of it: they change no choice.
 *
 * @param missing contenders of which no trial counts
 */
export function openAmong(
  document: ResultDocument,
  {
    left,
    missing,
    families,
    standings,
  }: { left: readonly AnswerContender[]; missing: readonly AnswerContender[]; families: readonly AnswerFamily[]; standings: Standings },
): Open | null {
  const open = families.flatMap((family) => {
    const blocks = blocksOf(family, left, standings)
    return blocks === undefined ? [] : [{ family, blocks }]
  })
  if (open.length === 0 && missing.length === 0) return null
  const counted = open.flatMap(({ family, blocks }) => (blocks === null ? [] : [{ family, blocks }]))
  const isReasonable = ({ blocks }: { blocks: number }): boolean => blocks <= mostBlocks && minutesOf(document, blocks) <= minutesPerHour
  const within = counted.filter(isReasonable)
  const beyond = counted.filter((entry) => !isReasonable(entry))
  const named = within.length === 0 ? beyond : within
  const blockCount = named.length === 0 ? null : Math.max(...named.map(({ blocks }) => blocks))
  const minutes = blockCount === null ? null : minutesOf(document, blockCount)
  const nouns = (entries: readonly { family: AnswerFamily }[]): string => formatList(entries.map(({ family }) => family.noun))
  const isAll = (entries: readonly unknown[]): boolean => entries.length === open.length
  const names = [...(open.length === 0 ? [] : [nouns(open)]), ...missing.map(({ name }) => `${name}, of which no trial counts`)]
  const differences = beyond.length === 1 ? 'the difference is' : 'the differences are'
  const whatIsTooSmall = isAll(beyond) ? differences : isAll(counted) ? 'the rest is' : `the difference in ${nouns(beyond)} is`
  const cure = [
    ...(within.length === 0 || minutes === null
      ? []
      : [`\`--blocks ${blockCount}\` (about ${minutesText(minutes)}) would decide${isAll(within) ? '' : ` ${nouns(within)}`}`]),
    ...(beyond.length === 0 ? [] : [`${whatIsTooSmall} too small to settle by more blocks in reasonable time`]),
  ]
  return { text: `Still open: ${formatList(names)}${cure.length === 0 ? '' : `; ${cure.join('; ')}`}.`, blockCount, minutes }
}

/**
 * The most blocks that an open pair of a family needs; undefined where none is open. Null where more blocks may not decide one: it has
 * too few in common, or one of the two has no figure that counts.
 */
function blocksOf(
  { topic, figure, among }: AnswerFamily,
  left: readonly AnswerContender[],
  standings: Standings,
): number | null | undefined {
  const shared = left.filter((contender) => among?.(contender) ?? true)
  const isOpen = (one: AnswerContender, other: AnswerContender): boolean => {
    const standing = standings.of(figure, one.label, other.label)
    if (standing !== undefined) return standing === 'open'
    // Of a fault that took nobody away there is no figure, and nothing is missing.
    return topic !== 'recovery' && [one, other].some(({ medianOf }) => medianOf(figure) !== null)
  }
  const counts = shared.flatMap((one, at) =>
    shared
      .slice(at + 1)
      .filter((other) => isOpen(one, other))
      .map((other) => standings.blocksToDecide(figure, one.label, other.label)),
  )
  if (counts.length === 0) return undefined
  const known = counts.filter((count) => count !== null)
  return known.length < counts.length ? null : Math.max(...known)
}
