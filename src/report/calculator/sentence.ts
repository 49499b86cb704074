import type { Profile } from '../../core/profile-result.ts'
import { usPerMs } from '../../core/units.ts'
import { predict, type TransportPrediction, type Workload } from '../../advisor/model/predict.ts'
import { recommend, type Recommendation } from '../../advisor/model/recommend.ts'
import { nameOf } from '../choice-text.ts'
import { capital, formatBytes, formatDurationMs } from '../format.ts'
import { predictionParts } from '../prediction-text.ts'

const anyAge = { staleness: Number.POSITIVE_INFINITY }

/**
 * What the model recommends for a workload, in a sentence or two: first among the transports that deliver at once, then short polling
 * where it costs less and updates may be as old as its interval makes them.
 */
export function calculatorSentence(profile: Profile, workload: Workload): string {
  const predictions = predict(profile, workload)
  const polled = predictions.find(({ transport }) => transport === 'short-poll')
  const prompt = recommend(
    predictions.filter((prediction) => prediction !== polled),
    anyAge,
  )
  const cheapest = recommend(predictions, anyAge)
  const oldestUs = polled?.figures.deliveryLatencyP99Us.value ?? null
  if (cheapest.transport === null) return 'No transport can do this, whatever the number of instances.'
  if (cheapest.transport !== 'short-poll' || oldestUs === null) return `${chosen(cheapest, predictions)}.`
  const age = formatDurationMs(oldestUs / usPerMs)
  if (prompt.transport === null) return `Choose short polling: nothing else can do this. Updates are up to ${age} old.`
  return `${chosen(prompt, predictions)}. If updates may be ${age} old, choose short polling: ${costText(cheapest, predictions)}.`
}

/** "Choose SSE or WebSocket; SSE is the simpler: 0.05 cores and 12.3 MiB". */
function chosen(recommendation: Recommendation, predictions: readonly TransportPrediction[]): string {
  const names = [recommendation.transport!, ...recommendation.equals].map(nameOf)
  const [first = ''] = names
  const simplest = names.length === 1 ? '' : `; ${first} is the ${names.length === 2 ? 'simpler' : 'simplest'}`
  return `${capital(`choose ${names.join(' or ')}`)}${simplest}: ${costText(recommendation, predictions)}`
}

function costText({ transport }: Recommendation, predictions: readonly TransportPrediction[]): string {
  const { figures } = predictions.find((prediction) => prediction.transport === transport)!
  const memory = (figures.residentBytes.value ?? 0) + (figures.kernelBytes.value ?? 0)
  return `${predictionParts(figures.serverCores).value} cores and ${formatBytes(memory)} of memory`
}
