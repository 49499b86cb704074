import type { StudyDocument, StudyPointResult } from '../core/study-result.ts'
import type { MetricId } from '../core/metric.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { Transport } from '../core/transport.ts'
import type { AnswerContender } from './contenders.ts'
import { namesOf } from './names.ts'

/** Points of a study that ran to their end, in the order of the first axis. */
export function donePoints({ points }: StudyDocument): StudyPointResult[] {
  return points.filter(({ status }) => status === 'done').toSorted((a, b) => a.values[0]! - b.values[0]!)
}

/** The contenders of a study as they are at one of its points. What an axis varies explains no figure of all points. */
export function contendersAt({ contenders }: StudyDocument, { rows }: StudyPointResult): AnswerContender[] {
  const names = namesOf(new Map(contenders.map(({ label, transport }) => [label, transport])))
  return contenders.map(({ label, transport }) => {
    const row = rows.find(({ contender }) => contender === label)
    const known: Transport | undefined = transportOf(transport)
    return {
      label,
      name: names.get(label)!,
      row: undefined,
      isPolled: known?.isPolled ?? false,
      slotMs: undefined,
      batchWindowMs: 0,
      simplicityRank: undefined,
      medianOf: (id) => row?.metrics[id as MetricId]?.median ?? null,
    }
  })
}
