import type { ProfilePoint, Spans } from '../../core/profile-result.ts'
import { activityOf, instanceLoad, turnsOf, wakesOf, type Activity } from '../model/activity.ts'
import type { ModelTransport, Workload } from '../model/predict.ts'

/** A measured point with what happened in it. */
export interface ObservedPoint {
  workload: Workload
  activity: Activity
  measured: ProfilePoint['measured']
}

/** An invalid trial says nothing; "unknown" is one with too few messages, as an idle one is. */
export function isUsable(status: string): boolean {
  return status === 'valid' || status === 'tainted' || status === 'unknown'
}

/** What happened in a point: polls as they were counted, the rest from its workload. */
export function seenPoint(transport: ModelTransport, point: ProfilePoint, spans: Spans): ObservedPoint {
  const workload = point.workload as unknown as Workload
  const activity = activityOf(transport, workload, instanceLoad(workload, 1), spans)
  const { requests, emptyPolls } = point.measured
  if (requests != null && emptyPolls != null && activity.polls > 0) {
    const answered = Math.max(0, requests - emptyPolls)
    Object.assign(activity, { polls: requests, emptyPolls, answeredPolls: answered })
  }
  // Where the clients send, nobody else does.
  if (workload.upstreamPerSecondPerClient > 0) Object.assign(activity, { messages: 0, batches: 0 })
  activity.turns = turnsOf(transport, workload, activity)
  activity.wakes = wakesOf(activity.turns, spans.wakeUs)
  activity.connects = 1
  return { workload, activity, measured: point.measured }
}
