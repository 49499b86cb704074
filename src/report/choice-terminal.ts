import type { AnswerCell, AnswerRow, AnswerTable, CellMark } from '../answer/answer-table.ts'
import type { PredictedFigure, TransportPrediction } from '../advisor/model/predict.ts'
import type { Choice } from '../advisor/model/choose.ts'
import { answerRulesVersion, type Answer } from '../core/answer.ts'
import { bytesPerMiB, usPerMs } from '../core/units.ts'
import { beyondTexts, breakEvenText, nameOf, notChosenTexts, recommendationText, unclearPairs, whyUnclear } from './choice-text.ts'
import type { ChoiceSource } from './choice-report.ts'
import { capital, dash, formatBytes, formatDurationMs, formatExact, formatList, formatNumber, formatPlural } from '../text/format.ts'
import { shortReport, type TerminalOptions } from './short-report.ts'

/** Rows of the table: the figure, its label and unit, and what its value is divided by. */
const rows: readonly { figure: PredictedFigure; label: string; unit: string; divisor: number }[] = [
  { figure: 'deliveryLatencyP50Us', label: 'Latency, median', unit: 'ms', divisor: usPerMs },
  { figure: 'deliveryLatencyP99Us', label: 'Latency, p99', unit: 'ms', divisor: usPerMs },
  { figure: 'serverCores', label: 'Server CPU', unit: 'cores', divisor: 1 },
  { figure: 'instanceCount', label: 'Processes', unit: '', divisor: 1 },
  { figure: 'requestsPerSecond', label: 'Requests', unit: '/s', divisor: 1 },
  { figure: 'residentBytes', label: 'Server memory', unit: 'MiB', divisor: bytesPerMiB },
  { figure: 'kernelBytes', label: 'Kernel memory', unit: 'MiB', divisor: bytesPerMiB },
  { figure: 'descriptorCount', label: 'Descriptors', unit: '', divisor: 1 },
  { figure: 'bytesDownPerSecond', label: 'Wire bytes down', unit: 'MiB/s', divisor: bytesPerMiB },
  { figure: 'bytesUpPerSecond', label: 'Wire bytes up', unit: 'MiB/s', divisor: bytesPerMiB },
  { figure: 'egressBytesPerMonth', label: 'Egress', unit: 'GiB/month', divisor: bytesPerMiB * 1_024 },
]

/** Counts of which only whole ones exist. */
const whole: readonly PredictedFigure[] = ['instanceCount', 'descriptorCount']
const mostBreakEvens = 2

/** A choice for a terminal, on one screen: what was asked, the predictions, what to use, and where the answer turns. */
export function choiceTerminal(choice: Choice, source: ChoiceSource, options: TerminalOptions): string {
  return shortReport(
    {
      title: 'Choose',
      question: questionOf(choice),
      workload: derivedOf(choice),
      notices: source.isOtherMachine
        ? [
            'Predicted from the profile of another machine: order and ratios carry over better than amounts. "bench profile" measures this one.',
          ]
        : [],
      table: choiceTable(choice),
      answer: choiceAnswer(choice, source),
      warningCount: 0,
      page: null,
    },
    options,
  )
}

function questionOf({ requirement }: Choice): string {
  const { clients, messagesPerSecond, payload, staleness, fanOut, upstream } = requirement
  const heard =
    typeof fanOut === 'number' ? `heard by ${formatExact(fanOut)}` : { broadcast: 'heard by all', unicast: 'heard by one' }[fanOut]
  const sent = upstream === 0 ? '' : `, each sending ${formatExact(upstream)}/s`
  return `which transport for ${formatPlural(clients, 'client')}, ${formatExact(messagesPerSecond)} messages/s to each of ${formatBytes(payload)}, ${heard}, at most ${formatDurationMs(staleness)} old${sent}?`
}

