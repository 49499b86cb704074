import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nowUs } from '../core/clock.ts'
import { exitCodes, harnessError } from '../core/errors.ts'
import { measureResultSchema } from '../core/measure.ts'
import { usPerSecond } from '../core/units.ts'
import { runMeasure } from '../micro/run-measure.ts'
import { measureMarkdown, measureTerminal } from '../report/measure-report.ts'
import type { LoadedMeasure } from '../scenario/scenario-file.ts'
import { commandText } from './command-text.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns } from './output.ts'
import { ResultFolder } from './result-folder.ts'
import { listenForStop } from './stop-signals.ts'

/** Flags that a measure heeds; the others change clients, contenders or charts, of which it has none. */
const heeded = ['quick', 'out', 'json', 'quiet']

/**
 * `bench <measure>`: runs it, prints it, writes measure.json and report.md.
 *
 * @throws {HarnessError} ERR_USAGE for a flag that has no effect here
 */
export async function measure({ name, file }: LoadedMeasure, flags: FlagValues, given: readonly string[]): Promise<number> {
  const idle = given.find((flag) => !heeded.includes(flag))
  if (idle !== undefined) {
    const text = `has no effect on the measure "${name}", which takes ${heeded.map((flag) => `--${flag}`).join(', ')}.`
    throw harnessError('ERR_USAGE', `--${idle.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${text}`)
  }
  const folder = ResultFolder.open(String(flags.out), name)
  const startedAtUs = nowUs()
  const say = (text: string): void => {
    if (flags.quiet !== true) void note(`[${Math.round((nowUs() - startedAtUs) / usPerSecond)} s] ${text}\n`)
  }
  const stop = listenForStop(() => say('stopping; once more ends it at once'))
  try {
    const result = await runMeasure({ name, file, command: commandText(process.argv.slice(2)), signal: stop.signal, say })
    if (result.figures.length === 0) return stop.exitCode() ?? exitCodes.fault
    const text = `${JSON.stringify(measureResultSchema.parse(result), null, 2)}\n`
    writeFileSync(join(folder.path, 'measure.json'), text)
    writeFileSync(join(folder.path, 'report.md'), measureMarkdown(result))
    await print(flags.json === true ? text : measureTerminal(result, reportColumns()))
    if (flags.quiet !== true) await note(`Written to ${folder.path}: measure.json, report.md\n`)
    return stop.exitCode() ?? exitCodes.done
  } finally {
    stop.release()
    folder.discardIfEmpty()
  }
}
