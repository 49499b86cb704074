import type { Fit, Profile, TransportProfile } from '../core/profile-result.ts'
import { commitText, machineLine } from './facts.ts'
import { formatNumber, formatShare } from '../text/format.ts'
import { withoutModel } from './missing-transports.ts'
import { plainTable } from './terminal-table.ts'
import { wrap } from './text-layout.ts'
import { tableText } from './markdown-text.ts'

type ValidationFigure = Profile['validation'][number]['figures'][number]

/** A profile for a terminal: how accurate it is, where not to trust it, and its unit costs. */
export function profileTerminal(profile: Profile, columns: number): string {
  return [
    `Cost model of this machine${profile.isQuick ? ' (quick: wide intervals)' : ''}`,
    ...wrap(headOf(profile), columns),
    ...withoutModel(),
    '',
    'Error on held-out points',
    plainTable(
      [['', 'points', 'median', 'worst', 'trusted'], ...accuracyRows(profile)],
      ['left', 'right', 'right', 'right', 'left'],
    ).trimEnd(),
    '',
    ...(profile.notTrusted.length === 0
      ? []
      : ['Where not to trust it', ...profile.notTrusted.flatMap((text) => wrap(`- ${text}`, columns, '  ')), '']),
    'Unit costs',
    plainTable([['', 'unit cost', '95 % interval', ''], ...priceRows(profile)], ['left', 'right', 'left', 'left']).trimEnd(),
    '',
  ].join('\n')
}

/** The same as Markdown, with every point that was held out. */
export function profileMarkdown(profile: Profile): string {
  const parts = [
    '# Cost model',
    headOf(profile),
    ...withoutModel(),
    '## Error on held-out points',
    'Trusted: median error at most 10 %, worst at most 25 %. Latencies are shown but decide nothing.',
    tableText(['', 'points', 'median', 'worst', 'trusted'], accuracyRows(profile)),
    '## Where not to trust it',
    profile.notTrusted.length === 0 ? 'No exceptions within the fitted ranges.' : profile.notTrusted.map((text) => `- ${text}`).join('\n'),
    '## Unit costs',
    tableText(['', 'unit cost', '95 % interval', 'unit'], priceRows(profile)),
    '## Fitted ranges',
    tableText(['', 'from', 'to'], profile.transports.flatMap(rangeRows)),
    '## Predicted and measured',
    ...profile.validation.map(({ transport, point, figures }) =>
      [
        `### ${transport}: ${point}`,
        '',
        tableText(
          ['', 'predicted', 'measured', 'unit', 'error', 'in the interval'],
          figures.map((row) => [...validationCells(row), row.isInside === null ? 'none' : row.isInside ? 'yes' : 'no']),
        ),
      ].join('\n'),
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function headOf(profile: Profile): string {
  const { harness, startedAt, points, durationSeconds } = profile
  const held = points.filter(({ role }) => role === 'held out').length
  const trials = `${points.length} trials, ${held} of them held out, in ${Math.round(durationSeconds / 60)} min`
  return [startedAt, trials, `\`${harness.command}\``, commitText(harness), machineLine(profile)].join(' · ')
}

function accuracyRows({ accuracy }: Profile): string[][] {
  return accuracy.map(({ transport, figure, pointCount, medianErrorRatio, worstErrorRatio, isTrusted }) => [
    `${transport} ${figure}`,
    String(pointCount),
    shareOr(medianErrorRatio),
    shareOr(worstErrorRatio),
    isTrusted ? 'yes' : 'no',
  ])
}

function priceRows({ transports }: Profile): string[][] {
  return transports.flatMap(({ transport, fits, latency }) => [
    ...Object.entries(fits).flatMap(([figure, fit]) => fitRows(`${transport} ${figure}`, fit)),
    ...Object.entries(latency).map(([name, { value, low, high }]) => [
      `${transport} ${name}`,
      formatNumber(value),
      rangeText(low, high),
      'µs',
    ]),
  ])
}

function fitRows(name: string, { terms }: Fit): string[][] {
  return terms.map(({ value, low, high, unit, origin }) => [
    name,
    formatNumber(value),
    origin === 'arithmetic' ? 'exact' : rangeText(low, high),
    unit,
  ])
}

function rangeRows({ transport, ranges }: TransportProfile): string[][] {
  return Object.entries(ranges).map(([setting, { low, high }]) => [`${transport} ${setting}`, formatNumber(low), formatNumber(high)])
}

function rangeText(low: number, high: number): string {
  return `${formatNumber(low)} – ${formatNumber(high)}`
}

/** A figure that was predicted and then measured: name, both values, unit, error. */
export function validationCells({ figure, predicted, measured, unit, errorRatio }: ValidationFigure): string[] {
  return [figure, ...[predicted, measured].map(numberOr), unit, shareOr(errorRatio)]
}

function numberOr(value: number | null): string {
  return value === null ? 'none' : formatNumber(value)
}

function shareOr(ratio: number | null): string {
  return ratio === null ? 'none' : formatShare(ratio)
}
