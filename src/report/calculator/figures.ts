import type { Profile } from '../../core/profile-result.ts'
import { bytesPerMiB, msPerSecond, usPerMs } from '../../core/units.ts'
import type { Choice } from '../../advisor/model/choose.ts'
import { predict, type TransportPrediction, type Workload } from '../../advisor/model/predict.ts'
import { pollIntervalFor, shortestPollMs } from '../../advisor/model/constraints.ts'
import type { Figure, LineMark, LinePanel, MapCell, MapPanel } from '../charts/figure.ts'
import { mapLetters } from '../charts/map-regions.ts'
import { ticksWithin } from '../charts/ticks.ts'
import { formatDurationMs, formatNumber, uncapital } from '../../text/format.ts'

const pointCount = 25
const reach = 30
const mostTicks = 8
const mapRates = logSteps(0.001, 10, 17)
const mapAgesMs = logSteps(250, 60_000, 13)

interface Cost {
  value: number
  low: number
  high: number
}

/** What is weighed, each with the unit that charts show. */
const costs = {
  cores: { title: 'Server cores', unit: 'cores', of: coresOf },
  memory: { title: 'Resident and kernel memory, MiB', unit: 'MiB', of: memoryOf },
} as const

function coresOf({ figures: { serverCores: cores } }: TransportPrediction): Cost | null {
  return cores.value === null ? null : { value: cores.value, low: cores.low ?? cores.value, high: cores.high ?? cores.value }
}

function memoryOf({ figures: { residentBytes, kernelBytes, serverCores } }: TransportPrediction): Cost | null {
  if (serverCores.value === null || residentBytes.value === null || kernelBytes.value === null) return null
  const sum = (end: 'value' | 'low' | 'high'): number => ((residentBytes[end] ?? 0) + (kernelBytes[end] ?? 0)) / bytesPerMiB
  return { value: sum('value'), low: sum('low'), high: sum('high') }
}

/**
 * Cost against the number of clients around the given one, and the map of rate and accepted age.
 *
 * @param ruledOut transports that no place of the map may go to, whatever they cost
 */
export function calculatorFigures(profile: Profile, workload: Workload, ruledOut: ReadonlySet<string> = new Set()): Figure[] {
  return [costFigure(profile, workload), mapFigure(profile, workload, ruledOut)]
}

function costFigure(profile: Profile, workload: Workload): Figure {
  const counts = logSteps(Math.max(1, workload.clientCount / reach), workload.clientCount * reach, pointCount)
  const all = counts.map((clientCount) => predict(profile, { ...workload, clientCount }))
  const marks = beyondMarks(counts, all)
  const panel = ({ title, unit, of }: (typeof costs)[keyof typeof costs]): LinePanel => ({
    kind: 'lines',
    title,
    hint: 'lower is better',
    xTitle: 'Clients',
    yTitle: '',
    xScale: 'log',
    yScale: 'log',
    xMin: counts[0]!,
    xMax: counts.at(-1)!,
    xTicks: ticksWithin(counts[0]!, counts.at(-1)!, mostTicks),
    unit,
    marks,
    series: (all[0] ?? []).map(({ transport }, style) => ({
      label: transport,
      style,
      points: counts.map((x, at) => ({
        at: `${formatNumber(x)} clients`,
        x,
        y: of(all[at]![style]!)?.value ?? null,
        isMarked: at % 6 === style % 6,
      })),
      end: null,
    })),
    emptyText: 'No transport can do it',
  })
  return {
    id: 'cost-by-clients',
    title: 'How does the cost grow with the number of clients?',
    caption: {
      see: 'Predicted by the cost model, not measured. All other settings are as above.',
      read: 'Both axes have a log scale. Shaded: extrapolated beyond the measured range for at least one transport.',
    },
    notes: [],
    without: [],
    columns: 2,
    panels: [panel(costs.cores), panel(costs.memory)],
  }
}

/** The stretches at both ends of an axis in which at least one transport is outside of what was measured. */
function beyondMarks(xs: readonly number[], all: readonly TransportPrediction[][]): LineMark[] {
  const isBeyond = all.map(isAnyBeyond)
  const firstInside = isBeyond.indexOf(false)
  const label = 'extrapolated'
  if (firstInside === -1) return [{ from: xs[0]!, until: xs.at(-1)!, label }]
  const lastInside = isBeyond.lastIndexOf(false)
  return [
    ...(firstInside > 0 ? [{ from: xs[0]!, until: xs[firstInside]!, label }] : []),
    ...(lastInside < xs.length - 1 ? [{ from: xs[lastInside]!, until: xs.at(-1)!, label }] : []),
  ]
}

