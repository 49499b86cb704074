import { connect } from 'node:net'
import type { Finding } from '../../core/calibration-record.ts'
import { nowUs, sleepMs } from '../../core/clock.ts'
import { cursorBytes } from '../../core/cursor.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { exactly, skipped, unless, withinShare, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'
import { PlainDeliveries, plainMs, tooLong } from '../plain-deliveries.ts'
import { withServer } from '../raw-server.ts'

const streams = ['sse', 'websocket'] as const
type Stream = (typeof streams)[number]

const lineBytesList = [30, 100, 125, 126, 1_000, 4_096, 65_535, 65_536]
/** IPv4 20, TCP 20, timestamps 12 (RFC 7323 §3): the interface counter has no Ethernet header. */
const segmentHeadBytes = 52
/** An isolated message is one segment with data and one that acknowledges it. */
const segmentsPerDelivery = 2
const wireShare = 0.005
/** Longer than an acknowledgement may be delayed (40 ms), so that none rides on the next message. */
const gapMs = 100
const longHeartbeatMs = 600_000
const patienceMs = 5_000

/** Bytes of `{"cursor":"…","data":""}`, the line of an empty message, at the n-th place of its channel. */
function emptyLineBytes(position: number): number {
  return 23 + cursorBytes(String(position).length)
}

/**
 * Application bytes of the n-th message of a channel on an open stream.
 *
 * SSE: `id: cursor` and `data: line` (WHATWG HTML §9.2) in one chunk: its length in hex and 4 bytes (RFC 9112 §7.1).
 * WebSocket: a head of 2, 4 or 10 bytes, no mask from the server (RFC 6455 §5.2).
 */
export function framedBytes(stream: Stream, position: number, lineBytes: number): number {
  if (stream === 'websocket') return lineBytes + (lineBytes <= 125 ? 2 : lineBytes <= 65_535 ? 4 : 10)
  const eventBytes = lineBytes + 'id: \ndata: \n\n'.length + cursorBytes(String(position).length)
  return eventBytes + eventBytes.toString(16).length + 4
}

/** K17 and K18. */
export const bytes: Check = {
  answers: [
    {
      id: 'K17',
      title: 'A message costs the bytes of its framing',
      known:
        'SSE: line + 13 + cursor (5 + its digits), in a chunk that adds its hex digits + 4 (RFC 9112 §7.1); WebSocket: line + 2, 4 or 10 (RFC 6455 §5.2)',
      tolerance: 'exact',
      mechanism: 'bytes that a plain socket reads from a real server, and application bytes of a real trial',
    },
    {
      id: 'K18',
      title: 'Wire bytes are application bytes plus 52 per segment',
      known: 'on lo: IPv4 and TCP with timestamps are 52 bytes; an isolated small message takes 2 segments, data and acknowledgement',
      tolerance: '± 0.5 % if two plain deliveries take less than the 100 ms between two messages; otherwise these share a segment',
      mechanism: 'interface and TCP counters in the namespace of a real trial, read at both ends of its window; plain deliveries alongside',
    },
  ],
  quick: true,
  seconds: [12, 12],
  run: ({ say }) =>
    PlainDeliveries.open(async (plain) => {
      const found: Record<'K17' | 'K18', Finding[]> = { K17: [], K18: [] }
      for (const stream of streams) {
        say(stream)
        found.K17.push(...(await socketFindings(stream)))
        const { application, wire } = await trialFindings(plain, stream)
        found.K17.push(application)
        found.K18.push(...wire)
      }
      return found
    }),
}

const upgrade = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

function socketFindings(stream: Stream): Promise<Finding[]> {
  return withServer(stream, { options: { heartbeatMs: longHeartbeatMs } }, async ({ ready, publish }) => {
    let seen = Buffer.alloc(0)
    const socket = connect(ready).on('data', (chunk: Buffer) => (seen = Buffer.concat([seen, chunk])))
    socket.write(`GET /${stream}?channel=news HTTP/1.1\r\nhost: x\r\n${stream === 'websocket' ? upgrade : ''}\r\n`)
    await until(() => seen.includes('\r\n\r\n'))
    seen = seen.subarray(seen.indexOf('\r\n\r\n') + 4)
    const findings: Finding[] = []
    for (const [index, lineBytes] of lineBytesList.entries()) {
      const position = index + 1
      const expected = framedBytes(stream, position, lineBytes)
      await publish({ channel: 'news', data: 'd'.repeat(lineBytes - emptyLineBytes(position)) })
      await until(() => seen.length >= expected)
      // A byte too many would come before the answer of a publish that follows.
      await publish({ channel: 'other', data: 'x' })
      findings.push(exactly({ what: `${stream}: a line of ${lineBytes} bytes`, unit: 'bytes', expected, measured: seen.length }))
      seen = Buffer.alloc(0)
    }
    socket.destroy()
    return findings
  })
}

async function until(isDone: () => boolean): Promise<void> {
  const deadlineAtUs = nowUs() + patienceMs * usPerMs
  while (!isDone() && nowUs() < deadlineAtUs) await sleepMs(1)
}

async function trialFindings(plain: PlainDeliveries, stream: Stream): Promise<{ application: Finding; wire: Finding[] }> {
  const messageBytes = 100
  const { measured, pace } = await plain.pace(() =>
    runKnownTrial({
      transport: stream,
      options: { heartbeatMs: longHeartbeatMs },
      clientCount: 10,
      traffic: { messagesPerSecondPerChannel: msPerSecond / gapMs, messageBytes },
      measuredMs: 3_000,
    }),
  )
  const { trial, dueAtUs, fromAtUs, untilAtUs } = measured
  const longest = pace.waits.between(fromAtUs, untilAtUs).maxUs
  let expectedBytes = 0
  for (const [sequence, due] of dueAtUs.entries()) {
    const position = sequence + 1
    if (due >= fromAtUs && due < untilAtUs)
      expectedBytes += trial.clients.subscribedCount * framedBytes(stream, position, emptyLineBytes(position) + messageBytes)
  }
  const { applicationDownBytes, wireBytes, wireSegmentCount, reasons } = trial.bytes
  const application = exactly({
    what: `${stream}: application bytes of ${trial.ledger.deliveredCount} deliveries`,
    unit: 'bytes',
    expected: expectedBytes,
    measured: applicationDownBytes,
  })
  if (wireBytes === null || wireSegmentCount === null)
    return { application, wire: [skipped(`${stream}: wire bytes`, 0, 'bytes', reasons['wireBytes'] ?? 'not measured')] }
  return {
    application,
    wire: [
      withinShare(
        {
          what: `${stream}: wire bytes`,
          unit: 'bytes',
          expected: applicationDownBytes + segmentHeadBytes * wireSegmentCount,
          measured: wireBytes,
        },
        wireShare,
      ),
      ...unless(tooLong(plainMs(longest), gapMs, 'two messages are apart'), [
        withinShare(
          {
            what: `${stream}: segments per delivery`,
            unit: 'count',
            expected: segmentsPerDelivery,
            measured: wireSegmentCount / trial.ledger.deliveredCount,
          },
          wireShare,
        ),
      ]),
    ],
  }
}
