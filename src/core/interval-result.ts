import { z } from 'zod'
import { amount, count, label, maybe, reasons } from './result-parts.ts'

/**
 * One line of `timeline.ndjson`: about a second of a measured window, written while the trial runs, so that a killed run
 * leaves what it saw. It holds what `/proc` tells from outside; requests and deliveries are known when the trial has ended.
 */
export const interval = z.strictObject({
  contender: label,
  block: count,
  position: count,
  atMs: amount.describe('Start of the interval, from the start of the measured window.'),
  durationMs: amount,
  serverCpuMsPerSecond: maybe,
  serverRssBytes: maybe,
  serverDescriptorCount: maybe,
  generatorCpuMsPerSecond: maybe.describe('Publisher and client hosts together.'),
  reasons,
})

export type Interval = z.output<typeof interval>
