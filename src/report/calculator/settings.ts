import type { ResultDocument } from '../../core/result.ts'
import { workloadOf, type Workload } from '../../advisor/model/predict.ts'
import { formatExact } from '../../text/format.ts'

/** What a reader can set. */
export interface CalculatorInput {
  key: 'clientCount' | 'messagesPerSecondPerClient' | 'payloadBytes' | 'pollIntervalMs' | 'holdTimeMs' | 'fanOut'
  label: string
  unit: string
  min: number
  max: number
  /** A rate has decimals, all else has none. */
  isRate?: boolean
}

/** The inputs of the calculator, in their order. Sliders run over powers of ten, so each minimum is above 0. */
export const calculatorInputs: readonly CalculatorInput[] = [
  { key: 'clientCount', label: 'Clients', unit: 'clients', min: 1, max: 10_000_000 },
  { key: 'messagesPerSecondPerClient', label: 'Messages per client', unit: 'per second', min: 0.0001, max: 100, isRate: true },
  { key: 'payloadBytes', label: 'Payload', unit: 'bytes', min: 1, max: 1_000_000 },
  { key: 'pollIntervalMs', label: 'Poll interval (short polling)', unit: 'ms', min: 50, max: 3_600_000 },
  { key: 'holdTimeMs', label: 'Hold time (long polling)', unit: 'ms', min: 500, max: 600_000 },
  { key: 'fanOut', label: 'Clients that receive each message', unit: 'clients', min: 1, max: 10_000_000 },
]

const usualClients = 1_000
const usualRate = 0.1

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

/**
 * Values of the workload that a page reports on, so that the calculator starts where the measurement was.
 *
 * @param plan what a run was to deliver; absent for a study, whose points each have one
 */
export function valuesOfScenario({ resolved }: ResultDocument['scenario'], plan?: ResultDocument['plan']): CalculatorValues {
  const number = (value: unknown, otherwise: number): number => (typeof value === 'number' && value > 0 ? value : otherwise)
  const usual = workloadOf({ clientCount: usualClients, messagesPerSecondPerClient: usualRate })
  const clientCount = number(resolved['clientCount'], usual.clientCount)
  const traffic = (resolved['traffic'] ?? {}) as Record<string, unknown>
  const contenders = Array.isArray(resolved['contenders']) ? (resolved['contenders'] as Record<string, unknown>[]) : []
  const first = (key: 'pollIntervalMs' | 'holdTimeMs'): number => number(contenders.map((one) => one[key]).find(Boolean), usual[key])
  const deliveries = number(
    plan?.expectedDeliveriesPerSecond,
    clientCount * number(traffic['messagesPerSecondPerChannel'], usual.messagesPerSecondPerClient),
  )
  const messages = number(plan?.totalMessagesPerSecond, deliveries / readersOf(traffic, clientCount))
  return allowedValues(
    {
      clientCount,
      messagesPerSecondPerClient: Number((deliveries / clientCount).toPrecision(3)),
      payloadBytes: number(traffic['messageBytes'], usual.payloadBytes),
      pollIntervalMs: first('pollIntervalMs'),
      holdTimeMs: first('holdTimeMs'),
      fanOut: Math.max(1, Math.round(deliveries / messages)),
    },
    { ...usual, fanOut: 1 },
  )
}

/** Clients that read one channel, each of which reads one. */
function readersOf({ pattern, roomSize, topicCount }: Record<string, unknown>, clientCount: number): number {
  if (pattern === 'broadcast') return clientCount
  if (pattern === 'rooms' && typeof roomSize === 'number') return roomSize
  return pattern === 'topics' && typeof topicCount === 'number' ? clientCount / topicCount : 1
}

/** Place of a value on its slider, 0 to 1000, by its logarithm. */
export function sliderOf({ min, max }: Pick<CalculatorInput, 'min' | 'max'>, value: number): number {
  return Math.round((Math.log(value / min) / Math.log(max / min)) * sliderSteps)
}

/** The value at a place of a slider, with two digits; below that a slider would pretend a precision that it has not. */
export function valueOfSlider({ min, max, isRate = false }: Pick<CalculatorInput, 'min' | 'max' | 'isRate'>, place: number): number {
  const value = Number((min * (max / min) ** (place / sliderSteps)).toPrecision(2))
  return isRate ? value : Math.round(value)
}

/** What a slider stands at, for those who hear it: its place among 1,000 says nothing. */
export function sliderText({ unit }: Pick<CalculatorInput, 'unit'>, value: number): string {
  return `${formatExact(value)} ${unit}`
}

/** Steps of every slider. */
export const sliderSteps = 1_000
