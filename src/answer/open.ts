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
    return blocks === null ? [] : [{ family, blocks }]
  })
  if (open.length === 0 && missing.length === 0) return null
  const isReasonable = ({ blocks }: (typeof open)[number]): boolean => blocks <= mostBlocks && minutesOf(document, blocks) <= minutesPerHour
  const within = open.filter(isReasonable)
  const beyond = open.filter((entry) => !isReasonable(entry))
  const most = Math.max(0, ...(within.length === 0 ? beyond : within).map(({ blocks }) => blocks))
  const blockCount = most > 0 && Number.isFinite(most) ? most : null
  const minutes = blockCount === null ? null : minutesOf(document, blockCount)
  const nouns = (entries: typeof open): string => formatList(entries.map(({ family }) => family.noun))
  const names = [...(open.length === 0 ? [] : [nouns(open)]), ...missing.map(({ name }) => `${name}, of which no trial counts`)]
  const isSplit = within.length > 0 && beyond.length > 0
  const cure = [
    ...(within.length === 0 || minutes === null
      ? []
      : [`\`--blocks ${blockCount}\` (about ${minutesText(minutes)}) would decide${isSplit ? ` ${nouns(within)}` : ''}`]),
    ...(beyond.length === 0
      ? []
      : [
          `${beyond.length === 1 ? 'the difference' : 'differences'}${isSplit ? ` in ${nouns(beyond)}` : ''} ${beyond.length === 1 ? 'is' : 'are'} too small to settle by more blocks in reasonable time`,
        ]),
  ]
  return { text: `Still open: ${formatList(names)}${cure.length === 0 ? '' : `; ${cure.join('; ')}`}.`, blockCount, minutes }
}

/** The most blocks that an open pair of a family needs; null where none is open. Infinity where no number of blocks would do. */
function blocksOf({ figure, among }: AnswerFamily, left: readonly AnswerContender[], standings: Standings): number | null {
  const shared = left.filter((contender) => among?.(contender) ?? true)
  const counts = shared.flatMap((one, at) =>
    shared
      .slice(at + 1)
      .filter((other) => standings.of(figure, one.label, other.label) === 'open')
      .map((other) => standings.blocksToDecide(figure, one.label, other.label) ?? Infinity),
  )
  return counts.length === 0 ? null : Math.max(...counts)
}
