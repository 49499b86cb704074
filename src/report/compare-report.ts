import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { ResultDocument } from '../core/result.ts'
import { notKnown, type RunComparison } from '../core/run-comparison.ts'
import { usPerMs } from '../core/units.ts'
import { conclusionOf, ruleOfComparison, whyNotComparable } from './compare-conclusion.ts'
import { contenderTables, sentencesOf, sentencesOfReasons } from './compare-rows.ts'
import { commitText, machineLine, titleOf } from './facts.ts'
import { formatDurationUs, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import type { TerminalOptions } from './short-report.ts'
import { plainTable, section } from './terminal-table.ts'
import { bullet, wrap } from './text-layout.ts'
import { workloadLine } from './headline.ts'

const narrowestValue = 12
const headings = { regression: 'Regressions', improvement: 'Improvements' } as const

/**
 * All of a comparison of two runs as text for a terminal, for `--full`, no line wider than `columns` (60 or more). Runs that are not comparable
 * get the list of what differs, and no figure of one is held against the other.
 */
export function fullCompareReport(comparison: RunComparison, before: ResultDocument, options: TerminalOptions): string {
  const columns = Math.max(60, options.columns)
  const colours = pc.createColors(options.colour)
  const lines = [
    ...wrap(`${titleOf(before)}: two runs compared`, columns).map(colours.bold),
    ...wrap(`before: ${runText(comparison.before)}`, columns, '  '),
    ...wrap(`after: ${runText(comparison.after)}`, columns, '  '),
    '',
    ...(comparison.comparable ? comparedLines(comparison, before, columns, colours) : refusedLines(comparison, columns, colours)),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function runText({ file, startedAt, commit, dirty, blockCount, interrupted }: RunComparison['before']): string {
  const parts = [
    oneLine(file),
    startedAt === null ? 'start unknown' : oneLine(startedAt),
    commitText({ commit, dirty }),
    formatPlural(blockCount, 'block'),
  ]
  return [...parts, ...(interrupted ? ['interrupted'] : [])].join(', ')
}

function refusedLines({ barriers, noted }: RunComparison, columns: number, colours: Colors): string[] {
  const why = whyNotComparable(barriers)
  return [
    ...wrap(`Not comparable: ${why}.`, columns).map((line) => colours.bold(colours.yellow(line))),
    '',
    ...settingsTable(barriers, columns),
    ...notedLines(noted, columns, colours),
    '',
    ...wrap(
      `No figure of one run was compared with the other, since ${why}. Run both on one machine with one scenario; contenders are compared best within one run, where blocks interleave.`,
      columns,
    ),
    ...wrap(
      'Rule: two runs are compared only if both record the same workload on the same machine; the same code gives different figures on another machine or workload.',
      columns,
    ),
  ]
}

function comparedLines(comparison: RunComparison, before: ResultDocument, columns: number, colours: Colors): string[] {
  const { counts, withoutTrial } = comparison
  const summary = [
    formatPlural(counts.regression, 'regression'),
    formatPlural(counts.improvement, 'improvement'),
    `${counts.practicallyEqual} practically equal`,
    `${counts.negligible} different but negligible`,
    `${counts.undecided} undecided`,
    `${counts.notJudged} not judged`,
  ].join(' · ')
  const isDecided = counts.undecided + counts.notJudged + withoutTrial.length === 0 && comparison.verdicts.length > 0
  const paint = counts.regression > 0 ? colours.red : isDecided ? colours.green : colours.yellow
  return [
    ...wrap(summary, columns).map((line) => colours.bold(paint(line))),
    ...wrap(workloadLine(before), columns).map(colours.dim),
    ...wrap(machineLine(before), columns).map(colours.dim),
    '',
    ...(['regression', 'improvement'] as const).flatMap((kind) =>
      bulletSection(headings[kind], sentencesOf(comparison, kind), columns, colours),
    ),
    ...bulletSection(
      'No trial that counts',
      withoutTrial.map((label) => `${oneLine(label)} has none in one of the runs, so it is not compared`),
      columns,
      colours,
    ),
    ...contenderTables(comparison, columns, colours),
    ...bulletSection('Not judged', sentencesOfReasons(comparison, 'notJudged'), columns, colours),
    ...bulletSection('Changed, but without a verdict', sentencesOfReasons(comparison, 'undecided'), columns, colours),
    ...wrap(driftText(comparison), columns),
    ...notedLines(comparison.noted, columns, colours),
    '',
    ...wrap(conclusionOf(comparison), columns).map(colours.bold),
    ...wrap(ruleOfComparison, columns),
  ]
}

/** Spread between blocks of a run does not hold what changed between runs. */
function driftText({ before, after }: RunComparison): string {
  const apartMs = Math.abs(Date.parse(after.startedAt ?? '') - Date.parse(before.startedAt ?? ''))
  const apart = Number.isFinite(apartMs) ? `${formatDurationUs(apartMs * usPerMs)} apart` : 'at unknown times'
  return `The runs began ${apart}; their blocks are not paired, so these differences, but not their intervals, include whatever the machine did between them. Compare transports and options within one run, where blocks interleave.`
}

function notedLines(noted: RunComparison['noted'], columns: number, colours: Colors): string[] {
  if (noted.length === 0) return []
  return ['', colours.bold(colours.underline('Other differences, which do not prevent the comparison')), ...settingsTable(noted, columns)]
}

/** Settings in which two runs differ, with both values. */
export function settingsTable(settings: readonly { path: string; before: string; after: string }[], columns: number): string[] {
  const path = Math.min(36, Math.floor(columns / 3))
  const value = Math.max(narrowestValue, Math.floor((columns - path - 4) / 2))
  const shown = (text: string): string => wrap(text === notKnown ? `(${notKnown})` : oneLine(text), value).join('\n')
  const rows = settings.map((setting) => [wrap(oneLine(setting.path), path).join('\n'), shown(setting.before), shown(setting.after)])
  return plainTable([['', 'before', 'after'], ...rows], ['left', 'left', 'left']).split('\n')
}

function bulletSection(title: string, sentences: readonly string[], columns: number, colours: Colors): string[] {
  return section(
    title,
    sentences.flatMap((sentence) => bullet(sentence, columns)),
    colours,
  )
}
