import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { reportComment } from './gfm-blocks.ts'
import { runComment } from './run-blocks.ts'
import { studyComment } from './study/study-blocks.ts'

/** A run as a comment on a pull request in GitHub's Markdown: answer, table, and the rest folded; at most 60 lines. */
export function gfmReport(document: ResultDocument): string {
  return reportComment(runComment(document))
}

/** The same of a study. */
export function studyGfm(document: StudyDocument): string {
  return reportComment(studyComment(document))
}
