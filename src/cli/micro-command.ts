import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, harnessError } from '../core/errors.ts'
import { microBenchmarkResultSchema, type MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { runMicroBenchmark } from '../micro/run-micro.ts'
import { fullMicroBenchmarkTerminal } from '../report/micro-report.ts'
import { microBenchmarkTerminal } from '../report/micro-terminal.ts'
import { checkMicroBenchmark, type MicroBenchmarkFile } from '../micro/micro-benchmark.ts'
import type { OpenedFile } from '../scenario/open-file.ts'
import { typedCommand, type FlagValues } from './flags.ts'
import { measureAlone } from './measure-alone.ts'
import { openPage } from './open-page.ts'
import { note, print, reportColumns, timedNotes, usesColour } from './output.ts'
import { ResultFolder } from './result-folder.ts'
import { listenForStop } from './stop-signals.ts'

/** Flags that a micro-benchmark heeds; the others change clients, contenders or charts, of which it has none. */
const heeded = ['--quick', '--out', '--full', '--open', '--json', '--quiet', '--no-wait']

/**
 * `bench <micro-benchmark>`: runs it, prints it, writes measure.json, report.html and report.md.
 *
 * @param given the flags that were typed, as "--quick"
 * @throws {HarnessError} ERR_USAGE for a flag that has no effect here
 */
export async function microBenchmark(opened: OpenedFile, flags: FlagValues, given: readonly string[]): Promise<number> {
  const { name } = opened
  const file = checkMicroBenchmark(opened, flags.quick === true)
  const idle = given.find((flag) => !heeded.includes(flag))
  if (idle !== undefined) {
    throw harnessError('ERR_USAGE', `${idle}: has no effect on the micro-benchmark "${name}", which takes ${heeded.join(', ')}.`)
  }
  const folder = ResultFolder.open(String(flags.out), name)
  try {
    return await measureAlone(`micro-benchmark ${name}`, flags, () => runRounds(name, file, flags, folder))
  } finally {
    folder.discardIfEmpty()
  }
}

async function runRounds(name: string, file: MicroBenchmarkFile, flags: FlagValues, folder: ResultFolder): Promise<number> {
  const say = timedNotes(flags.quiet === true)
  const stop = listenForStop(() => say('stopping; press Ctrl-C again to stop at once'))
  try {
    const result = await runMicroBenchmark({ name, file, command: typedCommand(), signal: stop.signal, say })
    if (result.figures.length === 0) return stop.exitCode() ?? exitCodes.fault
    const text = `${JSON.stringify(microBenchmarkResultSchema.parse(result), null, 2)}\n`
    writeFileSync(join(folder.path, 'measure.json'), text)
    // Loaded only now: a page takes longer to load than a refusal is to take.
    const [{ microBenchmarkHtml }, { microBenchmarkMarkdown }] = await Promise.all([
      import('../report/html.ts'),
      import('../report/markdown.ts'),
    ])
    writeFileSync(join(folder.path, 'report.md'), microBenchmarkMarkdown(result))
    writeFileSync(join(folder.path, 'report.html'), await microBenchmarkHtml(result))
    const page = join(folder.path, 'report.html')
    await print(flags.json === true ? text : terminalText(result, page, flags.full === true))
    if (flags.quiet !== true && (flags.json === true || flags.full === true))
      await note(`Written to ${folder.path}: measure.json, report.html, report.md\n`)
    if (flags.open === true) await openPage(page)
    return stop.exitCode() ?? exitCodes.done
  } finally {
    stop.release()
  }
}

function terminalText(result: MicroBenchmarkResult, page: string, isFull: boolean): string {
  if (isFull) return fullMicroBenchmarkTerminal(result, reportColumns())
  return microBenchmarkTerminal(result, page, { columns: reportColumns(), colour: usesColour(process.stdout) })
}
