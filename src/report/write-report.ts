import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { harnessError, messageOf } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StoredProfile } from './calculator/html.ts'
import type { Figure } from './charts/figure.ts'
import { figuresOf } from './charts/figures.ts'
import { htmlReport, studyHtml } from './html.ts'
import { markdownReport, studyMarkdown } from './markdown.ts'
import { loadDrawing, renderFigures, type Drawing } from './render-charts.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { studyFigures } from './study/figures.ts'

/** `charts` false draws no PNG; `load` is how the drawing modules are got; `profile` is what the page's calculator computes with. */
export interface ReportOptions {
  charts?: boolean
  profile?: StoredProfile | null
  load?: () => Promise<Drawing>
}

async function onDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw harnessError(
        'ERR_RESULT_DISK',
        `${path}: the disk is full. result.json is complete; make room and run "bench report" again.`,
        cause,
      )
    if (typeof code === 'string' && /^E[A-Z]+$/u.test(code))
      throw harnessError(
        'ERR_RESULT_UNWRITABLE',
        `${path}: cannot be written: ${messageOf(cause)}. Check the folder and run "bench report" again.`,
        cause,
      )
    throw cause
  }
}

/** A report as it is written: its figures, and its two texts. */
interface ReportParts {
  figures: Figure[]
  /** `chartsSkipped` is why there is no chart; null when there are. */
  markdown: (chartsSkipped: string | null) => string
  html: () => Promise<string>
}

/** Writes report.md, report.html and charts/*.png of a run into a folder, as `writeParts`. */
export function writeReport(document: ResultDocument, dir: string, options: ReportOptions = {}): ReturnType<typeof writeParts> {
  const html = () => htmlReport(document, options.profile ?? null)
  return writeParts({ figures: figuresOf(document), markdown: (skipped) => markdownReport(document, skipped), html }, dir, options)
}

/** The same of a study. */
export function writeStudyReport(document: StudyDocument, dir: string, options: ReportOptions = {}): ReturnType<typeof writeParts> {
  const html = () => studyHtml(document, options.profile ?? null)
  return writeParts({ figures: studyFigures(document), markdown: (skipped) => studyMarkdown(document, skipped), html }, dir, options)
}

/**
 * Writes report.md, report.html and charts/*.png into a folder. The same document gives the same bytes on any machine.
 *
 * @returns names of the files relative to the folder, and why charts are missing (null when they are there)
 * @throws {HarnessError} ERR_RESULT_UNWRITABLE, ERR_RESULT_DISK, or ERR_CHART_FONT when the shipped font does not draw
 */
async function writeParts(
  { figures, markdown, html }: ReportParts,
  dir: string,
  options: ReportOptions,
): Promise<{ files: string[]; chartsSkipped: string | null }> {
  return onDisk(dir, async () => {
    await mkdir(dir, { recursive: true })
    const charts = join(dir, 'charts')
    // Charts of an earlier document must not stay beside this one.
    await Promise.all(figures.map(({ id }) => rm(join(charts, `${id}.png`), { force: true })))
    const drawn =
      options.charts === false
        ? { files: [], skipped: 'charts: switched off' }
        : await renderFigures(figures, charts, options.load ?? loadDrawing)
    await writeFile(join(dir, 'report.md'), markdown(drawn.skipped))
    await writeFile(join(dir, 'report.html'), await html())
    return { files: ['report.md', 'report.html', ...drawn.files.map((file) => `charts/${file}`)], chartsSkipped: drawn.skipped }
  })
}