/** Whether the prediction for at least one transport lies beyond what the model was measured at. */
function isAnyBeyond(predictions: readonly TransportPrediction[]): boolean {
  return predictions.some(({ figures }) => figures.serverCores.beyond !== null)
}

function mapFigure(profile: Profile, workload: Workload, ruledOut: ReadonlySet<string>): Figure {
  const rows = mapAgesMs.map((ageMs) => {
    const pollIntervalMs = Math.max(shortestPollMs, pollIntervalFor({ staleness: ageMs, roundTrip: workload.roundTripMs }, profile))
    return mapRates.map((messagesPerSecondPerClient) => predict(profile, { ...workload, pollIntervalMs, messagesPerSecondPerClient }))
  })
  const labels = (rows[0]?.[0] ?? []).map(({ transport }) => transport)
  const panel = ({ title, unit, of }: (typeof costs)[keyof typeof costs]): MapPanel => ({
    kind: 'map',
    title: `Cheapest by ${uncapital(title)}`,
    hint: mapLetters(labels)
      .map((letter, at) => `${letter} = ${labels[at]}`)
      .join(', '),
    xTitle: 'Messages per second that each client receives',
    yTitle: 'Accepted age of messages, s',
    xs: mapRates,
    ys: mapAgesMs.map((age) => age / msPerSecond),
    labels: [...labels],
    cells: rows.map((row, at) => row.map((predictions) => cellOf(predictions, { ageMs: mapAgesMs[at]!, ruledOut, of, unit }))),
  })
  return {
    id: 'cheapest-by-rate-and-age',
    title: 'Which transport is cheapest, by rate and by accepted age?',
    caption: {
      see: 'Colour: the cheapest transport. Pale, with a question mark: another may be as cheap. Empty: no transport is valid.',
      read: 'Inside the outline, every transport was measured; without an outline, the whole map is extrapolated.',
    },
    notes: [
      'Short polling polls as often as the accepted age requires. A transport is valid where its p99 stays below that age and some number of instances is enough. The table names those that may be as cheap: their intervals overlap.',
      ...(ruledOut.size === 0 ? [] : [`Left out, because the requirements rule it out: ${[...ruledOut].join(', ')}.`]),
    ],
    without: [],
    columns: 2,
    panels: [panel(costs.cores), panel(costs.memory)],
  }
}

/** Who is cheapest of the valid ones. */
function cellOf(
  predictions: readonly TransportPrediction[],
  place: { ageMs: number; ruledOut: ReadonlySet<string>; of: (prediction: TransportPrediction) => Cost | null; unit: string },
): MapCell {
  const { ageMs, ruledOut, of, unit } = place
  const valid = predictions
    .flatMap((prediction, style) => {
      const cost = of(prediction)
      const p99Us = prediction.figures.deliveryLatencyP99Us.value
      const isValid = cost !== null && p99Us !== null && p99Us / usPerMs <= ageMs && !ruledOut.has(prediction.transport)
      return isValid ? [{ style, cost, name: prediction.transport }] : []
    })
    .toSorted((a, b) => a.cost.value - b.cost.value)
  const isBeyond = isAnyBeyond(predictions)
  const [first, ...others] = valid
  if (first === undefined) return { winner: null, close: [], isBeyond, text: `no transport is valid for ${formatDurationMs(ageMs)}` }
  const close = others.filter(({ cost }) => cost.low <= first.cost.high)
  const shown = valid.map(({ name, cost }) => `${name} ${formatNumber(cost.value)} ${unit}`)
  const apart = close.length === 0 ? '' : `; no reliable difference: ${[first, ...close].map(({ name }) => name).join(', ')}`
  const far = isBeyond ? '; extrapolated' : ''
  return { winner: first.style, close: close.map(({ style }) => style), isBeyond, text: shown.join(', ') + apart + far }
}

function logSteps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Number((from * (to / from) ** (at / (count - 1))).toPrecision(3)))
}

/** The charts of a choice: those of the calculator in the page, for what was asked. The map sets the poll interval itself. */
export function choiceFigures({ constraints, workload }: Choice, profile: Profile): Figure[] {
  const out = constraints.filter(({ kind, because }) => kind === 'ruled out' && because !== 'staleness' && because !== 'pollInterval')
  return calculatorFigures(profile, workload, new Set(out.map(({ transport }) => transport)))
}
