import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { transportProfile } from './prediction.ts'
import { workloadOf, type Workload } from './workload.ts'

const usualHoldMs = 25_000
const usualHeartbeatMs = 15_000
/** A held poll must end, and a beat come, well before what cuts it. */
const holdShare = 0.8
const heartbeatShare = 0.5
/** What nginx waits for the next byte of an answer (`proxy_read_timeout`). */
const nginxIdleMs = 60_000
/** Polling faster than this is a stream in disguise, and far from what was measured. */
export const shortestPollMs = 100

/** Silence after which something on the way cuts a connection, in ms; null = nothing does. */
export function idleLimitMs({ proxy, proxyIdle }: Requirement): number | null {
  if (proxyIdle !== undefined) return proxyIdle
  return proxy === 'nginx-default' ? nginxIdleMs : null
}

/** Poll interval at which the oldest message is just young enough: staleness − half a round trip − what the tail of a poll takes. */
export function pollIntervalFor({ staleness, roundTrip }: Pick<Requirement, 'staleness' | 'roundTrip'>, profile: Profile): number {
  const transitUs = transportProfile(profile, 'short-poll')?.latency.transitP99Us.value ?? 0
  return staleness - roundTrip / 2 - transitUs / usPerMs
}

/** The workload that a requirement amounts to. Options that were not given are derived from what was. */
export function workloadFor(requirement: Requirement, profile: Profile): Workload {
  const { fanOut, session, requestHead } = requirement
  const idle = idleLimitMs(requirement) ?? Number.POSITIVE_INFINITY
  return workloadOf({
    clientCount: requirement.clients,
    messagesPerSecondPerClient: requirement.messagesPerSecond,
    fanOut: fanOut === 'unicast' ? 1 : fanOut,
    payloadBytes: requirement.payload,
    pollIntervalMs: requirement.pollInterval ?? Math.max(shortestPollMs, pollIntervalFor(requirement, profile)),
    holdTimeMs: requirement.holdTime ?? Math.min(usualHoldMs, holdShare * idle),
    heartbeatMs: requirement.heartbeat ?? Math.min(usualHeartbeatMs, heartbeatShare * idle),
    upstreamPerSecondPerClient: requirement.upstream,
    upstreamBytes: requirement.upstreamPayload,
    sessionSeconds: session === undefined ? null : session / msPerSecond,
    roundTripMs: requirement.roundTrip,
    requestHeadBytes: requestHead ?? null,
    targetUtilisationRatio: requirement.targetUtilisation,
    mostClientsPerInstance: requirement.clientsPerInstance,
  })
}
