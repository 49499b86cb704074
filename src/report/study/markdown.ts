import type { StudyDocument } from '../../core/study-result.ts'
export function studyMarkdown(_document: StudyDocument, _skipped: string | null): string {
  return ''
}
