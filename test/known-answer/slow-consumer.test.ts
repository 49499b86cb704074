import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { nowUs } from '../../src/core/clock.ts'
import { bytesPerKiB, bytesPerMiB } from '../../src/core/units.ts'
import type { TestClient } from '../helpers/contract-client.ts'
import { startRelay } from '../helpers/contract-relay.ts'
import { startBench, subjectOf, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')

/** Ten clients, one of which stops to read, and 20,000 events of 10 KiB. */
const eventCount = 20_000
const readerCount = 9
const data = 'e'.repeat(10 * bytesPerKiB)
const boundBytes = bytesPerMiB
const oneEventBytes = data.length + 100
/** Events between two looks at whether the readers keep up: a publisher that never looked would measure its own memory. */
const batchCount = 20
const deadlineMs = 60_000
/**
 * Pairs of runs, with and without the stalled reader in turn. Short ones, so that the time until the cut is a third of
 * each: in 20,000 events it would vanish. A single pair is off by ± 30 % on a busy machine, so that the pairs vote: were
 * the true ratio 1.2, nine or more of eleven above it would come in 3 % of runs; were it 1, and one pair in four above by noise alone, in one of 8,000.
 */
const pairCount = 11
const mostPairsAbove = 8
const pairEventCount = 2_000
const p99RatioLimit = 1.2

interface Run {
  sleeper: TestClient
  readers: TestClient[]
  closedCount: number
  maxQueuedBytes: number
  /** p99 over all deliveries to the readers, from publish to receipt. */
  p99Us: number
}

async function run(subject: Subject, count: number, isStalled: boolean): Promise<Run> {
  const bench = await startBench(subject)
  const relay = await startRelay(bench.server.port)
  const sleeper = await bench.client({ port: relay.port, options: { backoffBaseMs: 60_000, backoffCapMs: 60_000 } }).subscribe()
  const readers = await Promise.all(Array.from({ length: readerCount }, () => bench.client().subscribe()))
  if (isStalled) relay.stall()
  const publishedAtUs: number[] = []
  // The relay is a reader of its own speed: held to the same pace only while it reads.
  const paced = isStalled ? readers : [...readers, sleeper]
  for (let index = 0; index < count; index++) {
    publishedAtUs.push(nowUs())
    bench.server.log.publish([{ channel: 'news', data }])
    await nextTurn()
    if (index % batchCount === batchCount - 1)
      await until(
        'the readers keep up',
        () => paced.every((reader) => reader.received.length >= index - batchCount),
        () => bench.server.counters,
        deadlineMs,
      )
  }
  for (const reader of readers) await reader.receives(count, deadlineMs)
  const { counters } = bench.server
  if (isStalled)
    await until(
      'the sleeper is cut',
      () => counters.closed.slowConsumer === 1,
      () => counters,
    )
  const latenciesUs = readers
    .flatMap((reader) => reader.receivedAtUs.map((atUs, index) => atUs - publishedAtUs[index]!))
    .sort((a, b) => a - b)
  const found = {
    sleeper,
    readers,
    closedCount: counters.closed.slowConsumer,
    maxQueuedBytes: counters.maxQueuedBytes,
    p99Us: latenciesUs[Math.ceil(0.99 * latenciesUs.length) - 1]!,
  }
  await bench.end()
  await relay.close()
  return found
}

function slowConsumerSuite(subject: Subject): void {
  suite(`a slow consumer in full: ${subject.id}`, () => {
    test('one of ten stops to read: it is cut at the bound and one event, and nine get 20,000 of 20,000, in order', async () => {
      const { sleeper, readers, closedCount, maxQueuedBytes } = await run(subject, eventCount, true)
      assert.equal(closedCount, 1)
      assert.ok(maxQueuedBytes > boundBytes && maxQueuedBytes <= boundBytes + oneEventBytes, `${maxQueuedBytes}`)
      for (const { received, positions, tally } of readers) {
        assert.deepEqual([received.length, positions[0], positions.at(-1), tally.reconnectCount], [eventCount, 1, eventCount, 0])
        assert.ok(positions.every((position, index) => position === index + 1))
      }
      assert.ok(sleeper.received.length < eventCount)
    })

    test('the p99 of the nine changes by less than 20 % against runs in which the tenth reads', async () => {
      await run(subject, pairEventCount, true)
      const ratios: number[] = []
      for (let pair = 0; pair < pairCount; pair++) {
        const inTurn = [pair % 2 === 0, pair % 2 !== 0]
        const p99s = new Map<boolean, number>()
        for (const isStalled of inTurn) p99s.set(isStalled, (await run(subject, pairEventCount, isStalled)).p99Us)
        ratios.push(p99s.get(true)! / p99s.get(false)!)
      }
      assert.ok(
        ratios.filter((ratio) => ratio >= p99RatioLimit).length <= mostPairsAbove,
        `p99 with a stalled reader ÷ without, by pair: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`,
      )
    })
  })
}

slowConsumerSuite(sse)
slowConsumerSuite(websocket)
