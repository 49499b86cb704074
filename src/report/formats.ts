import { join } from 'node:path'
import { harnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import type { StoredProfile } from './calculator/html.ts'
import type { Figure } from './charts/figure.ts'
import { figuresOf } from './charts/figures.ts'
import { csvReport, studyCsv } from './csv.ts'
import { gfmReport, studyGfm } from './gfm.ts'
import { htmlReport, studyHtml } from './html.ts'
import { markdownReport, studyMarkdown } from './markdown.ts'
import { renderFigures, renderSvg } from './render-charts.ts'
import { studyFigures } from './study/figures.ts'

/** Forms that a report is given in; png and svg are files of charts, all others one text. */
export const reportFormats = ['csv', 'json', 'md', 'gfm', 'html', 'png', 'svg'] as const

export type ReportFormat = (typeof reportFormats)[number]

/** What was read: a run or a study. */
export type Reported =
  | { kind: 'run'; document: ResultDocument; profile?: StoredProfile | null }
  | { kind: 'study'; document: StudyDocument; profile?: StoredProfile | null }

const noCharts = 'charts: "--format png" and "--format svg" draw them'

/** A report as one text. */
export function reportText(reported: Reported, format: Exclude<ReportFormat, 'png' | 'svg'>): string | Promise<string> {
  if (format === 'json') return `${JSON.stringify(reported.document, null, 2)}\n`
  if (reported.kind === 'study') {
    const { document, profile = null } = reported
    if (format === 'csv') return studyCsv(document)
    if (format === 'gfm') return studyGfm(document)
    return format === 'md' ? studyMarkdown(document, noCharts) : studyHtml(document, profile)
  }
  const { document, profile = null } = reported
  if (format === 'csv') return csvReport(document)
  if (format === 'gfm') return gfmReport(document)
  return format === 'md' ? markdownReport(document, noCharts) : htmlReport(document, profile)
}

/**
 * Draws the charts of a report into the folder `charts` beside it.
 *
 * @returns names of the files relative to `dir`
 * @throws {HarnessError} ERR_CHART_CANVAS where the canvas module does not load
 */
export async function reportCharts(reported: Reported, format: 'png' | 'svg', dir: string): Promise<string[]> {
  const figures: Figure[] = reported.kind === 'run' ? figuresOf(reported.document) : studyFigures(reported.document)
  const folder = join(dir, 'charts')
  const drawn = format === 'svg' ? { files: await renderSvg(figures, folder), skipped: null } : await renderFigures(figures, folder)
  if (drawn.skipped !== null)
    throw harnessError('ERR_CHART_CANVAS', `no chart was drawn: ${drawn.skipped}. "bench doctor" says what is missing.`)
  return drawn.files.map((file) => `charts/${file}`)
}
