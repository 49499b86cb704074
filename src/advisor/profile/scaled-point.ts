import type { ModelTransport, Workload } from '../model/predict.ts'
import { pointNamed, type DesignPoint } from './design.ts'
import { msPerSecond } from '../../core/units.ts'

/** What one generator core of a small machine drives without being the limit. */
const most = { clients: 5_000, deliveriesPerSecond: 5_000, pollsPerSecond: 2_000 } as const
const shortestPollMs = 10
/** A poll interval beyond it would not show within the measured window. */
const longestPollMs = 8_000

/**
 * A workload with as many clients as this machine can drive: rate, payload, interval and fan-out stay as they are, so that
 * what a client costs stays the same; a broadcast goes to all that are left.
 */
export function scaledPoint(transport: ModelTransport, workload: Workload): { point: DesignPoint; scaleText: string } {
  const { clientCount, messagesPerSecondPerClient: rate, upstreamPerSecondPerClient: upstream } = workload
  const byDeliveries = rate === 0 ? Number.POSITIVE_INFINITY : most.deliveriesPerSecond / rate
  const pollIntervalMs = Math.round(Math.min(longestPollMs, Math.max(shortestPollMs, workload.pollIntervalMs)))
  const byPolls = transport === 'short-poll' ? (most.pollsPerSecond * pollIntervalMs) / msPerSecond : Number.POSITIVE_INFINITY
  const count = Math.max(1, Math.floor(Math.min(clientCount, most.clients, byDeliveries, byPolls)))
  const scaled: Workload = {
    ...workload,
    clientCount: count,
    pollIntervalMs,
    holdTimeMs: Math.round(workload.holdTimeMs),
    heartbeatMs: Math.round(workload.heartbeatMs),
    payloadBytes: Math.max(16, workload.payloadBytes),
    fanOut: workload.fanOut === 'broadcast' ? 'broadcast' : Math.min(workload.fanOut, count),
    // The harness sends either from a backend or from the clients.
    upstreamPerSecondPerClient: 0,
    roundTripMs: 0,
    sessionSeconds: null,
    requestHeadBytes: null,
    instanceCount: 1,
  }
  const parts = [
    `${count} of ${clientCount} clients`,
    ...(upstream > 0 ? ['without what clients send'] : []),
    ...(workload.roundTripMs > 0 ? ['on the loopback'] : []),
    ...(pollIntervalMs !== Math.round(workload.pollIntervalMs) && transport === 'short-poll'
      ? [`an interval of ${pollIntervalMs} ms`]
      : []),
  ]
  return { point: pointNamed(transport, scaled, 'held out'), scaleText: parts.join(', ') }
}
