import type { ResultDocument } from '../core/result.ts'
import { answerContenders, type AnswerContender } from './contenders.ts'
import { answerFamilies, type AnswerFamily } from './families.ts'
import { Standings } from './standings.ts'

/** What the parts of an answer are made from. */
export interface Subject {
  document: ResultDocument
  /** Contenders of which some trial counts. */
  measured: AnswerContender[]
  /** Contenders of which none does. */
  missing: AnswerContender[]
  families: AnswerFamily[]
  standings: Standings
}

export function subjectOf(document: ResultDocument): Subject {
  const contenders = answerContenders(document)
  const measured = contenders.filter(({ row }) => row !== undefined && row.countedTrialCount > 0)
  const families = answerFamilies(document, measured)
  const standings = new Standings(
    document,
    families.map(({ figure }) => figure),
  )
  return { document, measured, missing: contenders.filter((contender) => !measured.includes(contender)), families, standings }
}
