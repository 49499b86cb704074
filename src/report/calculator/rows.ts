import type { Profile, ProfileSetting } from '../../core/profile-result.ts'
import { bytesPerKiB, bytesPerMiB, usPerMs } from '../../core/units.ts'
import { predict, type PredictedFigure, type Prediction, type Workload } from '../../model/predict.ts'
import { formatInterval, formatNumber } from '../format.ts'

/** How a predicted figure is shown. Value ÷ divisor = shown value. */
interface FigureView {
  figure: PredictedFigure
  label: string
  unit: string
  divisor: number
}

const bytesPerGiB = bytesPerKiB * bytesPerMiB

/** Every predicted figure with its unit, in the order in which the calculator shows them. */
export const figureViews: readonly FigureView[] = [
  { figure: 'deliveryLatencyP50Us', label: 'Delivery latency p50', unit: 'ms', divisor: usPerMs },
  { figure: 'deliveryLatencyP99Us', label: 'Delivery latency p99', unit: 'ms', divisor: usPerMs },
  { figure: 'serverCores', label: 'Server cores', unit: '', divisor: 1 },
  { figure: 'utilisationRatio', label: 'Utilisation of an instance', unit: '%', divisor: 0.01 },
  { figure: 'instanceCount', label: 'Instances', unit: '', divisor: 1 },
  { figure: 'requestsPerSecond', label: 'Requests', unit: '/s', divisor: 1 },
  { figure: 'liveHeapBytes', label: 'Live heap', unit: 'MiB', divisor: bytesPerMiB },
  { figure: 'residentBytes', label: 'Resident memory', unit: 'MiB', divisor: bytesPerMiB },
  { figure: 'kernelBytes', label: 'Kernel memory', unit: 'MiB', divisor: bytesPerMiB },
  { figure: 'descriptorCount', label: 'Descriptors', unit: '', divisor: 1 },
  { figure: 'bytesUpPerSecond', label: 'Up', unit: 'KiB/s', divisor: bytesPerKiB },
  { figure: 'bytesDownPerSecond', label: 'Down', unit: 'KiB/s', divisor: bytesPerKiB },
  { figure: 'egressBytesPerMonth', label: 'Egress a month', unit: 'GiB', divisor: bytesPerGiB },
]

const settingNames: Readonly<Record<ProfileSetting, string>> = {
  clientCount: 'clients of an instance',
  messagesPerSecond: 'messages per second of an instance',
  deliveriesPerSecond: 'deliveries per second of an instance',
  pollsPerSecond: 'polls per second of an instance',
  upstreamPerSecond: 'messages from clients',
  payloadBytes: 'payload',
  fanOutCount: 'fan-out',
  pollIntervalMs: 'poll interval',
  holdTimeMs: 'hold time',
  utilisation: 'utilisation',
}

/** A predicted figure as a cell. */
export interface CalculatorCell {
  text: string
  interval: string | null
  /** How far beyond what was measured it goes; null = inside. */
  beyond: string | null
  /** What it rests on, or why there is none. */
  why: string
}

/** The table of the calculator: a column a transport, a row a figure. */
export interface CalculatorTable {
  transports: string[]
  rows: { label: string; cells: CalculatorCell[] }[]
}

/** What every transport of a profile would cost under a workload: the very numbers of `predict`. */
export function calculatorTable(profile: Profile, workload: Workload): CalculatorTable {
  const predictions = predict(profile, workload)
  return {
    transports: predictions.map(({ transport }) => transport),
    rows: figureViews.map(({ figure, label, unit, divisor }) => ({
      label: unit === '' ? label : `${label}, ${unit}`,
      cells: predictions.map(({ figures }) => cellOf(figures[figure], divisor)),
    })),
  }
}

function cellOf({ value, low, high, source, beyond, reason }: Prediction, divisor: number): CalculatorCell {
  if (value === null) return { text: 'none', interval: null, beyond: null, why: reason ?? 'no reason is known' }
  const shown = (end: number | null): number | null => (end === null ? null : end / divisor)
  return {
    text: formatNumber(value / divisor),
    interval: low === high ? null : formatInterval(shown(low), shown(high)),
    beyond: beyond === null ? null : beyondText(beyond),
    why: source,
  }
}

/** "2.50 × outside the measured clients of an instance". */
export function beyondText({ setting, ratio }: NonNullable<Prediction['beyond']>): string {
  return ratio === null
    ? `${settingNames[setting]}: never varied when the model was measured`
    : `${formatNumber(ratio)} × outside the measured ${settingNames[setting]}`
}
