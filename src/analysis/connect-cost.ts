import type { TrialResult } from '../core/result.ts'
import type { RampStep } from '../trial/observation.ts'

/**
 * What it cost to connect one client, over the five steps of the ramp.
 *
 * @param connectUs time in which clients connected, without the pauses between steps
 */
export function connectCost(
  ramp: readonly RampStep[],
  connectUs: number,
  ownNamespace: boolean,
): NonNullable<TrialResult['connections']['perConnect']> {
  const subscribedCount = ramp.flatMap(({ connect }) => connect).reduce((sum, report) => sum + report.subscribedCount, 0)
  const perClient = (total: number | null): number | null => (total === null || subscribedCount === 0 ? null : total / subscribedCount)
  const sum = (key: 'serverCpuUs' | 'wireBytes'): number | null =>
    ramp.reduce<number | null>((total, step) => (total === null || step[key] === null ? null : total + step[key]), 0)
  const figures = {
    timeUs: perClient(connectUs),
    serverCpuUs: perClient(sum('serverCpuUs')),
    wireBytes: ownNamespace ? perClient(sum('wireBytes')) : null,
  }
  const whyNone = subscribedCount === 0 ? 'no client subscribed' : '/proc was not readable'
  const reasons = Object.fromEntries(
    Object.entries(figures).flatMap(([key, value]) => {
      if (value !== null) return []
      return [[key, key === 'wireBytes' && !ownNamespace ? 'no network namespace of its own: the counters hold other traffic' : whyNone]]
    }),
  )
  return { ...figures, reasons }
}
