import type { ClientHostReport } from '../core/client-host-control.ts'
import { nullReasons } from '../core/result-parts.ts'
import type { Distribution, TrialResult } from '../core/result.ts'
import { keepLedger } from '../metrics/ledger.ts'
import { neverSubscribed } from '../metrics/pair-map.ts'
import { distribution, noDistribution } from '../metrics/quantiles.ts'
import type { TrialObservation } from '../trial/observation.ts'

/**
 * What the loaded client hosts' shadows and the lightly loaded probe saw of the same messages (as mutilate does; K12). Both
 * have the same seeds, so the same poll phases: where they differ, deliveries have queued in the client hosts.
 */
export function probeFigures(observation: TrialObservation): NonNullable<TrialResult['probe']> {
  const { probeClientCount } = observation.spec
  const probeHosts = observation.probeHost === undefined ? [] : [observation.probeHost]
  const loaded = latenciesOf(observation, observation.clientHosts)
  const probe = latenciesOf(observation, probeHosts)
  const p99s = { loadedP99Us: loaded.p99, probeP99Us: probe.p99 }
  return {
    clientCount: probeClientCount,
    requestCount: [...observation.clientHosts, ...probeHosts].reduce((sum, host) => sum + (host.probe.requests['sentCount'] ?? 0), 0),
    loadedCount: loaded.count,
    probeCount: probe.count,
    ...p99s,
    reasons: nullReasons(p99s, { loadedP99Us: loaded.reasons['p99'], probeP99Us: probe.reasons['p99'] }),
  }
}

function latenciesOf(
  { spec, schedule, channelCount, startAtUs, fromAtUs, untilAtUs, publisher }: TrialObservation,
  hosts: readonly ClientHostReport[],
): Distribution {
  if (spec.probeClientCount === 0)
    return noDistribution('no probe host: it would add more than 2 % to clients or deliveries, faults are planned, or it was turned off')
  const clientChannel = new Uint32Array(spec.probeClientCount).fill(neverSubscribed)
  for (const { probe } of hosts) for (const client of probe.subscribed) clientChannel[client] = channelCount
  const subscribedCount = clientChannel.filter((channel) => channel !== neverSubscribed).length
  if (subscribedCount < spec.probeClientCount)
    return noDistribution(`only ${subscribedCount} of ${spec.probeClientCount} clients subscribed`)
  const { latenciesUs, messageOf, ledger, negativeCount } = keepLedger({
    schedule: {
      dueAtUs: schedule.offsetsUs.map((offset) => startAtUs + offset),
      publishedAtUs: publisher.publishedAtUs,
      channel: schedule.channels,
    },
    clientChannel,
    deliveries: hosts.map(({ probe }) => probe.deliveries),
    measuredFromAtUs: fromAtUs,
    measuredUntilAtUs: untilAtUs,
    gapMessageCount: 0,
  })
  if (negativeCount > 0) return noDistribution(`${negativeCount} deliveries came before they were due`)
  return distribution(latenciesUs, { censoredCount: ledger.censoredCount, clusterOf: messageOf })
}
