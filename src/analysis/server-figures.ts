import { plannedPath } from '../core/links.ts'
import type { WindowReading } from '../core/process-meter.ts'
import { nullReasons } from '../core/result-parts.ts'
import type { TrialResult } from '../core/result.ts'
import { msPerSecond, usPerMs, usPerSecond } from '../core/units.ts'
import { slope } from '../metrics/slope.ts'
import { loopFigures, notReadable, notReported } from './loop-figures.ts'
import { cpuMsPerSecond, peakOf, switchesOf } from '../trial/sampler.ts'
import { serverOf, type ServerPoint, type TrialObservation } from '../trial/observation.ts'

/** Below this rate most of the server's processor time is ingest and idling: a figure per delivery would mislead. */
const minDeliveriesPerSecond = 2_000
/** RSS moves in steps of the heap's own resizing: below this range of clients a slope of it is noise. */
const minRssRangeClients = 8_000
/** A socket has one end in the server and one in a client host; the slab holds both, and those of the links between. */
const endsPerConnection = 2

/** Slopes over the ramp, and why there are none where clients come and go. */
const perClientKeys = ['perClientBytes', 'kernelPerClientBytes', 'rssPerClientBytes'] as const
const noRamp = 'clients arrive with a job and leave, so there is no ramp'

const severalLives = 'the server was replaced in the measured window'

/** Memory, descriptors, processor and loop of the server, and the ramp they come from. */
export function serverFigures(
  observation: TrialObservation,
  deliveriesPerSecond: number,
  deliveredCount: number,
): Pick<TrialResult, 'server' | 'ramp'> {
  const { baseline, idle, after, ramp, samples, server } = observation
  const { key, role, window } = serverOf(observation)
  const hasEarlierLives = observation.earlierLives.length > 0
  const serverSamples = samples.byMember.get(key) ?? []
  const points = ramp.map(({ point }) => point)
  const cpu = cpuMsPerSecond(serverSamples)
  const windowSeconds = (observation.untilAtUs - observation.fromAtUs) / usPerSecond
  const cpuReason =
    cpu === null ? notReadable : `too little traffic: below ${minDeliveriesPerSecond} deliveries/s most CPU goes into taking messages in`
  const cpuPerDelivery =
    cpu === null || deliveriesPerSecond < minDeliveriesPerSecond ? null : (cpu * msPerSecond * windowSeconds) / deliveredCount
  const processor = { cpuMsPerSecond: cpu, cpuUsPerDelivery: cpuPerDelivery, involuntarySwitchCount: switchesOf(key, samples) }
  const memory = memoryFigures(points, baseline, idle, after, {
    peakRssBytes: peakOf(serverSamples, 'rssBytes'),
    ends: plannedPath(observation.spec.scenario).reduce((sum, { kind }) => sum + kind.socketsPerConnection, endsPerConnection),
  })
  const descriptors = descriptorFigures(baseline, idle, after, peakOf(serverSamples, 'descriptorCount'))
  if (observation.jobs !== undefined) {
    for (const figure of perClientKeys) memory.reasons[figure] = noRamp
    descriptors.reasons['perClient'] = noRamp
  }
  return {
    server: {
      memory,
      descriptors,
      processor: {
        ...processor,
        reasons: nullReasons(processor, {
          cpuMsPerSecond: notReadable,
          cpuUsPerDelivery: cpuReason,
          involuntarySwitchCount: hasEarlierLives ? severalLives : notReadable,
        }),
      },
      loop: hasEarlierLives && window !== null ? lastLifeLoop(window, role) : loopFigures(window, role),
      ...reportFigures(server, role),
    },
    ramp: ramp.map(({ point, connect }) => ({
      clientCount: point.clientCount,
      connectMs: Math.max(0, ...connect.map((report) => report.durationUs)) / usPerMs,
      memory: memoryPoint(point),
      kernelBytes: point.kernelBytes,
      descriptorCount: point.descriptorCount,
      reasons: nullReasons({ kernelBytes: point.kernelBytes, descriptorCount: point.descriptorCount }, notReadable),
    })),
  }
}

