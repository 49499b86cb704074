import { setPriority } from 'node:os'
import { Client, type Dispatcher } from 'undici'
import { nowUs } from '../core/clock.ts'
import { answerControl, measuredBy } from '../core/control.ts'
import type { PublisherControl, PublisherReport, PublisherStart } from '../core/publisher-control.ts'
import { harnessError } from '../core/errors.ts'
import { Pacer } from '../core/pacer.ts'
import { endMarker, payloadMaker } from '../core/payload.ts'
import { ProcessMeter } from '../core/process-meter.ts'
import { paths, publishBody, publishBodyLimitBytes, type PublishedMessage } from '../core/wire.ts'

/** Never waiting for an answer: a frozen server neither stops the schedule nor reorders it. */
const unboundedPipelining = 1_000_000
const bodyBudgetBytes = publishBodyLimitBytes / 2
const urgentNiceness = -10

const measured = measuredBy(new ProcessMeter())
/** The connection to the server of the present; undefined while there is none by plan. */
let client: Client | undefined
let spec: PublisherStart
let pacer: Pacer
let payloadOf: (sequence: number) => string
let publishedAtUs: Float64Array
let acknowledgedCount = 0
const refusedAtUs: number[] = []
const outages: PublisherReport['outages'] = []
/** Messages that are due by the schedule so far. */
let dueCount = 0
/** The first of them in the log of the present server: where that log is kept, the next server is given all from there. */
let firstOfLog = 0
/** The first that fell due after the last `disconnectServer`. */
let firstOfOutage = 0

/** Called at the end of a request, however it ended: that of a replay, or of end markers, which count nowhere. */
class Uncounted implements Dispatcher.DispatchHandler {
  readonly #onEnd: (() => void) | undefined

  constructor(onEnd?: () => void) {
    this.#onEnd = onEnd
  }

  onConnect(): void {
    // undici refuses a handler without it.
  }

  onHeaders(_status: number): boolean {
    return true
  }

  onData(): boolean {
    return true
  }

  onComplete(): void {
    this.#onEnd?.()
  }

  onError(): void {
    this.#onEnd?.()
  }
}

/** Counts the answer to messages of the schedule as well. */
class Answer extends Uncounted {
  override onHeaders(status: number): boolean {
    if (status === 204) acknowledgedCount++
    else refusedAtUs.push(nowUs())
    return true
  }

  override onError(): void {
    refusedAtUs.push(nowUs())
    super.onError()
  }
}

/** One handler for all answers that only have to be counted. */
const counted = new Answer()

async function start(received: PublisherStart): Promise<void> {
  spec = received
  pacer = new Pacer({ offsetsUs: spec.offsetsUs, spins: true, mostPerTurn: mostPerRequest(), act: publishDue })
  payloadOf = payloadMaker(spec.messageBytes, spec.seed)
  publishedAtUs = new Float64Array(spec.offsetsUs.length).fill(Number.NaN)
  client = connectTo(spec.ingestPath)
  const answer = await client.request({ method: 'GET', path: paths.health })
  const health = (await answer.body.json().catch(() => null)) as { secret?: unknown } | null
  if (health?.secret !== spec.secret)
    throw harnessError('ERR_SERVER_FOREIGN', `publisher: the server at ${spec.ingestPath} is not the one of this trial.`)
  try {
    // It shares a core with the client hosts: their bursts must not make it late.
    setPriority(urgentNiceness)
  } catch {
    // Not allowed without privileges; then the lag gate has the last word.
  }
}

function connectTo(socketPath: string): Client {
  return new Client('http://ingest', {
    socketPath,
    pipelining: unboundedPipelining,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 3_600_000,
  })
}

/** Hands over messages that are due. Without a server they are only due. */
function publishDue(first: number, end: number): void {
  dueCount = end
  if (client !== undefined) send(client, first, end, counted)
}

/** Hands messages of the schedule to a server in one request. */
function send(server: Client, first: number, end: number, handler: Answer): void {
  const { channels, sequences, channelNames } = spec
  const publishAtUs = nowUs()
  const messages: PublishedMessage[] = []
  for (let at = first; at < end; at++) {
    messages.push({ channel: channelNames[channels[at]!]!, data: payloadOf(sequences[at]!) })
    if (Number.isNaN(publishedAtUs[at])) publishedAtUs[at] = publishAtUs
  }
  post(server, messages, handler)
}

function post(server: Client, messages: readonly PublishedMessage[], handler: Dispatcher.DispatchHandler): void {
  server.dispatch(
    {
      method: 'POST',
      path: paths.publish,
      headers: ['content-type', 'application/json'],
      body: publishBody(messages),
      idempotent: true,
      blocking: false,
    },
    handler,
  )
}

function mostPerRequest(messageBytes = spec.messageBytes): number {
  return Math.max(1, Math.floor(bodyBudgetBytes / (messageBytes + 64)))
}

/** On the connection of all messages, and so behind them. */
async function mark({ channelNames }: { channelNames: string[] }): Promise<void> {
  const step = mostPerRequest(endMarker.length)
  const answers: Promise<void>[] = []
  for (let first = 0; first < channelNames.length && client !== undefined; first += step) {
    const markers = channelNames.slice(first, first + step).map((channel) => ({ channel, data: endMarker }))
    const server = client
    answers.push(new Promise((resolve) => post(server, markers, new Uncounted(resolve))))
  }
  await Promise.all(answers)
}

function disconnectServer(): void {
  outages.push({ fromAtUs: nowUs(), untilAtUs: Number.POSITIVE_INFINITY })
  firstOfOutage = dueCount
  const gone = client
  client = undefined
  // As a whole: undici would send what is left again, on its own and before the replay.
  gone?.destroy().catch(() => undefined)
}

async function replay({ ingestPath, isFresh }: { ingestPath: string; isFresh: boolean }): Promise<void> {
  const server = (client = connectTo(ingestPath))
  if (isFresh) firstOfLog = firstOfOutage
  const end = dueCount
  const step = mostPerRequest()
  // What falls due meanwhile leaves behind it on the same connection.
  const taken = new Promise<void>((resolve) => {
    if (end === firstOfLog) resolve()
    for (let first = firstOfLog; first < end; first += step) {
      const next = Math.min(end, first + step)
      send(server, first, next, next === end ? new Answer(resolve) : counted)
    }
  })
  outages.at(-1)!.untilAtUs = nowUs()
  await taken
}

const control: PublisherControl = {
  start,
  run: ({ startAtUs }) => pacer.run(startAtUs),
  ...measured,
  closeWindow: (request) => {
    pacer.closeEarly(request.untilAtUs)
    measured.closeWindow(request)
  },
  progress: () => ({ nextDueAtUs: pacer.nextDueAtUs }),
  mark,
  disconnectServer,
  replay,
  report: () => ({ publishedAtUs, acknowledgedCount, refusedAtUs, outages }),
  stop: () => setImmediate(() => process.exit(0)) && undefined,
}
answerControl(control)
