import { statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitCodes, harnessError, messageOf } from '../core/errors.ts'
import { makeFolders } from '../core/files.ts'
import type { ReportFormat } from '../report/formats.ts'
import type { FlagValues } from './flags.ts'
import { note, print } from './output.ts'
import type { ChartMode } from './report-files.ts'
import { readReported, readResultAt } from './result-file.ts'

/**
 * `bench report <dir>`: prints and writes every report again, from result.json or study.json alone; with `--format`, one
 * form of it on stdout, or charts beside it; with `--compare`, several results on one page.
 *
 * @throws {HarnessError} ERR_USAGE for a wrong number of folders
 */
export async function report(dirs: readonly string[], flags: FlagValues): Promise<number> {
  if (flags['compare'] === true) return comparePage(dirs, flags)
  const [dirOrFile, ...rest] = dirs
  if (dirOrFile === undefined)
    throw harnessError('ERR_USAGE', 'bench report: missing the folder of a result. Give results/<scenario>/<started>.')
  if (rest.length > 0)
    throw harnessError(
      'ERR_USAGE',
      `bench report: one folder is expected, got ${dirs.length}. "bench report --compare" puts several on one page.`,
    )
  const reported = readReported(dirOrFile)
  const dir = dirname(reported.file)
  const format = flags['format'] as ReportFormat | undefined
  const isText = format !== undefined && format !== 'png' && format !== 'svg'
  if (!isText && !statSync(reported.file).isFile())
    throw harnessError(
      'ERR_USAGE',
      `${reported.file}: is a pipe, so there is no folder to write report files to. Give --format csv, json, md, gfm or html, which print.`,
    )
  // Loaded only now: what draws takes longer to load than a refusal is to take.
  const { profileFor, terminalText, writeFiles } = await import('./report-files.ts')
  const { reportCharts, reportText } = await import('../report/formats.ts')
  if (format === 'png' || format === 'svg') {
    await note(`Written to ${dir}: ${(await reportCharts(reported, format, dir)).join(', ')}\n`)
    return exitCodes.done
  }
  if (format !== undefined) {
    const whole = format === 'html' ? { ...reported, profile: await profileFor(reported.document) } : reported
    await print(await reportText(whole, format))
    return exitCodes.done
  }
  const page = join(dir, 'report.html')
  await print(terminalText(reported, { isFull: flags['full'] === true, page }))
  const files = await writeFiles(reported, dir, flags['charts'] as ChartMode)
  if (flags['full'] === true) await note(`Written to ${dir}: ${files.join(', ')}\n`)
  if (flags['open'] === true) await (await import('./open-page.ts')).openPage(page)
  return exitCodes.done
}

async function comparePage(dirs: readonly string[], flags: FlagValues): Promise<number> {
  if (dirs.length < 2) throw harnessError('ERR_USAGE', `bench report --compare: at least two results are expected, got ${dirs.length}.`)
  if (flags['format'] !== undefined && flags['format'] !== 'html')
    throw harnessError('ERR_USAGE', `--format: --compare writes html only, got ${JSON.stringify(flags['format'])}.`)
  const results = dirs.map(readResultAt)
  const { compareHtml, comparableGroups } = await import('../report/html-compare.ts')
  const out = flags['out'] as string
  const page = await compareHtml(results)
  try {
    makeFolders(dirname(out))
    writeFileSync(out, page)
  } catch (cause) {
    throw harnessError('ERR_RESULT_UNWRITABLE', `${out}: cannot be written: ${messageOf(cause)}. Give another file with --out.`, cause)
  }
  const groups = comparableGroups(results).map((group) => group.map(({ file }) => file).join(' with '))
  await print(`Side by side: ${groups.join('; not compared with: ')}.\n`)
  await note(`Written to ${out}\n`)
  if (flags['open'] === true) await (await import('./open-page.ts')).openPage(out)
  return exitCodes.done
}
