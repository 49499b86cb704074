import type { MeasureFile, MeasureId } from '../core/measure.ts'
import { msPerSecond } from '../core/units.ts'

const operationsPerSize = 12
const startSeconds = 1.5
const trialSeconds = 5

/** About how long one round takes, in seconds. */
export function roundSeconds(file: MeasureFile): number {
  if (file.measure === 'framing-micro')
    return startSeconds + (1.5 * operationsPerSize * file.messageBytes.length * file.samplingMs) / msPerSecond
  return startSeconds + trialSeconds + (2 * file.measuredMs) / msPerSecond
}

/** About how long all rounds take, in seconds. */
export function measureSeconds(file: MeasureFile): number {
  return file.roundCount * roundSeconds(file)
}

/** How to read each measure, and what it does not say. */
export const measureNotes: Readonly<Record<MeasureId, string[]>> = {
  'framing-micro': [
    'Medians of tinybench by operation, each over many messages at a time, without kernel, sockets or clients: what the libraries and the wire format cost, not what a transport costs.',
    'Request and answer are both sides together, undici on one and node:http on the other, in one process over a pipe in memory. The transfer coding of SSE (node:http) is not in its rows: 8 bytes and a length per event.',
    'The smallest and the largest are of the rounds, each in a fresh process.',
  ],
  'http-saturation': [
    'autocannon asks again at once on every connection: what it reaches is the capacity of server and generator together. Its own rate option is not used, since its correction mixes seconds and milliseconds.',
    'Our clients ask by the clock, as browsers do: a poll then often meets an idle server, whose wake-up is charged to it. Never size one kind of load from the other.',
    'Polls are empty (204), on kept connections, without pipelining. "By that" is 1 s divided by the processor time of one poll.',
  ],
}
