import { setPriority } from 'node:os'
import { answerControl, type WindowRequest } from '../src/core/control.ts'
import type { ClientHostControl, ClientHostReport, ClientHostStart, Progress } from '../src/core/client-host-control.ts'
import { collectedMemory, ProcessMeter } from '../src/core/process-meter.ts'
import { ClientGroup, type CountedClients, type SharedState } from './client-group.ts'
import type { CreateClient } from './contract.ts'
import { DeadlineClock } from './deadline-clock.ts'
import { SendSchedule } from './send-schedule.ts'
import { SessionGroup } from './session-group.ts'
import { Timers } from './timers.ts'

/** How often deadlines are looked at. One sweep over all clients costs less than a timer for each of their requests. */
const sweepMs = 50
const urgentNiceness = -10

const timers = new Timers()
const deadlineClock = new DeadlineClock(sweepMs)
const meter = new ProcessMeter()
const windowBytes = { read: 0, written: 0 }
/** The clients of the scenario. */
let loaded: ClientGroup
/** In a client host the shadows, which show what its load does to a client; in the probe host the probe's own clients. */
let probes: ClientGroup

let sends: SendSchedule | undefined
/** Instead of the loaded clients, where clients come and go. */
let sessions: SessionGroup | undefined
/** Makes further clients like the loaded ones. */
let createGroup: () => ClientGroup

async function start(request: ClientHostStart): Promise<void> {
  const { createClient } = (await import(request.moduleUrl)) as { createClient: CreateClient }
  const shared: SharedState = {
    host: request.host,
    port: request.port,
    seed: request.seed,
    options: request.options,
    channelRatePerSecond: request.channelRatePerSecond,
    localAddresses: request.localAddresses,
    timers,
    deadlineClock,
    createClient,
    behaviour: request.behaviour,
    timeouts: request.timeouts,
  }
  loaded = new ClientGroup(shared, request.firstIndex, request.channels)
  if (request.sends !== undefined)
    sends = new SendSchedule(request.sends, request.seed, (client, data) => loaded.clients[client - request.firstIndex]?.send(data))
  if (request.sessions !== undefined) sessions = new SessionGroup(shared, request.sessions)
  if (sends !== undefined || sessions !== undefined) raisePriority()
  createGroup = () => new ClientGroup({ ...shared, timers: new Timers() }, request.firstIndex, request.channels)
  const { firstIndex, clientCount, channel, channelRatePerSecond } = request.probe
  probes = new ClientGroup({ ...shared, channelRatePerSecond }, firstIndex, new Array<string>(clientCount).fill(channel))
  // Timers come before sockets: after a pause, what lies in the sockets is read first, and only then are deadlines looked at.
  setInterval(() => setImmediate(sweep), sweepMs)
}

function sweep(): void {
  deadlineClock.advance()
  counted().sweep()
  probes.sweep()
}

/** It sends on schedule, as the publisher does: what else uses its core must not make it late. */
function raisePriority(): void {
  try {
    setPriority(urgentNiceness)
  } catch {
    // Not allowed without privileges; then the lag gate has the last word.
  }
}

function counted(): CountedClients {
  return sessions ?? loaded
}

/** Sends clients there and back that count nowhere, so that the first step of the ramp meets code as warm as the last. */
async function primeConnections({ count }: { count: number }): Promise<void> {
  const group = createGroup()
  await group.connect(count)
  group.close()
}

function window({ fromAtUs, untilAtUs, outages }: WindowRequest): void {
  counted().setWindow(fromAtUs, untilAtUs)
  let before = { read: 0, written: 0 }
  const edges = {
    from: () => {
      before = counted().totalBytes()
    },
    until: () => {
      const after = counted().totalBytes()
      windowBytes.read = after.read - before.read
      windowBytes.written = after.written - before.written
    },
  }
  meter.watch(fromAtUs, untilAtUs, edges, outages)
}

function report(): ClientHostReport {
  const { tally, inFlightCount, upstreamInFlightCount } = counted()
  return {
    ...counted().report(),
    inFlightAtEndCount: inFlightCount,
    openedCount: tally.openedCount,
    reconnectCount: tally.reconnectCount,
    heartbeatCount: tally.heartbeatCount,
    compressedCount: tally.compressedCount,
    gapMessageCount: tally.gapMessageCount,
    resumeAcrossLogsCount: tally.resumeAcrossLogsCount,
    faults: tally.faults,
    statuses: tally.statuses,
    closeCodes: tally.closeCodes,
    timeline: tally.timeline,
    windowReadBytes: windowBytes.read,
    windowWrittenBytes: windowBytes.written,
    upstream: { ...tally.upstream, inFlightAtEndCount: upstreamInFlightCount },
    sent: sends?.report(),
    jobs: sessions?.jobs(),
    probe: probes.report(),
  }
}

function progress(): Progress {
  const { tally } = counted()
  return {
    // Without sessions there are loaded clients, and with them there are none.
    deliveryCount: (sessions === undefined ? loaded.recorder.count : 0) + probes.recorder.count,
    inOrderCount: loaded.inOrderCount + probes.inOrderCount,
    unmarkedCount: counted().unmarkedChannels().length,
    sentCount: tally.requests.sentCount + probes.tally.requests.sentCount,
    outstandingCount: sessions?.outstandingCount ?? 0,
    nextSendAtUs: sends?.pacer.nextDueAtUs ?? Number.POSITIVE_INFINITY,
    upstreamSentCount: tally.upstream.sentCount - tally.upstream.failedCount,
  }
}

const control: ClientHostControl = {
  start,
  primeConnections,
  connectProbes: () => probes.connect(probes.clientCount),
  connect: ({ count }) => loaded.connect(count),
  memory: collectedMemory,
  window,
  reading: () => meter.reading(),
  run: ({ startAtUs }) => {
    sends?.pacer.run(startAtUs)
    sessions?.pacer.run(startAtUs)
  },
  closeWindow: ({ untilAtUs }) => {
    sends?.pacer.closeEarly(untilAtUs)
    counted().closeWindow(untilAtUs)
    meter.closeEarly(untilAtUs)
  },
  progress,
  unmarkedChannels: () => [...new Set(counted().unmarkedChannels())],
  stall: (request) => loaded.stall(request),
  resumeReading: () => loaded.resumeReading(),
  quiesce: () => {
    counted().quiesce()
    probes.quiesce()
    timers.stop()
  },
  report,
  disconnect: () => counted().close(),
  stop: () => setImmediate(() => process.exit(0)) && undefined,
}
answerControl(control)
