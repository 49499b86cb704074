import { nowUs } from '../src/core/clock.ts'
import {
  answerControl,
  type ClientHostControl,
  type ClientHostReport,
  type ClientHostStart,
  type ConnectReport,
} from '../src/core/control.ts'
import { collectedMemory, ProcessMeter } from '../src/core/process-meter.ts'
import { DeliveryRecorder } from '../src/core/recorder.ts'
import type { CreateClient, RetryOptions } from './contract.ts'
import { SimulatedClient, type ClientHostState } from './simulated-client.ts'
import { ClientTally } from './tally.ts'
import { Timers } from './timers.ts'

/** Connects under way at once: well below any accept queue, and enough to keep both ends busy. */
const connectLimit = 200
/** How often deadlines are looked at. One sweep over all clients costs less than a timer for each of their requests. */
const sweepMs = 50

const clients: SimulatedClient[] = []
const tally = new ClientTally()
const recorder = new DeliveryRecorder()
const timers = new Timers()
const meter = new ProcessMeter()
const windowBytes = { read: 0, written: 0 }
let state: ClientHostState
let channels: string[]
let firstIndex: number
let onConnectEnd = (): void => undefined

async function start(order: ClientHostStart): Promise<void> {
  const { createClient } = (await import(order.moduleUrl)) as { createClient: CreateClient }
  channels = order.channels
  firstIndex = order.firstIndex
  state = {
    host: order.host,
    port: order.port,
    seed: order.seed,
    options: order.options as RetryOptions & Record<string, unknown>,
    channelRatePerSecond: order.channelRatePerSecond,
    localAddresses: order.localAddresses,
    timers,
    tally,
    recorder,
    createClient,
    isQuiescent: false,
    isInPhase: order.isInPhase,
    sweptAtUs: nowUs(),
    onConnectEnd: () => onConnectEnd(),
  }
  setInterval(() => {
    state.sweptAtUs = nowUs()
    for (const client of clients) client.checkDeadline(state.sweptAtUs)
  }, sweepMs)
}

/** Starts `count` more clients, at most `connectLimit` at a time, and waits until each has subscribed or given up. */
function connect({ count }: { count: number }): Promise<ConnectReport> {
  const startedAtUs = nowUs()
  const first = clients.length
  const last = first + count
  return new Promise((resolve) => {
    let openCount = 0
    const startMore = (): void => {
      while (clients.length < last && openCount < connectLimit) {
        openCount++
        const client = new SimulatedClient(state, firstIndex + clients.length, channels[clients.length]!)
        clients.push(client)
        client.start()
      }
    }
    const report = (): ConnectReport => {
      const fresh = clients.slice(first)
      const timesToSubscribedUs = Float64Array.from(fresh.flatMap((client) => client.subscribedAfterUs ?? []))
      return {
        subscribedCount: timesToSubscribedUs.length,
        failedCount: fresh.length - timesToSubscribedUs.length,
        timesToSubscribedUs,
        durationUs: nowUs() - startedAtUs,
      }
    }
    onConnectEnd = () => {
      openCount--
      if (clients.length < last) startMore()
      else if (openCount === 0) resolve(report())
    }
    if (count === 0) resolve(report())
    else startMore()
  })
}

function totalBytes(): { read: number; written: number } {
  let read = 0
  let written = 0
  for (const client of clients) {
    read += client.bytesRead
    written += client.bytesWritten
  }
  return { read, written }
}

function window({ fromAtUs, untilAtUs }: { fromAtUs: number; untilAtUs: number }): void {
  tally.setWindow(fromAtUs, untilAtUs)
  let before = { read: 0, written: 0 }
  meter.watch(fromAtUs, untilAtUs, {
    from: () => {
      before = totalBytes()
    },
    until: () => {
      const after = totalBytes()
      windowBytes.read = after.read - before.read
      windowBytes.written = after.written - before.written
    },
  })
}

function report(): ClientHostReport {
  return {
    deliveries: recorder.bytes(),
    subscribed: Uint32Array.from(clients.filter((client) => client.isSubscribed).map((client) => client.index)),
    requests: { ...tally.requests },
    inFlightAtEndCount: clients.filter((client) => client.isRequestInFlight).length,
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
  }
}

function disconnect(): void {
  for (const client of clients) client.close()
}

const control: ClientHostControl = {
  start,
  connect,
  memory: collectedMemory,
  window,
  closeWindow: ({ untilAtUs }) => {
    tally.closeWindow(untilAtUs)
    meter.closeEarly(untilAtUs)
  },
  progress: () => ({ deliveryCount: recorder.count, sentCount: tally.requests.sentCount }),
  quiesce: () => {
    state.isQuiescent = true
    timers.stop()
  },
  report,
  disconnect,
  stop: () => setImmediate(() => process.exit(0)) && undefined,
}
answerControl(control)
