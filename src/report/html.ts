import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { figuresIn, type Report } from './blocks.ts'
import type { StoredProfile } from './calculator/html.ts'
import { reportHtml } from './html-blocks.ts'
import { htmlPage } from './html-page.ts'
import { microReport } from './micro-blocks.ts'
import { runReport } from './run-blocks.ts'
import { studyReport } from './study/study-blocks.ts'

/** The report of a run as one page: the answer, its table, charts and calculator, and folded all that they rest on. */
export function htmlReport(document: ResultDocument, stored: StoredProfile | null = null): Promise<string> {
  return pageOf(runReport(document, stored))
}

/** The same of a study. */
export function studyHtml(document: StudyDocument, stored: StoredProfile | null = null): Promise<string> {
  return pageOf(studyReport(document, stored))
}

/** The report of a micro-benchmark as one page. */
export function microBenchmarkHtml(result: MicroBenchmarkResult): Promise<string> {
  return pageOf(microReport(result))
}

function pageOf(report: Report): Promise<string> {
  const profile = report.blocks.flatMap((block) => (block.kind === 'calculator' ? (block.part.profile ?? []) : []))[0]
  return htmlPage({
    title: report.title,
    figures: figuresIn(report.blocks),
    body: reportHtml(report),
    ...(profile === undefined ? {} : { profile }),
  })
}
