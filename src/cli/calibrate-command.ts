import { checks, idsOf } from '../calibrate/checks.ts'
import { CalibrationFolder, exitCodeOf } from '../calibrate/record.ts'
import { runChecks } from '../calibrate/run-checks.ts'
import type { Check } from '../calibrate/check.ts'
import type { CalibrationKind, CalibrationRecord, CheckRecord } from '../core/calibration-record.ts'
import { exitCodes } from '../core/errors.ts'
import { checkText, recordLine } from '../report/calibration-text.ts'
import { durationText } from '../text/duration-text.ts'
import { calibrationFolderOf } from './calibration-folder.ts'
import { typedCommand } from './flags.ts'
import { measureAlone } from './measure-alone.ts'
import { print, reportColumns, timedNotes, usesColour } from './output.ts'
import { listenForStop } from './stop-signals.ts'

export interface CalibrateFlags {
  quick?: boolean
  json?: boolean
  list?: boolean
  out: string
  wait?: boolean
}

/**
 * `bench calibrate [ids…]`: runs known answers through the real harness and keeps what came out.
 *
 * @returns what `exitCodeOf` says of the checks; that of a signal wins. What had ended before the signal is kept.
 */
export async function calibrate(words: readonly string[], flags: CalibrateFlags): Promise<number> {
  const quick = flags.quick === true
  const ids = idsOf(words)
  const chosen = checks.filter(({ kind, quick: isQuick, answers }) =>
    ids.length === 0 ? kind === undefined && (!quick || isQuick === true) : answers.some(({ id }) => ids.includes(id)),
  )
  if (flags.list === true) return list(chosen)
  const folder = new CalibrationFolder(calibrationFolderOf(flags.out), { quick, command: typedCommand() })
  return measureAlone('calibrate', flags, () => runChosen(chosen, ids, flags, folder))
}

async function runChosen(
  chosen: readonly Check[],
  ids: readonly string[],
  flags: CalibrateFlags,
  folder: CalibrationFolder,
): Promise<number> {
  const quick = flags.quick === true
  const tell = timedNotes()
  const stop = listenForStop(() => tell('stopping; press Ctrl-C again to stop at once'))
  const look = { columns: reportColumns(), colour: usesColour(process.stdout) }
  const records: Partial<Record<CalibrationKind, CalibrationRecord>> = {}
  const printed: Promise<void>[] = []
  const all: CheckRecord[] = []
  try {
    tell(`${chosen.length} checks to run, about ${durationText(secondsOf(chosen, quick) * 1_000)}`)
    await runChecks({
      checks: chosen,
      quick,
      signal: stop.signal,
      onStart: (check) => tell(`${namesOf(check)}: about ${check.seconds[quick ? 0 : 1]} s`),
      onSay: (check, text) => tell(`${namesOf(check)}: ${text}`),
      onEnd: (check, ended) => {
        const kept = ended.filter(({ id }) => ids.length === 0 || ids.includes(id))
        const kind = check.kind ?? 'suite'
        records[kind] = folder.add(kind, kept)
        all.push(...kept)
        if (flags.json === true) for (const { id, title, verdict } of kept) tell(`${id} ${verdict}: ${title}`)
        else printed.push(print(kept.map((record) => checkText(record, look)).join('')))
      },
    })
    await Promise.all(printed)
    if (flags.json === true) await print(`${JSON.stringify(records, null, 2)}\n`)
    else
      await print(
        Object.values(records)
          .map((record) => recordLine(record, look))
          .join(''),
      )
    tell(`Records written to ${folder.path}`)
    return stop.exitCode() ?? exitCodeOf(all)
  } finally {
    stop.release()
  }
}

async function list(chosen: readonly Check[]): Promise<number> {
  const lines = chosen.flatMap((check) =>
    check.answers.map(({ id, title }) => {
      const [quickSeconds, fullSeconds] = check.seconds
      return `${id}  ${check.quick === true ? 'quick' : '     '}  ${`${quickSeconds}–${fullSeconds} s`.padStart(11)}  ${title}\n`
    }),
  )
  await print(lines.toSorted().join(''))
  return exitCodes.done
}

function namesOf({ answers }: Check): string {
  return answers.map(({ id }) => id).join(', ')
}

function secondsOf(chosen: readonly Check[], quick: boolean): number {
  return chosen.reduce((sum, { seconds }) => sum + seconds[quick ? 0 : 1], 0)
}
