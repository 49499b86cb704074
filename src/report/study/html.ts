import type { StudyDocument } from '../../core/study-result.ts'
export async function studyHtml(_document: StudyDocument): Promise<string> {
  return ''
}
