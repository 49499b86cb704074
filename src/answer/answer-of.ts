import type { Answer } from '../core/answer.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'

export function answerOf(_document: ResultDocument | StudyDocument): Answer {
  return { rulesVersion: 1, kind: 'nothing', recommendation: 'Nothing to compare.', choose: [], simplest: null, ruledOut: [], lines: [], open: null, trust: [] }
}
