import type { StudyDocument } from '../../core/study-result.ts'
import type { Figure } from '../charts/figure.ts'

/** Every figure of a study. */
export function studyFigures(_document: StudyDocument): Figure[] {
  return []
}
