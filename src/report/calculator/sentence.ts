import { choiceSentence } from '../../answer/choice-sentence.ts'
import type { Profile } from '../../core/profile-result.ts'
import { usPerMs } from '../../core/units.ts'
import { predict, type Workload } from '../../advisor/model/predict.ts'
import { recommend, type Recommendation } from '../../advisor/model/recommend.ts'
import { nameOf } from '../choice-text.ts'
import { capital, formatBytes, formatDurationMs, uncapital } from '../../text/format.ts'
import { predictionParts } from '../prediction-text.ts'

const anyAge = { staleness: Number.POSITIVE_INFINITY }

/**
 * What the model recommends for a workload, by the rule of answers: among the transports that deliver at once, with what the simplest
 * takes; and with short polling, where nothing dominates it and updates may be as old as its interval makes them.
 */
export function calculatorSentence(profile: Profile, workload: Workload): string {
  const predictions = predict(profile, workload)
  const polled = predictions.find(({ transport }) => transport === 'short-poll')
  const atOnce = recommend(
    predictions.filter((prediction) => prediction !== polled),
    anyAge,
  )
  const all = recommend(predictions, anyAge)
  const oldestUs = polled?.figures.deliveryLatencyP99Us.value ?? null
  const isPollingLeft = oldestUs !== null && all.choose.includes('short-poll')
  const age = formatDurationMs((oldestUs ?? 0) / usPerMs)
  const simplest = predictions.find(({ transport }) => transport === atOnce.choose[0])
  if (simplest === undefined) {
    if (!isPollingLeft) return 'No transport can do this, whatever the number of instances.'
    return `Choose short polling: no other transport can do this. Updates are up to ${age} old.`
  }
  const { serverCores, residentBytes, kernelBytes } = simplest.figures
  const memory = formatBytes((residentBytes.value ?? 0) + (kernelBytes.value ?? 0))
  const cost = `${capital(nameOf(simplest.transport))} takes ${predictionParts(serverCores).value} cores and ${memory} of memory.`
  return [sentenceOf(atOnce), cost, ...(isPollingLeft ? [`If updates may be ${age} old, ${uncapital(sentenceOf(all))}`] : [])].join(' ')
}

function sentenceOf({ choose }: Recommendation): string {
  const names = choose.map(nameOf)
  return choiceSentence(names, names.length > 1 ? names[0] : undefined)
}
