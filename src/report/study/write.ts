import type { StudyDocument } from '../../core/study-result.ts'
import { writeParts, type ReportOptions } from '../write-report.ts'
import { studyFigures } from './figures.ts'
import { studyHtml } from './html.ts'
import { studyMarkdown } from './markdown.ts'

/** Writes report.md, report.html and charts/*.png of a study into a folder, as `writeParts`. */
export function writeStudyReport(document: StudyDocument, dir: string, options: ReportOptions = {}): ReturnType<typeof writeParts> {
  const figures = studyFigures(document)
  return writeParts(
    {
      figures,
      markdown: (chartsSkipped) => studyMarkdown(document, chartsSkipped),
      html: () => studyHtml(document, options.profile ?? null),
      staleIds: figures.map(({ id }) => id),
    },
    dir,
    options,
  )
}
