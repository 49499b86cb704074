import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { reportMarkdown } from './markdown-blocks.ts'
import { textOf } from './markdown-text.ts'
import { microReport } from './micro-blocks.ts'
import { runReport } from './run-blocks.ts'
import { studyReport } from './study/study-blocks.ts'

/**
 * The whole report of a run as markdown, with the charts beside it by relative path.
 *
 * @param chartsSkipped why no chart was drawn; null when charts/ holds them
 */
export function markdownReport(document: ResultDocument, chartsSkipped: string | null = null): string {
  return textOf(reportMarkdown(runReport(document), chartsSkipped))
}

/** The same of a study. */
export function studyMarkdown(document: StudyDocument, chartsSkipped: string | null = null): string {
  return textOf(reportMarkdown(studyReport(document), chartsSkipped))
}

/** The report of a micro-benchmark, which has no charts. */
export function microBenchmarkMarkdown(result: MicroBenchmarkResult): string {
  return textOf(reportMarkdown(microReport(result), null))
}
