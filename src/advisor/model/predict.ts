import type { FittedFigure, Profile, ProfileSetting, TransportProfile } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { activityOf, instanceLoad, upstreamLineBytes, type Activity, type InstanceLoad } from './activity.ts'
import { cursorForm, cursorFormOf, type CursorForm, packetHeadBytes, segmentBytes, tlsRecordBytes } from './framing.ts'
import { latencyOf, latencyQuantiles, type LatencyFigure, type Loaded } from './latency.ts'
import { beyondOf, evaluate, sourceOf, transportProfile, type Evaluated, type Prediction } from './prediction.ts'
import { modelTransports, type ModelTransport, type Workload } from './workload.ts'

export type { Prediction } from './prediction.ts'
export { workloadOf, type ModelTransport, type Workload, type WorkloadOutline } from './workload.ts'

/** What is predicted, over all instances where it is an amount. */
export const predictedFigures = [
  'deliveryLatencyP50Us',
  'deliveryLatencyP99Us',
  'serverCores',
  'utilisationRatio',
  'instanceCount',
  'requestsPerSecond',
  'liveHeapBytes',
  'residentBytes',
  'kernelBytes',
  'descriptorCount',
  'bytesUpPerSecond',
  'bytesDownPerSecond',
  'egressBytesPerMonth',
  'egressTlsBytesPerMonth',
  'egressPacketBytesPerMonth',
] as const

export type PredictedFigure = (typeof predictedFigures)[number]

/** Everything that is predicted of one transport. */
export interface TransportPrediction {
  transport: ModelTransport
  figures: Record<PredictedFigure, Prediction>
}

/** 365.25 / 12 days. */
const secondsPerMonth = 2_629_800

/**
 * What each of these transports, as far as the profile knows it, would cost under this workload.
 *
 * Amounts are of all instances together; `utilisationRatio` and latencies are of one of them. Amounts scale with the
 * instances on the assumption that they share nothing but the source of the messages.
 */
export function predict(
  profile: Profile,
  workload: Workload,
  transports: readonly ModelTransport[] = modelTransports,
): TransportPrediction[] {
  return transports.flatMap((transport) => {
    const part = transportProfile(profile, transport)
    return part === undefined ? [] : [predictTransport(transport, part, workload, { measured: cursorFormOf(profile) })]
  })
}

/** One instance, as it is loaded. */
interface Instance {
  load: InstanceLoad
  activity: Activity
  utilisation: Evaluated
}

/** Cursors of the trials that unit costs come from, and of what is predicted. The present ones by default. */
export interface CursorForms {
  measured?: CursorForm
  predicted?: CursorForm
}

/** What one transport would cost under this workload. */
export function predictTransport(
  transport: ModelTransport,
  profile: TransportProfile,
  workload: Workload,
  { measured = cursorForm, predicted = cursorForm }: CursorForms = {},
): TransportPrediction {
  const planned = planInstances(transport, profile, workload, predicted)
  const { count, instance } = planned
  const { load, activity, utilisation } = instance
  const settings: Partial<Record<ProfileSetting, number>> = {
    clientCount: load.clientCount,
    messagesPerSecond: load.messagesPerSecond,
    deliveriesPerSecond: activity.deliveries,
    upstreamPerSecond: activity.upstream,
    payloadBytes: workload.payloadBytes,
    utilisation: utilisation.value,
    ...(transport === 'short-poll' ? { pollsPerSecond: activity.polls } : {}),
  }
  const beyond = beyondOf(profile, settings)
  const beyondClients = beyondOf(profile, { clientCount: load.clientCount })
  const cores = { ...scaledBy(utilisation, count), unit: 'cores', source: cpuSource(profile, activity), beyond, reason: null }
  const amountOf = (figure: FittedFigure, unit: string, perClient = beyondClients): Prediction => {
    const fit = profile.fits[figure]
    return { ...scaledBy(evaluate(fit, activity), count), unit, source: sourceOf(fit, activity), beyond: perClient, reason: null }
  }
  const down = amountOf('bytesDown', 'bytes/s', null)
  const requests = requestsOf(transport, activity)
  return {
    transport,
    figures: {
      ...latencies(transport, profile, { workload, load, activity, utilisation: utilisation.value }, beyond),
      serverCores: planned.isEnough ? cores : none(cores, planned.reason),
      utilisationRatio: { ...utilisation, unit: 'ratio', source: 'server cores ÷ instances', beyond, reason: null },
      instanceCount: planned.isEnough
        ? exact(count, 'instances', planned.reason)
        : none(exact(count, 'instances', 'no number of instances is enough'), planned.reason),
      requestsPerSecond: exact((requests.polls + requests.posts) * count, 'requests/s', requestSource(transport, workload)),
      liveHeapBytes: amountOf('liveHeap', 'bytes'),
      residentBytes: amountOf('resident', 'bytes'),
      kernelBytes: amountOf('kernel', 'bytes'),
      descriptorCount: amountOf('descriptors', 'descriptors'),
      bytesUpPerSecond: withStatedHead(
        longer(amountOf('bytesUp', 'bytes/s', null), activity.polls * count, predicted.plainBytes - measured.plainBytes),
        requests,
        workload,
        count,
      ),
      bytesDownPerSecond: down,
      ...egress(down, transport, activity, count),
    },
  }
}

