import type { Profile } from '../core/profile-result.ts'
import type { Choice } from '../advisor/model/choose.ts'
import { beyondTexts, breakEvenText, changeTexts, crossingTexts, nameOf, paretoTexts, recommendationText } from './choice-text.ts'
import { machineLine } from './facts.ts'
import { formatBytes, formatDurationMs, formatList, formatNumber } from '../text/format.ts'
import { withoutModel } from './missing-transports.ts'
import { plainNumber, predictionText, shownFigures } from './prediction-text.ts'
import { plainTable } from './terminal-table.ts'
import { textWidth, wrap } from './text-layout.ts'
import { tableText } from './markdown-text.ts'

const gap = 2
const narrowestCell = 8

/** What a choice rests on. */
export interface ChoiceSource {
  profile: Profile
  file: string
  isOtherMachine: boolean
}

interface Section {
  title: string
  /** A table, its first row the head. */
  table?: string[][]
  lines: string[]
}

/** All of a choice for a terminal, for `--full`; no line is wider than `columns` (60 or more). */
export function fullChoiceTerminal(choice: Choice, source: ChoiceSource, columns: number): string {
  const parts = sectionsOf(choice, source).flatMap(({ title, table, lines }) => [
    title,
    ...(table === undefined ? [] : [fittingTable(table, columns)]),
    ...lines.flatMap((line) => wrap(`- ${line}`, columns, '  ')),
    '',
  ])
  return [...wrap(recommendationText(choice), columns), '', ...parts].join('\n')
}

/** Cells are wrapped to what is left of the terminal beside the first column. */
function fittingTable(table: readonly string[][], columns: number): string {
  const first = Math.max(...table.map(([label = '']) => textWidth(label)))
  const count = Math.max(1, table[0]!.length - 1)
  const width = Math.max(narrowestCell, Math.floor((columns - first) / count) - gap)
  const wrapped = table.map(([label = '', ...cells]) => [label, ...cells.map((cell) => wrap(cell, width).join('\n'))])
  return plainTable(wrapped, ['left', ...table[0]!.slice(1).map(() => 'left' as const)]).trimEnd()
}

/** A picture of a record: what it is, and where it is relative to the record. */
export interface RecordPicture {
  title: string
  path: string
}

