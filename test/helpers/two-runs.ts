import { metricIds } from '../../src/core/metric.ts'
import { exponential, seededRandom } from '../../src/core/random.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { median } from '../../src/metrics/statistics.ts'
import { fourContenders, madeUpDocument } from '../golden/fixture-document.ts'

/** All that says what a machine is. */
export const machine: ResultDocument['environment'] = {
  startedAt: '2026-01-01T00:00:00.000Z',
  platform: 'linux',
  arch: 'x64',
  kernel: '6.1.0',
  cpuModel: 'Made-up CPU',
  cpuClockMhz: 2_600,
  coreCount: 2,
  cpuQuotaCount: 'none',
  memoryBytes: 8_589_934_592,
  memoryLimitBytes: 'none',
  node: 'v20.19.0',
  libraries: { fastify: '5.12.8', ws: '8.23.0' },
  namespace: 'own',
  pinning: 'server on 0, the rest on 1',
}

export interface RunAsk {
  environment?: ResultDocument['environment']
  /** Every value × this, where it is above 0. */
  factor?: number
  /** Standard deviation of a value, relative to it. */
  noise?: number
  seed?: number
  blockCount?: number
  labels?: typeof fourContenders
  patch?: (document: ResultDocument) => void
}

const documents = new Map<string, ResultDocument>()

/** Made once: a test of false alarms asks for hundreds. */
function documentOf(blockCount: number, labels = fourContenders): ResultDocument {
  const key = JSON.stringify([blockCount, labels])
  const made = documents.get(key) ?? madeUpDocument({ blockCount, labels })
  documents.set(key, made)
  return made
}

/** A made-up run whose figures differ from those of other runs by no more than what is asked. */
export function madeUpRun({ environment, factor = 1, noise = 0, seed = 1, blockCount = 4, labels, patch }: RunAsk = {}): ResultDocument {
  const document = structuredClone(documentOf(blockCount, labels))
  const random = seededRandom(seed, 'noise')
  // Box–Muller from two uniform draws.
  const gauss = (): number => Math.sqrt(2 * exponential(random, 1)) * Math.cos(2 * Math.PI * random())
  document.environment = { ...machine, ...environment }
  for (const entry of document.comparison.metrics) entry.floorThatMatters = null
  for (const row of document.summary) {
    for (const id of metricIds) {
      const summary = row.metrics[id]
      if (summary === undefined || summary.median === null) continue
      const middle = summary.median
      summary.values = summary.values.map(() => middle * factor * (1 + noise * gauss()))
      summary.median = median(summary.values)
    }
  }
  patch?.(document)
  return document
}
