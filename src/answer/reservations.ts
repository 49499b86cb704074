import { formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { aboutOf, type AnswerFamily } from './families.ts'
import { timesText } from './sentences.ts'
import type { Subject } from './subject.ts'
import { placedIn } from './tiers.ts'

/** From so many times the figure of another on, it is said why a contender may be chosen all the same. */
const farRatio = 2
const mostGains = 2

/** A contender that may be chosen although another is far ahead of it in what the question is about. */
export interface Reservation {
  contender: AnswerContender
  /** "sends fewer bytes but has 8.2 × the gap between messages" */
  text: string
}

/**
 * Of the contenders that may be chosen, those that another of them beats by `farRatio` or more in the first topic that the scenario asks
 * about, with what they are better in. Empty where the scenario names no topic.
 */
export function reservations(left: readonly AnswerContender[], { document, families, standings }: Subject): Reservation[] {
  const topic = aboutOf(document)[0]
  const asked = families.filter((family) => family.topic === topic)
  const standing = ({ figure }: AnswerFamily, one: AnswerContender, other: AnswerContender) => standings.of(figure, one.label, other.label)
  return left.flatMap((contender): Reservation[] => {
    const behind = asked.flatMap((family) =>
      left
        .filter((other) => standing(family, contender, other) === 'worse')
        .map((other) => ({ family, other, ratio: ratioOf(family, contender, other) })),
    )
    const [worst] = behind.toSorted((a, b) => b.ratio - a.ratio)
    if (worst === undefined || worst.ratio < farRatio) return []
    const gains = families.filter((family) => standing(family, contender, worst.other) === 'better').map(({ less }) => less)
    if (gains.length === 0) return []
    return [{ contender, text: `${formatList(gains.slice(0, mostGains))} but has ${worst.family.times(timesText(worst.ratio))}` }]
  })
}

/** How many times the figure of another; 1 where that one is 0. */
function ratioOf(family: AnswerFamily, one: AnswerContender, other: AnswerContender): number {
  const [median, least] = [one, other].map((contender) => placedIn(family, [contender])[0]?.median ?? 0)
  return least! > 0 ? median! / least! : 1
}