function loadedInstance(
  transport: ModelTransport,
  profile: TransportProfile,
  workload: Workload,
  instanceCount: number,
  cursor: CursorForm,
): Instance {
  const load = instanceLoad(workload, instanceCount)
  const activity = activityOf(transport, workload, load, profile.spans, cursor)
  const [work, connects] = [evaluate(profile.fits.serverCpu, activity), evaluate(profile.fits.connectCpu, activity)]
  const end = (key: keyof Evaluated): number => (work[key] + connects[key]) / usPerSecond
  return { load, activity, utilisation: { value: end('value'), low: end('low'), high: end('high') } }
}

interface InstancePlan {
  count: number
  instance: Instance
  isEnough: boolean
  reason: string
}

/** Where a profile does not say with how many an instance was measured. */
const usualClientsPerInstance = 10_000

/** The fewest instances whose utilisation and clients stay below the limits of the workload. */
function planInstances(transport: ModelTransport, profile: TransportProfile, workload: Workload, cursor: CursorForm): InstancePlan {
  const { instanceCount, targetUtilisationRatio, mostClientsPerInstance, clientCount } = workload
  const at = (count: number): Instance => loadedInstance(transport, profile, workload, count, cursor)
  if (instanceCount !== null) return { count: instanceCount, instance: at(instanceCount), isEnough: true, reason: 'as given' }
  const measuredClients = profile.ranges.clientCount?.high ?? usualClientsPerInstance
  const mostClients = mostClientsPerInstance ?? Math.max(1, Math.floor(measuredClients))
  const byClients = Math.max(1, Math.ceil(clientCount / mostClients))
  const most = Math.max(byClients, clientCount)
  const fits = (count: number): boolean => at(count).utilisation.value <= targetUtilisationRatio
  if (fits(byClients)) {
    const whose = mostClientsPerInstance === null ? ', the largest number measured' : ''
    const limit = byClients === 1 ? 'one is enough' : `at most ${mostClients} clients per instance${whose}`
    return { count: byClients, instance: at(byClients), isEnough: true, reason: limit }
  }
  if (!fits(most)) {
    const reason = 'the messages alone are too much for one CPU, and every instance receives all of them'
    return { count: byClients, instance: at(byClients), isEnough: false, reason }
  }
  let tooFew = byClients
  let enough = most
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >>> 1
    if (fits(middle)) enough = middle
    else tooFew = middle
  }
  return { count: enough, instance: at(enough), isEnough: true, reason: `CPU utilisation per instance at most ${targetUtilisationRatio}` }
}

function latencies(
  transport: ModelTransport,
  profile: TransportProfile,
  instance: Loaded,
  beyond: Prediction['beyond'],
): Record<LatencyFigure, Prediction> {
  const figure = (name: LatencyFigure): Prediction => {
    const found = latencyOf(transport, profile, instance, name)
    const q = latencyQuantiles[name]
    const shared = {
      unit: 'µs',
      source: latencySource(transport, instance.workload, q),
      beyond: beyond ?? beyondOf(profile, { fanOutCount: instance.load.fanOutCount }),
    }
    if (found === null)
      return { value: null, low: null, high: null, ...shared, reason: 'more work than one CPU can do: the queue keeps growing' }
    return { ...found, ...shared, reason: null }
  }
  return { deliveryLatencyP50Us: figure('deliveryLatencyP50Us'), deliveryLatencyP99Us: figure('deliveryLatencyP99Us') }
}

