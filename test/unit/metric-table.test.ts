import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readResult, readStudy } from '../../src/cli/result-file.ts'
import { metricIds, metrics, type MetricId } from '../../src/core/metric.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { metricsOf, readingOf } from '../../src/metrics/metric-value.ts'
import { csvReport } from '../../src/report/csv.ts'
import { metricText } from '../../src/report/metric-view.ts'
import { tradeOff } from '../../src/report/trade-off.ts'
import { tiers } from '../../src/report/verdicts.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { madeUpSweep } from '../golden/fixture-study.ts'

const folder = mkdtempSync(join(tmpdir(), 'metric-table-'))
after(() => rmSync(folder, { recursive: true }))

interface Rows {
  metrics: Partial<Record<MetricId, { unit?: string }>>
}

/** A document as its file has it, with each unit that it names replaced by that of `unitOf`. */
function filed(name: string, document: object, unitOf: (told: string) => string | undefined, patch: object = {}): string {
  const file = join(folder, name)
  const text = JSON.stringify({ ...document, ...patch }, (key, value: unknown) => {
    if (key !== 'metrics' || Array.isArray(value)) return value
    const told = Object.entries(value as Rows['metrics']).map(([id, summary]) => [id, { ...summary, unit: unitOf(summary.unit!) }])
    return Object.fromEntries(told) as unknown
  })
  writeFileSync(file, text)
  return file
}

const kernelBytes = [3_600, 3_700, 3_900]

/** Kernel memory that differs from block to block, so that range and interval do. */
function withKernelBytes(trial: TrialResult): TrialResult {
  const memory = { ...trial.server.memory }
  memory.kernelPerClientBytes = { ...memory.kernelPerClientBytes!, value: kernelBytes[trial.block]! }
  return { ...trial, server: { ...trial.server, memory } }
}

/** A trial in which clients asked for jobs, and that had deliveries enough for the cost of one. */
function withJobs(trial: TrialResult): TrialResult {
  const jobs: TrialResult['jobs'] = {
    askedCount: 4,
    doneCount: 4,
    requestCountPerJob: 1,
    allRequestCountPerJob: 2,
    firstMessageUs: { ...trial.serviceLatencyUs, p99: 3_000 },
    gapUs: { ...trial.serviceLatencyUs, p99: 40_000 },
    stallCount: 0,
    stallRatio: 0,
    chainAddedUs: { ...trial.serviceLatencyUs, p90: 7_000 },
    reasons: {},
  }
  const processor = { ...trial.server.processor, cpuUsPerDelivery: 13.5, reasons: {} }
  return { ...trial, jobs, server: { ...trial.server, processor } }
}

describe('a document of the version before', () => {
  it('opens with the same numbers, and with the unit of each metric', () => {
    const document = madeUpDocument({ change: withJobs })
    const file = filed('older.json', document, () => undefined, { schemaVersion: 1 })
    assert.deepEqual(readResult(file), document)
    assert.equal(document.summary[0]!.metrics.deliveryLatencyP99!.unit, 'µs')
    assert.equal(document.summary[0]!.metrics.serverMemoryPerClient!.unit, 'bytes')
    assert.deepEqual(Object.keys(document.summary[0]!.metrics), metricIds)
  })

  it('opens likewise where it is a study', () => {
    const study = madeUpSweep()
    assert.deepEqual(readStudy(filed('older-study.json', study, () => undefined, { studyVersion: 1 })), study)
  })

  it('is refused where it is older than that, or where the unit is none', () => {
    const document = madeUpDocument()
    const same = (unit: string): string => unit
    assert.throws(() => readResult(filed('too-old.json', document, same, { schemaVersion: 0 })), /schemaVersion must be 1 or 2, got 0/)
    assert.throws(() => readStudy(filed('newer.json', madeUpSweep(), same, { studyVersion: 3 })), /studyVersion must be 1 or 2, got 3/)
    assert.throws(() => readResult(filed('unit.json', document, () => 'furlongs')), /does not match the schema of results: .*unit/)
  })
})

describe('the table of metrics', () => {
  it('gives the trade-off table and the verdicts the same figure with the same interval', () => {
    const document = madeUpDocument({ change: withKernelBytes })
    const rows = tradeOff(document).rows.flatMap(({ metric, cells }) => (metric === undefined ? [] : [{ metric, cells }]))
    const inTable = metricsOf(document.trials).filter((id) => metrics[id].row !== undefined && metrics[id].row.ifAny !== true)
    assert.deepEqual(new Set(rows.map(({ metric }) => metric)), new Set(inTable))
    for (const { metric, cells } of rows) {
      for (const [at, row] of document.summary.entries()) {
        const { text, interval } = cells[at]!
        assert.ok(metricText(metric, row.metrics[metric]).startsWith(text))
        if (interval !== null) assert.ok(metricText(metric, row.metrics[metric]).endsWith(interval))
      }
    }
    const kernel = rows.find(({ metric }) => metric === 'serverKernelMemoryPerClient')!.cells[0]!
    assert.deepEqual([kernel.text, kernel.interval], ['3.61', '[3.29 – 4.03]'])
    const verdict = tiers(document).find(({ metric }) => metric === 'serverKernelMemoryPerClient')!
    assert.match(verdict.sentence, /\(3\.61 KiB \[3\.29 – 4\.03\]\)/)
  })

  it('has every metric of a trial in CSV, by its path and with its unit', () => {
    const document = madeUpDocument({ blockCount: 1, labels: [{ label: 'sse', transport: 'sse' }], change: withJobs })
    const lines = csvReport(document).split('\n')
    const paths = metricIds.filter((id) => typeof metrics[id].from === 'string')
    assert.equal(paths.length, metricIds.length - 1)
    for (const id of paths) {
      const { from, unit } = metrics[id]
      const { value } = readingOf(document.trials[0]!, id)
      const found = lines.filter((line) => line.includes(`,${from as string},`) || line.includes(`,${from as string}.value,`))
      assert.deepEqual(
        found.map((line) => line.split(',').slice(7, 9)),
        [[value === null ? '' : String(value), unit.stored]],
        id,
      )
    }
  })
})
