import { setPriority } from 'node:os'
import { Client, type Dispatcher } from 'undici'
import { nowUs } from '../core/clock.ts'
import { answerControl, type PublisherControl, type PublisherStart } from '../core/control.ts'
import { harnessError } from '../core/errors.ts'
import { payloadMaker } from '../core/payload.ts'
import { ProcessMeter } from '../core/process-meter.ts'
import { usPerMs } from '../core/units.ts'
import { paths, publishBodyLimitBytes } from '../core/wire.ts'

/** A timer may come 1 ms late; from here on the publisher spins to be on time. */
const spinUs = 1_200
/** Below this gap between publishes, spinning would take a core; the lag of a timer then is the price, and is measured. */
const spinGapUs = 10_000
/** Never waiting for an answer: a frozen server neither stops the schedule nor reorders it. */
const unboundedPipelining = 1_000_000
const bodyBudgetBytes = publishBodyLimitBytes / 2
const urgentNiceness = -10

const meter = new ProcessMeter()
let client: Client
let order: PublisherStart
let payloadOf: (sequence: number) => string
let publishedAtUs: Float64Array
let acknowledgedCount = 0
let refusedCount = 0
/** Nothing that is due from here on is published. */
let endAtUs = Number.POSITIVE_INFINITY

/** One handler for all answers: an answer only has to be counted. */
const onAnswer: Dispatcher.DispatchHandler = {
  onConnect: () => undefined,
  onHeaders: (status) => {
    if (status === 204) acknowledgedCount++
    else refusedCount++
    return true
  },
  onData: () => true,
  onComplete: () => undefined,
  onError: () => {
    refusedCount++
  },
}

async function start(received: PublisherStart): Promise<void> {
  order = received
  payloadOf = payloadMaker(order.messageBytes, order.seed)
  publishedAtUs = new Float64Array(order.offsetsUs.length).fill(Number.NaN)
  client = new Client('http://ingest', {
    socketPath: order.ingestPath,
    pipelining: unboundedPipelining,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 3_600_000,
  })
  const answer = await client.request({ method: 'GET', path: paths.health })
  const { secret } = (await answer.body.json()) as { secret: string }
  if (secret !== order.secret)
    throw harnessError('ERR_SERVER_FOREIGN', `publisher: the server at ${order.ingestPath} is not the one of this trial.`)
  try {
    // It shares a core with the client hosts: their bursts must not make it late.
    setPriority(urgentNiceness)
  } catch {
    // Not allowed without privileges; then the lag gate has the last word.
  }
}

function run({ startAtUs }: { startAtUs: number }): void {
  const { offsetsUs } = order
  const next = (sequence: number): void => {
    let at = sequence
    while (at < offsetsUs.length && startAtUs + offsetsUs[at]! < endAtUs) {
      const leftUs = startAtUs + offsetsUs[at]! - nowUs()
      if (leftUs <= 0) {
        at = publishDue(at, startAtUs)
        continue
      }
      const gapUs = at === 0 ? Number.POSITIVE_INFINITY : offsetsUs[at]! - offsetsUs[at - 1]!
      if (gapUs > spinGapUs && leftUs <= spinUs) continue
      const sleepUs = gapUs > spinGapUs ? leftUs - spinUs : leftUs
      const resumeAt = at
      setTimeout(() => next(resumeAt), Math.max(1, Math.floor(sleepUs / usPerMs)))
      return
    }
  }
  next(0)
}

/** Sends every message that is due, in one request; returns the place of the first that is not. */
function publishDue(first: number, startAtUs: number): number {
  const { offsetsUs, channels, sequences, channelNames, messageBytes } = order
  const publishAtUs = nowUs()
  const most = Math.max(1, Math.floor(bodyBudgetBytes / (messageBytes + 64)))
  const messages: { channel: string; data: string }[] = []
  let at = first
  const lastAtUs = Math.min(publishAtUs, endAtUs - 1)
  for (; at < offsetsUs.length && at - first < most && startAtUs + offsetsUs[at]! <= lastAtUs; at++) {
    messages.push({ channel: channelNames[channels[at]!]!, data: payloadOf(sequences[at]!) })
    publishedAtUs[at] = publishAtUs
  }
  client.dispatch(
    {
      method: 'POST',
      path: paths.publish,
      headers: ['content-type', 'application/json'],
      body: JSON.stringify({ messages }),
      idempotent: true,
      blocking: false,
    },
    onAnswer,
  )
  return at
}

const control: PublisherControl = {
  start,
  run: ({ startAtUs, fromAtUs, untilAtUs }) => {
    meter.watch(fromAtUs, untilAtUs)
    run({ startAtUs })
  },
  closeWindow: ({ untilAtUs }) => {
    endAtUs = untilAtUs
    meter.closeEarly(untilAtUs)
  },
  report: () => ({ publishedAtUs, acknowledgedCount, refusedCount, window: meter.reading() }),
  stop: () => setImmediate(() => process.exit(0)) && undefined,
}
answerControl(control)
