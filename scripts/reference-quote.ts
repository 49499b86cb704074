import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { microBenchmarkResultSchema } from '../src/core/micro-benchmark.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { resultSchema } from '../src/core/result.ts'
import type { MetricId } from '../src/core/metric.ts'
import { studySchema, type StudyDocument } from '../src/core/study-result.ts'
import { machineLine, questionOf } from '../src/report/facts.ts'
import { recoveryLines } from '../src/report/recovery.ts'
import { labelInSentence, metricText } from '../src/report/metric-view.ts'
import { axisInSentence, axisValue } from '../src/report/study/axis-text.ts'
import { breakEvenSentence } from '../src/report/study/break-even-text.ts'
import { answerSentence } from '../src/report/study/search-text.ts'
import { tiers } from '../src/report/verdicts.ts'

/** What a committed reference result says: how it was made, and a sentence for each thing that it found. */
export interface Reference {
  question: string
  /** Folder in the repository. */
  place: string
  command: string
  /** Day, as 2026-11-25. */
  day: string
  machine: string
  /** Of a result: who leads in each figure that the scenario declared. Of a study: answers and break-even points. */
  findings: string[]
  hasPicture: boolean
}

/** The committed reference of a scenario; undefined where there is none. */
export function referenceOf(name: string): Reference | undefined {
  const place = `results/reference/${name}`
  const parsed = (file: string): unknown => {
    const path = join(packageRoot(), place, file)
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  const hasPicture = existsSync(join(packageRoot(), place, 'charts', 'trade-off.png'))
  const result = parsed('result.json')
  if (result !== undefined) {
    const document = resultSchema.parse(result)
    const declared = Object.keys((document.scenario.resolved['matters'] as object | undefined) ?? {})
    return {
      question: questionOf(document),
      place,
      command: document.harness.command,
      day: (document.trials[0]?.startedAt ?? '').slice(0, 10),
      machine: machineLine(document),
      findings: [
        ...recoveryLines(document),
        ...tiers(document).flatMap(({ metric, sentence }) => (declared.includes(metric) ? [sentence] : [])),
      ],
      hasPicture,
    }
  }
  const study = parsed('study.json')
  if (study !== undefined) {
    const document = studySchema.parse(study)
    return {
      question: questionOf(document),
      place,
      command: document.harness.command,
      day: document.startedAt.slice(0, 10),
      machine: machineLine(document),
      findings: [
        ...document.search.map((answer) => answerSentence(document, answer)),
        ...farthest(document),
        ...document.breakEven
          .filter(({ crossings }) => crossings.some(({ matters }) => matters))
          .map((one) => breakEvenSentence(document, one)),
      ],
      hasPicture,
    }
  }
  const measure = parsed('measure.json')
  if (measure === undefined) return undefined
  const { question, harness, environment, figures } = microBenchmarkResultSchema.parse(measure)
  return {
    question,
    place,
    command: harness.command,
    day: (environment['startedAt'] as string).slice(0, 10),
    machine: machineLine({ environment }),
    findings: figures.map(
      ({ group, label, median, low, high, unit }) => `${group}, ${label}: ${shown(median)} ${unit} (${shown(low)} – ${shown(high)})`,
    ),
    hasPicture,
  }
}

/** Of a sweep along one axis: the figures that its scenario declared, at the last value, lowest first. */
function farthest(document: StudyDocument): string[] {
  const [axis, second] = document.axes
  if (document.kind === 'search' || axis === undefined || second !== undefined) return []
  const last = document.points
    .filter(({ status }) => status === 'done')
    .toSorted((a, b) => a.values[0]! - b.values[0]!)
    .at(-1)
  const declared = Object.keys((document.scenario.resolved['matters'] as object | undefined) ?? {}) as MetricId[]
  if (last === undefined) return []
  return declared.flatMap((metric) => {
    const rows = last.rows.filter((row) => (row.metrics[metric]?.median ?? null) !== null)
    if (rows.length === 0) return []
    const shownRows = rows
      .toSorted((a, b) => a.metrics[metric]!.median! - b.metrics[metric]!.median!)
      .map((row) => `${row.contender} ${metricText(metric, row.metrics[metric])}`)
    return [`At ${axisInSentence(axis)} ${axisValue(axis, last.values[0]!)}: ${labelInSentence(metric)} ${shownRows.join(', ')}`]
  })
}

/** The reference of a scenario for docs/scenarios.md; undefined where there is none. */
export function referenceQuote(name: string): string | undefined {
  const reference = referenceOf(name)
  if (reference === undefined) return undefined
  const { command, day, machine, place, findings, hasPicture } = reference
  return [
    `Seen with \`${command}\` on ${day}, ${machine} ([report](../${place}/report.md)):`,
    '',
    ...findings.map((finding) => `- ${finding}`),
    ...(hasPicture ? ['', `![What each contender costs](../${place}/charts/trade-off.png)`] : []),
  ].join('\n')
}

function shown(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