function latencySource(transport: ModelTransport, { roundTripMs }: Workload, quantile: number): string {
  const way = roundTripMs === 0 ? '' : ' + half a round trip'
  if (transport === 'short-poll') return `${quantile} × poll interval + transit + queue${way}`
  const gap = way === '' || transport !== 'long-poll' ? '' : ' + the rest of a round trip for messages between two polls (RFC 6202 §2.2)'
  return `transit + readers per message × cost per reader + queue${way}${gap}`
}

/** The cost of a poll is that of a request with the cursor of its time: adds what the present one has more. */
function longer(found: Prediction, polls: number, cursorBytes: number): Prediction {
  if (cursorBytes === 0 || polls === 0) return found
  const added = polls * cursorBytes
  const source = `${found.source} + ${cursorBytes} bytes more of cursor × ${Math.round(polls)} (exact)`
  return { ...found, value: found.value! + added, low: found.low! + added, high: found.high! + added, source }
}

/** Requests of one instance per second: polls, and what clients send with a request each. */
interface Requests {
  polls: number
  posts: number
}

function requestsOf(transport: ModelTransport, { polls, upstream }: Activity): Requests {
  return { polls, posts: transport === 'websocket' ? 0 : upstream }
}

/** Bytes up with the stated head in place of the measured one, in all requests; bodies stay. Without requests there is no head. */
function withStatedHead(
  found: Prediction,
  { polls, posts }: Requests,
  { requestHeadBytes: head, upstreamBytes }: Workload,
  count: number,
): Prediction {
  if (head === null || polls + posts === 0) return found
  const body = upstreamLineBytes(upstreamBytes)
  const sent = posts === 0 ? '' : `, and a body of ${body} bytes for each client message`
  return exact(count * ((polls + posts) * head + posts * body), 'bytes/s', `${head} bytes of headers per request, as stated${sent}`)
}

type EgressFigure = 'egressBytesPerMonth' | 'egressTlsBytesPerMonth' | 'egressPacketBytesPerMonth'

/** What leaves the servers in a month: bytes down, a TLS record for each answer, message and heartbeat, and the heads of packets. */
function egress(down: Prediction, transport: ModelTransport, activity: Activity, count: number): Record<EgressFigure, Prediction> {
  const { polls, posts } = requestsOf(transport, activity)
  const isPolling = transport === 'short-poll' || transport === 'long-poll'
  const pieces = count * (posts + (isPolling ? polls : activity.deliveries + activity.heartbeats))
  const tlsBytes = pieces * tlsRecordBytes * secondsPerMonth
  const packets = (bytes: number): number => (pieces + bytes / segmentBytes) * packetHeadBytes * secondsPerMonth
  const figure = (source: string, of: (bytes: number) => number): Prediction => ({
    ...down,
    value: of(down.value!),
    low: of(down.low!),
    high: of(down.high!),
    unit: 'bytes/month',
    source,
  })
  return {
    egressBytesPerMonth: figure(
      'bytes sent × 30.4 days + TLS records + packet headers; without acknowledgements and handshakes',
      (bytes) => bytes * secondsPerMonth + tlsBytes + packets(bytes),
    ),
    egressTlsBytesPerMonth: figure(
      `${tlsRecordBytes} bytes per record (RFC 8446 §5.2), one for each response, message and heartbeat`,
      () => tlsBytes,
    ),
    egressPacketBytesPerMonth: figure(
      `${packetHeadBytes} bytes per packet, one for each response, message and heartbeat, and for each ${segmentBytes} bytes`,
      packets,
    ),
  }
}

function requestSource(transport: ModelTransport, { upstreamPerSecondPerClient: upstream }: Workload): string {
  if (transport === 'websocket') return 'none after the connect'
  const posts = upstream === 0 ? '' : ', and one for each message of a client'
  if (transport === 'short-poll') return `clients ÷ poll interval${posts}`
  if (transport === 'long-poll') return `clients × rate ÷ (1 − e^(−rate × hold)), with a round trip between two polls${posts}`
  return `none after the connect${posts}`
}

function cpuSource(profile: TransportProfile, activity: Activity): string {
  const connects = activity.connects === 0 ? '' : ` + ${sourceOf(profile.fits.connectCpu, activity)}`
  return sourceOf(profile.fits.serverCpu, activity) + connects
}

function scaledBy({ value, low, high }: Evaluated, factor: number): Evaluated {
  return { value: value * factor, low: low * factor, high: high * factor }
}

function exact(value: number, unit: string, source: string): Prediction {
  return { value, low: value, high: value, unit, source, beyond: null, reason: null }
}

function none(prediction: Prediction, reason: string): Prediction {
  return { ...prediction, value: null, low: null, high: null, reason }
}