/** What the server counts and is set to. */
function reportFigures(
  report: TrialObservation['server'],
  role: string,
): Pick<TrialResult['server'], 'settings' | 'maxQueuedBytes' | 'counters' | 'reasons'> {
  if (report === null) {
    const none = { settings: null, maxQueuedBytes: null, counters: null }
    return { ...none, reasons: nullReasons(none, notReported(role)) }
  }
  const { settings, counters } = report
  return {
    settings: { ...settings, compressedCount: counters.compressedCount },
    maxQueuedBytes: counters.maxQueuedBytes,
    counters: { ...counters },
  }
}

/** Of a process that saw only the last part of the window: its share of a whole one is not known; its collections are shown. */
function lastLifeLoop(window: WindowReading, role: string): TrialResult['server']['loop'] {
  const unknown = { utilisationRatio: null, stallMaxUs: null, stallP95Us: null, stallP99Us: null }
  return { ...loopFigures(window, role), ...unknown, reasons: nullReasons(unknown, severalLives) }
}

function memoryFigures(
  points: readonly ServerPoint[],
  baseline: ServerPoint,
  idle: ServerPoint,
  after: ServerPoint,
  { peakRssBytes, ends }: { peakRssBytes: number | null; ends: number },
): TrialResult['server']['memory'] {
  const xs = points.map((point) => point.clientCount)
  /** Null where a step has no such figure. */
  const slopeOf = (figure: (point: ServerPoint) => number | null) => {
    const ys = points.map(figure).filter((y) => y !== null)
    return ys.length < points.length ? null : slope(xs, ys)
  }
  const heap = slopeOf(({ memory }) => memory && memory.heapUsedBytes + memory.externalBytes)
  const kernel = slopeOf(({ kernelBytes }) => kernelBytes && kernelBytes / ends)
  const range = (xs.at(-1) ?? 0) - (xs[0] ?? 0)
  const rss = range < minRssRangeClients ? null : slopeOf(({ rssBytes }) => rssBytes)
  const figures = {
    perClientBytes: heap?.estimate ?? null,
    kernelPerClientBytes: kernel?.estimate ?? null,
    rssPerClientBytes: rss?.estimate ?? null,
    peakRssBytes,
  }
  const reasons = nullReasons(figures, {
    perClientBytes: heap?.reason ?? notReported('server'),
    kernelPerClientBytes: kernel?.reason ?? '/proc/slabinfo is not readable: it needs root',
    rssPerClientBytes: rss?.reason ?? `not resolvable: needs a range of ${minRssRangeClients} clients, had ${range}`,
    peakRssBytes: notReadable,
  })
  return { ...figures, baseline: memoryPoint(baseline), idle: memoryPoint(idle), after: memoryPoint(after), reasons }
}

function memoryPoint({ memory, rssBytes, pssBytes }: ServerPoint): TrialResult['ramp'][number]['memory'] {
  const ofProcess = { rssBytes, pssBytes }
  const ofHeap = { heapUsedBytes: memory?.heapUsedBytes ?? null, externalBytes: memory?.externalBytes ?? null }
  return { ...ofProcess, ...ofHeap, reasons: { ...nullReasons(ofProcess, notReadable), ...nullReasons(ofHeap, notReported('server')) } }
}

function descriptorFigures(
  baseline: ServerPoint,
  idle: ServerPoint,
  after: ServerPoint,
  peakCount: number | null,
): TrialResult['server']['descriptors'] {
  const figures = { baselineCount: baseline.descriptorCount, idleCount: idle.descriptorCount, peakCount, afterCount: after.descriptorCount }
  const isMeasured = figures.idleCount !== null && figures.baselineCount !== null && idle.clientCount > 0
  const perClient = isMeasured ? (figures.idleCount! - figures.baselineCount!) / idle.clientCount : null
  const reasons = nullReasons(figures, notReadable)
  if (perClient === null) reasons['perClient'] = idle.clientCount === 0 ? 'no client' : notReadable
  return { ...figures, perClient, reasons }
}
