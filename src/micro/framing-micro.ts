import { Bench } from 'tinybench'
import type { FramingFile } from './micro-benchmark.ts'
import { formatCursor } from '../core/cursor.ts'
import { messageLine } from '../core/wire.ts'
import { payloadMaker } from '../core/payload.ts'
import { nsPerUs, usPerMs } from '../core/units.ts'
import { operations } from './framing-operations.ts'
import { microEpoch, PollPipe } from './poll-pipe.ts'
import type { Reading } from './micro-benchmark.ts'

const nsPerMs = usPerMs * nsPerUs
const pollsPerSample = 16
/** Both libraries are optimised by then: the first thousands take five times as long. */
const warmUpPolls = 5_000

/**
 * What it costs to encode, frame and parse one message in each transport, in ns, and how many bytes it becomes: no
 * kernel, no simulated client. One round, in the process of the caller.
 */
export async function framingMicro({ messageBytes, samplingMs }: FramingFile): Promise<Reading[]> {
  const readings: Reading[] = []
  for (const size of messageBytes) {
    for (const { label, group, count, run, bytes } of operations(size)) {
      const place = { group: `${group}, ${size} B` }
      readings.push({ ...place, label, unit: 'ns', value: (await medianNs(run, samplingMs)) / count })
      if (bytes !== undefined) readings.push({ ...place, label: `${label}: size`, unit: 'B', value: bytes })
    }
    const line = messageLine(formatCursor(microEpoch, 1), payloadMaker(size, 1)(0))
    for (const [what, lines] of [
      ['empty (204)', []],
      ['one message', [line]],
    ] as const)
      readings.push(...(await pollReadings(`Polls, ${size} B`, what, lines, samplingMs)))
  }
  return readings
}

/** A request and its answer, both sides together: undici writes and reads, node:http reads and writes. */
async function pollReadings(group: string, what: string, lines: readonly string[], samplingMs: number): Promise<Reading[]> {
  const pipe = new PollPipe(lines)
  try {
    for (let count = 0; count < warmUpPolls; count++) await pipe.poll()
    const before = pipe.bytes
    await pipe.poll()
    const { up, down } = pipe.bytes
    const label = `request and answer, ${what}`
    const pollSome = async (): Promise<void> => {
      for (let count = 0; count < pollsPerSample; count++) await pipe.poll()
    }
    return [
      { group, label, unit: 'ns', value: (await medianNs(pollSome, samplingMs)) / pollsPerSample },
      { group, label: `${label}: size up`, unit: 'B', value: up - before.up },
      { group, label: `${label}: size down`, unit: 'B', value: down - before.down },
    ]
  } finally {
    await pipe.close()
  }
}

/** Median time of one call, in ns, by tinybench. */
async function medianNs(run: () => void | Promise<void>, samplingMs: number): Promise<number> {
  const bench = new Bench({ time: samplingMs, warmupTime: samplingMs / 2, throws: true })
  bench.add('operation', run)
  const [task] = await bench.run()
  const { result } = task!
  if (!('latency' in result)) throw new Error('tinybench measured nothing')
  return result.latency.p50 * nsPerMs
}