/** The same as an architecture decision record (Nygard's form), for a repository to keep. */
export function choiceRecord(choice: Choice, source: ChoiceSource, pictures: readonly RecordPicture[] = []): string {
  const [constraints, ...rest] = sectionsOf(choice, source)
  const section = ({ title, table, lines }: Section, level: string): string =>
    [
      `${level} ${title}`,
      ...(table === undefined ? [] : [tableText(table[0]!, table.slice(1))]),
      ...(lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')]),
    ].join('\n\n')
  const { transport } = choice.recommendation
  const title = transport === null ? 'No transport meets the requirements' : `Deliver updates by ${nameOf(transport)}`
  const consequences = rest.filter(
    ({ title: name }) => name.startsWith('Break-even') || name.startsWith('What would') || name.startsWith('Deployment plan'),
  )
  const evidence = rest.filter((entry) => !consequences.includes(entry))
  return `${[
    `# ${title}`,
    'Status: proposed',
    '## Context',
    'Requirements:',
    tableText(['', 'value'], requirementRows(choice)),
    section(constraints!, '###'),
    '## Decision',
    recommendationText(choice),
    '## Consequences',
    ...consequences.map((entry) => section(entry, '###')),
    '## Evidence',
    ...evidence.map((entry) => section(entry, '###')),
    ...pictures.map(({ title: name, path }) => `### ${name}\n\n![${name}](${encodeURI(path)})`),
  ].join('\n\n')}\n`
}

function sectionsOf(choice: Choice, source: ChoiceSource): Section[] {
  const { constraints, predictions, breakEvens, plan, weighed } = choice
  const sections: Section[] = [
    {
      title: 'Constraints',
      lines:
        constraints.length === 0
          ? ['No transport is ruled out.']
          : constraints.map(({ transport, kind, text }) => `${nameOf(transport)}, ${kind}: ${text}.`),
    },
    {
      title: 'Predictions (95 % interval)',
      table: predictionTable(choice),
      lines: [...beyondTexts(predictions).map((text) => `* ${text}`), ...withoutModel()],
    },
    {
      title: 'Where the predictions come from',
      lines: predictions.flatMap(({ transport, figures }) => [
        `${nameOf(transport)}, CPU per instance in µs/s: ${figures.serverCores.source}.`,
        `${nameOf(transport)}, bytes sent per instance: ${figures.bytesDownPerSecond.source}.`,
        `${nameOf(transport)}, latency: ${figures.deliveryLatencyP99Us.source}.`,
        `${nameOf(transport)}, egress: ${figures.egressBytesPerMonth.source}.`,
      ]),
    },
    { title: 'Beaten or equalled in every figure', lines: paretoTexts(choice) },
    { title: 'Break-even points, all else as asked', lines: [...breakEvens.map(breakEvenText), ...crossingTexts(choice)] },
    { title: 'What would change the answer', lines: changeTexts(choice, source.profile) },
    {
      title: 'Deployment plan at this size',
      lines: plan.map(
        ({ what, value, unit, assumption }) =>
          `${what}: ${unit === 'bytes' ? formatBytes(value) : `${plainNumber(value)} ${unit}`} (${assumption})`,
      ),
    },
  ]
  if (weighed !== null) {
    const scores = weighed.scores.map(({ transport, score }) => `${nameOf(transport)} ${formatNumber(score)}`)
    sections.push({
      title: 'By your weights (0 = the best in every figure)',
      lines: [
        `${nameOf(weighed.winner)} first: ${formatList(scores)}.`,
        ...weighed.turns.map(
          ({ figure, weight, winner }) => `With a weight of ${formatNumber(weight)} for ${figure}, ${nameOf(winner)} would be first.`,
        ),
      ],
    })
  }
  return [...sections, { title: 'Profile', lines: sourceLines(source) }]
}

function predictionTable({ predictions, constraints }: Choice): string[][] {
  const isOut = (transport: string): boolean => constraints.some((entry) => entry.kind === 'ruled out' && entry.transport === transport)
  const head = ['', ...predictions.map(({ transport }) => `${nameOf(transport)}${isOut(transport) ? ' (ruled out)' : ''}`)]
  return [head, ...shownFigures.map(([id, label]) => [label, ...predictions.map(({ figures }) => predictionText(figures[id]))])]
}

function sourceLines({ profile, file, isOtherMachine }: ChoiceSource): string[] {
  const lines = [`${file}, ${profile.startedAt}: ${machineLine(profile)}`]
  if (isOtherMachine)
    lines.push(
      'PROFILE OF ANOTHER MACHINE: order and ratios carry over better than amounts. "npm run bench -- profile" measures this machine.',
    )
  if (profile.isQuick) lines.push('A quick profile: few trials, wide intervals.')
  const { length } = profile.notTrusted
  return length === 0 ? lines : [...lines, `It lists ${length} cases in which not to trust it: see ${file.replace(/\.json$/, '.md')}.`]
}

/** What was asked, with what was derived from it. */
function requirementRows({ requirement, workload }: Choice): string[][] {
  const derived = [
    ['poll interval', formatDurationMs(workload.pollIntervalMs)],
    ['hold time', formatDurationMs(workload.holdTimeMs)],
    ['heartbeat', formatDurationMs(workload.heartbeatMs)],
  ]
  return [
    ...Object.entries(requirement).map(([key, value]) => [key, key === 'staleness' ? formatDurationMs(value as number) : String(value)]),
    ...derived.map(([key, value]) => [`${key} (derived or given)`, value!]),
  ]
}