function derivedOf({ workload }: Choice): string {
  const { pollIntervalMs, holdTimeMs, heartbeatMs } = workload
  return `poll interval ${formatDurationMs(pollIntervalMs)} · hold time ${formatDurationMs(holdTimeMs)} · heartbeat ${formatDurationMs(heartbeatMs)}`
}

/** Predictions in the shape of the table of an answer; those that are ruled out are marked as a spoilt contender is. */
function choiceTable({ predictions, constraints, recommendation }: Choice): AnswerTable {
  const isOut = (transport: string): boolean =>
    [...constraints.filter(({ kind }) => kind === 'ruled out'), ...recommendation.unfit].some((one) => one.transport === transport)
  return {
    heads: predictions.map(({ transport }) => ({ label: nameOf(transport), spoilt: isOut(transport) ? 'ruled out' : null })),
    rows: rows.map((row): AnswerRow => {
      const left = predictions.filter(({ transport }) => !isOut(transport))
      const cells = predictions.map((prediction) => cellOf(prediction, row, left))
      return { label: row.label, unit: row.unit, metric: null, cells }
    }),
  }
}

function cellOf(
  prediction: TransportPrediction,
  { figure, divisor }: (typeof rows)[number],
  left: readonly TransportPrediction[],
): AnswerCell {
  const { value } = prediction.figures[figure]
  if (value === null) return { text: dash, mark: null, factor: null, share: null }
  const text = whole.includes(figure) ? formatExact(Math.ceil(value)) : formatNumber(value / divisor)
  return { text, mark: left.includes(prediction) ? markOf(prediction, figure, left) : null, factor: null, share: null }
}

/** The least value is the best; where the intervals overlap, the model cannot tell it from the best. */
function markOf(prediction: TransportPrediction, figure: PredictedFigure, left: readonly TransportPrediction[]): CellMark | null {
  const mine = prediction.figures[figure]
  const best = left
    .map(({ figures }) => figures[figure])
    .filter(({ value }) => value !== null)
    .reduce((least, one) => (one.value! < least.value! ? one : least))
  if (left.length < 2) return null
  if (mine.value === best.value) return 'best'
  return mine.low !== null && best.high !== null && mine.low <= best.high ? 'open' : null
}

function choiceAnswer(choice: Choice, { profile, file }: ChoiceSource): Answer {
  const { constraints, recommendation, breakEvens, predictions } = choice
  const unclear = unclearPairs(choice)
  const beyond = beyondTexts(predictions)
  return {
    rulesVersion: answerRulesVersion,
    kind: 'choice',
    recommendation: recommendationText(choice),
    choose: [...recommendation.choose],
    simplest: recommendation.choose.length < 2 ? null : recommendation.choose[0]!,
    ruledOut: [
      ...ruledOutTexts(constraints).map((text) => ({ contender: '', by: 'limit' as const, text })),
      ...notChosenTexts(choice).map((text) => ({ contender: '', by: 'dominated' as const, text })),
    ],
    lines: breakEvens.slice(0, mostBreakEvens).map((one) => ({ topic: 'breakEven', text: breakEvenText(one) })),
    open: unclear.length === 0 ? null : { text: `Still open: ${unclear.join(', ')}: ${whyUnclear}`, blockCount: null, minutes: null },
    trust: [
      { text: `predicted from ${file}${profile.isQuick ? ' (quick)' : ''}`, tone: 'neutral' },
      ...(beyond.length === 0 ? [] : [{ text: 'part of the workload lies outside what was measured', tone: 'bad' as const }]),
      { text: 'loopback: add your distance', tone: 'neutral' },
    ],
  }
}

/** "SSE and long polling are ruled out: …", each reason once. */
function ruledOutTexts(constraints: Choice['constraints']): string[] {
  const byReason = new Map<string, string[]>()
  for (const { transport, kind, text } of constraints)
    if (kind === 'ruled out') byReason.set(text, [...(byReason.get(text) ?? []), nameOf(transport)])
  return [...byReason].map(([text, names]) => `${capital(formatList(names))} ${names.length === 1 ? 'is' : 'are'} ruled out: ${text}.`)
}
