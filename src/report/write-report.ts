import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { harnessError, messageOf } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import { figuresOf } from './charts/figures.ts'
import { htmlReport } from './html.ts'
import { markdownReport } from './markdown.ts'
import { loadDrawing, renderCharts, type Drawing } from './render-charts.ts'

/** `charts` false draws no PNG; `load` is how the drawing modules are got. */
export interface ReportOptions {
  charts?: boolean
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

/**
 * Writes report.md, report.html and charts/*.png into a folder. The same document gives the same bytes on any machine.
 *
 * @returns names of the files relative to the folder, and why charts are missing (null when they are there)
 * @throws {HarnessError} ERR_RESULT_UNWRITABLE, ERR_RESULT_DISK, or ERR_CHART_FONT when the shipped font does not draw
 */
export async function writeReport(
  document: ResultDocument,
  dir: string,
  options: ReportOptions = {},
): Promise<{ files: string[]; chartsSkipped: string | null }> {
  return onDisk(dir, async () => {
    await mkdir(dir, { recursive: true })
    const charts = join(dir, 'charts')
    // Charts of an earlier document must not stay beside this one.
    await Promise.all(figuresOf(document).map((figure) => rm(join(charts, `${figure.id}.png`), { force: true })))
    const drawn =
      options.charts === false
        ? { files: [], skipped: 'charts: switched off' }
        : await renderCharts(document, charts, options.load ?? loadDrawing)
    await writeFile(join(dir, 'report.md'), markdownReport(document, drawn.skipped))
    await writeFile(join(dir, 'report.html'), await htmlReport(document))
    return { files: ['report.md', 'report.html', ...drawn.files.map((file) => `charts/${file}`)], chartsSkipped: drawn.skipped }
  })
}
