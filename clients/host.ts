import { nowUs } from '../src/core/clock.ts'
import {
  answerControl,
  type ClientHostControl,
  type ClientHostReport,
  type ClientHostStart,
  type WindowOrder,
} from '../src/core/control.ts'
import { collectedMemory, ProcessMeter } from '../src/core/process-meter.ts'
import { ClientGroup, type SharedState } from './client-group.ts'
import type { CreateClient, RetryOptions } from './contract.ts'
import { SendSchedule } from './send-schedule.ts'
import { Timers } from './timers.ts'

/** How often deadlines are looked at. One sweep over all clients costs less than a timer for each of their requests. */
const sweepMs = 50

const timers = new Timers()
const meter = new ProcessMeter()
const windowBytes = { read: 0, written: 0 }
/** The clients of the scenario. */
let loaded: ClientGroup
/** In a client host the shadows, which show what its load does to a client; in the probe host the probe's own clients. */
let probes: ClientGroup

let sends: SendSchedule | undefined
/** Makes further clients like the loaded ones. */
let createGroup: () => ClientGroup

async function start(order: ClientHostStart): Promise<void> {
  const { createClient } = (await import(order.moduleUrl)) as { createClient: CreateClient }
  const shared: SharedState = {
    host: order.host,
    port: order.port,
    seed: order.seed,
    options: order.options as RetryOptions & Record<string, unknown>,
    channelRatePerSecond: order.channelRatePerSecond,
    localAddresses: order.localAddresses,
    timers,
    createClient,
    isInPhase: order.isInPhase,
  }
  loaded = new ClientGroup(shared, order.firstIndex, order.channels)
  if (order.sends !== undefined)
    sends = new SendSchedule(order.sends, order.seed, (client, data) => loaded.clients[client - order.firstIndex]?.send(data))
  createGroup = () => new ClientGroup({ ...shared, timers: new Timers() }, order.firstIndex, order.channels)
  const { firstIndex, clientCount, channel, channelRatePerSecond } = order.probe
  probes = new ClientGroup({ ...shared, channelRatePerSecond }, firstIndex, new Array<string>(clientCount).fill(channel))
  setInterval(() => {
    const atUs = nowUs()
    loaded.sweep(atUs)
    probes.sweep(atUs)
  }, sweepMs)
}

/** Sends clients there and back that count nowhere, so that the first step of the ramp meets code as warm as the last. */
async function rehearse({ count }: { count: number }): Promise<void> {
  const group = createGroup()
  await group.connect(count)
  group.close()
}

function window({ fromAtUs, untilAtUs, outages }: WindowOrder): void {
  loaded.tally.setWindow(fromAtUs, untilAtUs)
  let before = { read: 0, written: 0 }
  const edges = {
    from: () => {
      before = loaded.totalBytes()
    },
    until: () => {
      const after = loaded.totalBytes()
      windowBytes.read = after.read - before.read
      windowBytes.written = after.written - before.written
    },
  }
  meter.watch(fromAtUs, untilAtUs, edges, outages)
}

function report(): ClientHostReport {
  const { tally } = loaded
  return {
    ...loaded.report(),
    inFlightAtEndCount: loaded.clients.filter((client) => client.isRequestInFlight).length,
    openedCount: tally.openedCount,
    reconnectCount: tally.reconnectCount,
    heartbeatCount: tally.heartbeatCount,
    compressedCount: tally.compressedCount,
    gapMessageCount: tally.gapMessageCount,
    faults: tally.faults,
    statuses: tally.statuses,
    closeCodes: tally.closeCodes,
    timeline: tally.timeline,
    windowReadBytes: windowBytes.read,
    windowWrittenBytes: windowBytes.written,
    window: meter.reading(),
    upstream: { ...tally.upstream, inFlightAtEndCount: loaded.clients.reduce((sum, client) => sum + client.upstreamInFlightCount, 0) },
    sent: sends?.report(),
    probe: probes.report(),
  }
}

const control: ClientHostControl = {
  start,
  rehearse,
  connectProbes: () => probes.connect(probes.clientCount),
  connect: ({ count }) => loaded.connect(count),
  memory: collectedMemory,
  window,
  run: ({ startAtUs }) => sends?.run(startAtUs),
  closeWindow: ({ untilAtUs }) => {
    sends?.closeEarly(untilAtUs)
    loaded.tally.closeWindow(untilAtUs)
    meter.closeEarly(untilAtUs)
  },
  progress: () => ({
    deliveryCount: loaded.recorder.count + probes.recorder.count,
    sentCount: loaded.tally.requests.sentCount + probes.tally.requests.sentCount,
  }),
  stall: (order) => loaded.stall(order),
  readOn: () => loaded.readOn(),
  quiesce: () => {
    loaded.quiesce()
    probes.quiesce()
    timers.stop()
  },
  report,
  disconnect: () => loaded.close(),
  stop: () => setImmediate(() => process.exit(0)) && undefined,
}
answerControl(control)
