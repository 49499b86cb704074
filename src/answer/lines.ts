import { answerTopicIds, type AnswerLine } from '../core/answer.ts'
import type { AnswerFamily } from './families.ts'
import { aboutOf } from './families.ts'
import { statements } from './statements.ts'
import type { Subject } from './subject.ts'

/** A reader takes in so many beside the recommendation. */
export const mostLines = 5

/** A family in words; `isTelling` where it says who is ahead and who is not. */
export interface FamilyLine {
  text: string
  isTelling: boolean
}

/**
 * The lines of an answer in the order of their topics, those that the scenario asks about first. Where there is no room for all, what
 * was counted and what the scenario asks about stay, then families that say who is ahead.
 *
 * @param textOf what a family says; '' where it has nothing to say
 */
export function linesOf(
  { document, measured, families }: Subject,
  textOf: (family: AnswerFamily) => FamilyLine,
  most = mostLines,
): AnswerLine[] {
  const about = aboutOf(document)
  const order = [...about, ...answerTopicIds]
  const counted = statements(document, measured).map((line) => ({ line, weight: 3 }))
  const ofFamilies = families.flatMap((family) => {
    // What was lost is counted, and said so already.
    if (family.topic === 'loss') return []
    const { text, isTelling } = textOf(family)
    return text === '' ? [] : [{ line: { topic: family.topic, text }, weight: about.includes(family.topic) ? 3 : isTelling ? 2 : 1 }]
  })
  const all = [...counted, ...ofFamilies].toSorted((a, b) => order.indexOf(a.line.topic) - order.indexOf(b.line.topic))
  const kept = all.toSorted((a, b) => b.weight - a.weight).slice(0, most)
  return all.filter((entry) => kept.includes(entry)).map(({ line }) => line)
}
