import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { Client } from 'undici'
import { WebSocket } from 'ws'
import { answerControl } from '../../src/core/control.ts'
import type { ClientHostControl, ClientHostStart, ConnectReport } from '../../src/core/client-host-control.ts'
import { collectedMemory } from '../../src/core/process-meter.ts'
import { nowUs } from '../../src/core/clock.ts'
import type { ShortPollOptions } from '../../src/core/transports/short-poll.ts'

/**
 * The floor for bench:self: the bare library per transport with the same decoding (ws text; undici dispatch, StringDecoder
 * and eventsource-parser; JSON body), counting only.
 */
const connectLimit = 200
let spec: ClientHostStart
let startedCount = 0
let deliveryCount = 0
let sentCount = 0

function openWebSocket(onOpen: () => void): void {
  const socket = new WebSocket(`ws://${spec.host}:${spec.port}/websocket?channel=${spec.channels[0]}`, {
    perMessageDeflate: false,
  })
  socket.on('open', onOpen)
  socket.on('message', (data: Buffer) => {
    if (data.toString('utf8').length > 0) deliveryCount++
  })
  socket.on('error', () => undefined)
}

function newClient(): Client {
  return new Client(`http://${spec.host}:${spec.port}`, { headersTimeout: 0, bodyTimeout: 0 })
}

function openStream(onOpen: () => void): void {
  const decoder = new StringDecoder('utf8')
  const parser = createParser({
    onEvent: () => {
      deliveryCount++
    },
  })
  newClient().dispatch(
    {
      method: 'GET',
      path: `/sse?channel=${spec.channels[0]}`,
      headers: { accept: 'text/event-stream', 'user-agent': 'transport-bench (client 0)' },
    },
    {
      onConnect: () => undefined,
      onHeaders: () => {
        onOpen()
        return true
      },
      onData: (chunk: Buffer) => {
        parser.feed(decoder.write(chunk))
        return true
      },
      onComplete: () => undefined,
      onError: () => undefined,
    },
  )
}

/** Polls once at a time on a connection of its own; `onAnswer` decides when to ask again. */
function poller(path: string, onAnswer: (poll: (query: string) => void) => void): (query: string) => void {
  const client = newClient()
  const decoder = new StringDecoder('utf8')
  const headers = { accept: 'application/json', 'user-agent': 'transport-bench (client 0)' }
  let after = ''
  let body = ''
  const poll = (query: string): void => {
    body = ''
    sentCount++
    client.dispatch({ method: 'GET', path: `${path}?channel=${spec.channels[0]}${after}${query}`, headers }, handler)
  }
  const handler = {
    onConnect: () => undefined,
    onHeaders: () => true,
    onData: (chunk: Buffer) => {
      body += decoder.write(chunk)
      return true
    },
    onComplete: () => {
      if (body !== '') {
        const answer = JSON.parse(body) as { cursor: string; messages: unknown[] }
        after = `&after=${answer.cursor}`
        deliveryCount += answer.messages.length
      }
      onAnswer(poll)
    },
    onError: () => undefined,
  }
  return poll
}

function openLongPoll(onOpen: () => void): void {
  let isOpen = false
  poller('/long-poll', (poll) => {
    if (!isOpen) onOpen()
    isOpen = true
    poll('')
  })('&wait=0')
}

function openShortPoll(onOpen: () => void): void {
  const { pollIntervalMs } = spec.options as ShortPollOptions
  let isOpen = false
  poller('/short-poll', (poll) => {
    if (isOpen) return
    isOpen = true
    onOpen()
    setTimeout(() => {
      poll('')
      setInterval(() => poll(''), pollIntervalMs)
    }, Math.random() * pollIntervalMs)
  })('')
}

const open: Record<string, (onOpen: () => void) => void> = {
  websocket: openWebSocket,
  sse: openStream,
  'long-poll': openLongPoll,
  'short-poll': openShortPoll,
}

function connect({ count }: { count: number }): Promise<ConnectReport> {
  const startedAtUs = nowUs()
  const last = startedCount + count
  let underWay = 0
  let openedCount = 0
  return new Promise((resolve) => {
    const startMore = (): void => {
      while (startedCount < last && underWay < connectLimit) {
        startedCount++
        underWay++
        open[spec.options.transport]!(() => {
          underWay--
          openedCount++
          if (openedCount === count)
            resolve({ subscribedCount: count, failedCount: 0, timesToSubscribedUs: new Float64Array(0), durationUs: nowUs() - startedAtUs })
          else startMore()
        })
      }
    }
    startMore()
  })
}

const notAsked = (): never => {
  throw new Error('the bare clients only count')
}
const control: ClientHostControl = {
  start: async (received) => {
    spec = received
  },
  connectProbes: notAsked,
  connect,
  primeConnections: () => Promise.resolve(),
  memory: collectedMemory,
  run: () => undefined,
  progress: () => ({
    deliveryCount,
    inOrderCount: 0,
    unmarkedCount: 0,
    sentCount,
    outstandingCount: 0,
    nextSendAtUs: Number.POSITIVE_INFINITY,
    upstreamSentCount: 0,
  }),
  unmarkedChannels: () => [],
  stall: notAsked,
  resumeReading: notAsked,
  quiesce: () => undefined,
  report: notAsked,
  disconnect: () => process.exit(0),
  stop: () => process.exit(0),
}
answerControl(control)
