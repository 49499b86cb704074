import type { Profile, ProfileSetting } from '../../core/profile-result.ts'
import type { ResultDocument } from '../../core/result.ts'
import { workloadOf, type Workload } from '../../model/predict.ts'

/** What a reader can set. `setting` is the range of the profile that it lies in or outside of. */
export interface CalculatorInput {
  key: 'clientCount' | 'messagesPerSecondPerClient' | 'payloadBytes' | 'pollIntervalMs' | 'holdTimeMs' | 'fanOut'
  label: string
  unit: string
  min: number
  max: number
  setting: ProfileSetting | null
}

/** The inputs of the calculator, in their order. Sliders run over powers of ten, so each minimum is above 0. */
export const calculatorInputs: readonly CalculatorInput[] = [
  { key: 'clientCount', label: 'Clients', unit: 'clients', min: 1, max: 10_000_000, setting: 'clientCount' },
  { key: 'messagesPerSecondPerClient', label: 'Messages each receives', unit: 'per second', min: 0.0001, max: 100, setting: null },
  { key: 'payloadBytes', label: 'Payload', unit: 'bytes', min: 1, max: 1_000_000, setting: 'payloadBytes' },
  { key: 'pollIntervalMs', label: 'Poll interval (short polling)', unit: 'ms', min: 50, max: 3_600_000, setting: 'pollIntervalMs' },
  { key: 'holdTimeMs', label: 'Hold time (long polling)', unit: 'ms', min: 500, max: 600_000, setting: 'holdTimeMs' },
  { key: 'fanOut', label: 'Clients that hear one message', unit: 'clients', min: 1, max: 10_000_000, setting: 'fanOutCount' },
]

export type CalculatorValues = Record<CalculatorInput['key'], number>

/** Values that a model can take: finite and within the inputs; what is not becomes the value before. */
export function allowedValues(typed: Partial<CalculatorValues>, before: CalculatorValues): CalculatorValues {
  const entries = calculatorInputs.map(({ key, min, max }) => {
    const value = typed[key]
    return [key, value !== undefined && Number.isFinite(value) && value >= min && value <= max ? value : before[key]]
  })
  return Object.fromEntries(entries) as CalculatorValues
}

/** The workload that values stand for; a fan-out of all clients is a broadcast. */
export function workloadOfValues({ fanOut, ...values }: CalculatorValues): Workload {
  return workloadOf({ ...values, fanOut: fanOut >= values.clientCount ? 'broadcast' : fanOut })
}

/** Values of the run that a page reports on, so that the calculator starts where the measurement was. */
export function valuesOfRun(document: ResultDocument): CalculatorValues {
  const { plan, scenario } = document
  const number = (value: unknown, otherwise: number): number => (typeof value === 'number' && value > 0 ? value : otherwise)
  const usual = workloadOf({ clientCount: 1_000, messagesPerSecondPerClient: 0.1 })
  const { clientCount: clients, traffic, contenders } = scenario.resolved
  const clientCount = number(clients, usual.clientCount)
  const settings = Array.isArray(contenders) ? (contenders as Record<string, unknown>[]) : []
  const first = (key: 'pollIntervalMs' | 'holdTimeMs'): number => number(settings.map((one) => one[key]).find(Boolean), usual[key])
  const pattern = (traffic as Record<string, unknown> | undefined)?.['pattern']
  const guessed = plan.totalMessagesPerSecond * (pattern === 'broadcast' ? clientCount : 1)
  const deliveries = number(plan.expectedDeliveriesPerSecond, guessed)
  const fanOut = plan.totalMessagesPerSecond > 0 ? Math.round(deliveries / plan.totalMessagesPerSecond) : 1
  return allowedValues(
    {
      clientCount,
      messagesPerSecondPerClient: Number((deliveries / clientCount).toPrecision(3)),
      payloadBytes: number((traffic as Record<string, unknown> | undefined)?.['messageBytes'], usual.payloadBytes),
      pollIntervalMs: first('pollIntervalMs'),
      holdTimeMs: first('holdTimeMs'),
      fanOut: Math.max(1, fanOut),
    },
    {
      clientCount: 1_000,
      messagesPerSecondPerClient: 0.1,
      payloadBytes: usual.payloadBytes,
      pollIntervalMs: usual.pollIntervalMs,
      holdTimeMs: usual.holdTimeMs,
      fanOut: 1,
    },
  )
}

/** Between which values an input was measured, over all transports; null where it was not varied. */
export function measuredRange({ transports }: Profile, setting: ProfileSetting | null): { low: number; high: number } | null {
  const ranges = setting === null ? [] : transports.flatMap(({ ranges: all }) => all[setting] ?? [])
  if (ranges.length === 0) return null
  return { low: Math.min(...ranges.map(({ low }) => low)), high: Math.max(...ranges.map(({ high }) => high)) }
}

/** Place of a value on its slider, 0 to 1000, by its logarithm. */
export function sliderOf({ min, max }: Pick<CalculatorInput, 'min' | 'max'>, value: number): number {
  return Math.round((Math.log(value / min) / Math.log(max / min)) * sliderSteps)
}

/** The value at a place of a slider, with two digits; below that a slider would pretend a precision that it has not. */
export function valueOfSlider({ min, max }: Pick<CalculatorInput, 'min' | 'max'>, place: number): number {
  return Number((min * (max / min) ** (place / sliderSteps)).toPrecision(2))
}

/** Steps of every slider. */
export const sliderSteps = 1_000
