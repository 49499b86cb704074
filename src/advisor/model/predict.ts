import type { FittedFigure, Profile, ProfileSetting, TransportProfile } from '../../core/profile-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { activityOf, instanceLoad, type Activity, type InstanceLoad } from './activity.ts'
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

/** Cursors of the trials that prices come from, and of what is predicted. Those of today where nothing else is said. */
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
  return {
    transport,
    figures: {
      ...latencies(transport, profile, { workload, load, activity, utilisation: utilisation.value }, beyond),
      serverCores: planned.isEnough ? cores : none(cores, planned.reason),
      utilisationRatio: { ...utilisation, unit: 'ratio', source: 'server cores ÷ instances', beyond, reason: null },
      instanceCount: planned.isEnough
        ? exact(count, 'instances', planned.reason)
        : none(exact(count, 'instances', 'no number of instances is enough'), planned.reason),
      requestsPerSecond: exact(
        (activity.polls + (transport === 'websocket' ? 0 : activity.upstream)) * count,
        'requests/s',
        requestSource(transport, workload),
      ),
      liveHeapBytes: amountOf('liveHeap', 'bytes'),
      residentBytes: amountOf('resident', 'bytes'),
      kernelBytes: amountOf('kernel', 'bytes'),
      descriptorCount: amountOf('descriptors', 'descriptors'),
      bytesUpPerSecond: bytesUp(
        longer(amountOf('bytesUp', 'bytes/s', null), activity.polls * count, predicted.plainBytes - measured.plainBytes),
        activity,
        workload,
        count,
      ),
      bytesDownPerSecond: down,
      egressBytesPerMonth: egress(down, transport, activity, count),
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

/** The fewest instances whose utilisation and clients stay below the limits of the workload. */
function planInstances(transport: ModelTransport, profile: TransportProfile, workload: Workload, cursor: CursorForm): InstancePlan {
  const { instanceCount, targetUtilisationRatio, mostClientsPerInstance, clientCount } = workload
  const at = (count: number): Instance => loadedInstance(transport, profile, workload, count, cursor)
  if (instanceCount !== null) return { count: instanceCount, instance: at(instanceCount), isEnough: true, reason: 'as given' }
  const byClients = Math.max(1, Math.ceil(clientCount / mostClientsPerInstance))
  const most = Math.max(byClients, clientCount)
  const fits = (count: number): boolean => at(count).utilisation.value <= targetUtilisationRatio
  if (fits(byClients)) {
    const limit = byClients === 1 ? 'one is enough' : `at most ${mostClientsPerInstance} clients an instance`
    return { count: byClients, instance: at(byClients), isEnough: true, reason: limit }
  }
  if (!fits(most)) {
    const reason = 'the messages alone are too much for one processor, and every instance gets all of them'
    return { count: byClients, instance: at(byClients), isEnough: false, reason }
  }
  let tooFew = byClients
  let enough = most
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >>> 1
    if (fits(middle)) enough = middle
    else tooFew = middle
  }
  return { count: enough, instance: at(enough), isEnough: true, reason: `utilisation of an instance at most ${targetUtilisationRatio}` }
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
    const source =
      transport === 'short-poll' ? `${q} × poll interval + transit + queue` : 'transit + readers of a message × price of a reader + queue'
    const shared = { unit: 'µs', source, beyond: beyond ?? beyondOf(profile, { fanOutCount: instance.load.fanOutCount }) }
    if (found === null)
      return { value: null, low: null, high: null, ...shared, reason: 'more work than one processor does: the queue only grows' }
    return { ...found, ...shared, reason: null }
  }
  return { deliveryLatencyP50Us: figure('deliveryLatencyP50Us'), deliveryLatencyP99Us: figure('deliveryLatencyP99Us') }
}

/** The price of a poll is that of a request with the cursor of its time: adds what one of today has more. */
function longer(found: Prediction, polls: number, cursorBytes: number): Prediction {
  if (cursorBytes === 0 || polls === 0) return found
  const added = polls * cursorBytes
  const source = `${found.source} + ${cursorBytes} bytes more of cursor × ${Math.round(polls)} (exact)`
  return { ...found, value: found.value! + added, low: found.low! + added, high: found.high! + added, source }
}

/** Replaces the measured head of a request by the one that was stated. */
function bytesUp(found: Prediction, activity: Activity, { requestHeadBytes }: Workload, count: number): Prediction {
  if (requestHeadBytes === null || activity.polls === 0) return found
  const value = count * (activity.polls * requestHeadBytes + activity.framedUp)
  return exact(value, 'bytes/s', `${requestHeadBytes} bytes a request, as stated`)
}

/** What leaves the servers in a month: bytes down, with a TLS record an answer or message and the heads of its packets. */
function egress(down: Prediction, transport: ModelTransport, activity: Activity, count: number): Prediction {
  const pieces =
    count * (transport === 'short-poll' || transport === 'long-poll' ? activity.polls : activity.deliveries + activity.heartbeats)
  const bytes = (end: number): number =>
    (end + pieces * (tlsRecordBytes + packetHeadBytes) + (end / segmentBytes) * packetHeadBytes) * secondsPerMonth
  const source = `bytes down + ${tlsRecordBytes} bytes of TLS a piece + ${packetHeadBytes} bytes a packet, × 30.4 days; acknowledgements and handshakes left out`
  return { ...down, value: bytes(down.value!), low: bytes(down.low!), high: bytes(down.high!), unit: 'bytes/month', source }
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
