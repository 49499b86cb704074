import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { harnessError } from '../../src/core/errors.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import type { RunRequest } from '../../src/run/run-events.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { runStudy, type StudyEvent, type StudyRequest } from '../../src/run/study.ts'
import { fourContenders, madeUpDocument } from '../golden/fixture-document.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'study-test-'))
after(() => rmSync(folder, { recursive: true }))

const plain = {
  ...plainScenario,
  contenders: fourContenders.map(({ transport }) => ({ transport })),
  seed: 3,
}

const discarded: number[] = []

function requestOf(more: object, run: (request: RunRequest) => ResultDocument, signal = new AbortController().signal): StudyRequest {
  const path = join(folder, 'plain.json')
  writeFileSync(path, JSON.stringify({ ...plain, ...more }))
  const { study, ...loaded } = loadScenario(path)
  return {
    ...loaded,
    plan: study!,
    startedAt: '2026-01-02T03:04:05.000Z',
    openPoint: (number) => ({ dir: join(folder, String(number)), folder: `points/${number}`, discard: () => discarded.push(number) }),
    run: async (request, observe) => {
      const document = run(request)
      observe({ kind: 'document', document })
      return document
    },
    calibrationDir: folder,
    namespace: 'off',
    force: false,
    command: 'bench plain',
    signal,
  }
}

async function play(request: StudyRequest): Promise<{ document: StudyDocument; events: StudyEvent[] }> {
  const events: StudyEvent[] = []
  const document = await runStudy(request, (event) => {
    events.push(structuredClone(event))
    if (event.kind === 'study') studySchema.parse(event.document)
  })
  return { document, events }
}

describe('a sweep', () => {
  it('runs every point once in a seeded order, each with its own scenario and folder', async () => {
    const seen: string[] = []
    const more = { sweep: { clientCount: [10, 20, 30, 40, 50] } }
    const run = ({ scenario, resultDir }: RunRequest) => {
      seen.push(`${scenario.clientCount} ${resultDir.slice(folder.length)}`)
      return madeUpDocument()
    }
    const { document } = await play(requestOf(more, run))
    assert.deepEqual(seen.toSorted(), ['10 /1', '20 /2', '30 /3', '40 /4', '50 /5'])
    assert.notDeepEqual(seen, seen.toSorted())
    const again = [...seen]
    seen.length = 0
    await play(requestOf(more, run))
    assert.deepEqual(seen, again)
    assert.deepEqual(
      document.points.map(({ number, values, status, folder: place }) => [number, values, status, place]),
      [10, 20, 30, 40, 50].map((value, at) => [at + 1, [value], 'done', `points/${at + 1}`]),
    )
    assert.deepEqual(document.points.map(({ rank }) => rank).toSorted(), [1, 2, 3, 4, 5])
    assert.equal(document.interrupted, false)
  })

  it('is written from the start of its first point, and complete after each, so that a killed study has a report', async () => {
    const { events } = await play(requestOf({ sweep: { clientCount: [10, 20] } }, () => madeUpDocument()))
    const documents = events.flatMap((event) => (event.kind === 'study' ? [event.document] : []))
    assert.deepEqual(
      documents.map(({ points }) => points.filter(({ status }) => status === 'done').length),
      [0, 1, 1, 2, 2],
    )
    assert.deepEqual(documents[0]!.points.map(({ status }) => status).toSorted(), ['planned', 'running'])
    // Both points are the same document: nobody changes places, and rows hold what the run's summary holds.
    const { points, breakEven } = documents[3]!
    assert.deepEqual(
      points[0]!.rows.map(({ metrics }) => metrics.deliveryLatencyP99?.median),
      madeUpDocument().summary.map(({ metrics }) => metrics.deliveryLatencyP99?.median),
    )
    // Six pairs of four contenders; a push makes no requests, nothing was lost, and what is 0 has no ratio.
    const pairCounts: Record<string, number> = { requestsPerDelivery: 1, requestsPerSecond: 1, lostRatio: 0 }
    const compared = madeUpDocument().comparison.metrics.filter(({ pairs }) => pairs.length > 0)
    assert.deepEqual(
      compared.map(({ metric }) => [metric, breakEven.filter((one) => one.metric === metric).length]),
      compared.map(({ metric }) => [metric, pairCounts[metric] ?? 6]),
    )
    assert.deepEqual(
      breakEven.filter(({ verdict }) => verdict === 'crosses'),
      [],
    )
  })

  it('keeps what was done when it is stopped, and does not compare the point that was cut', async () => {
    const controller = new AbortController()
    let runCount = 0
    const run = () => {
      if (++runCount === 1) return madeUpDocument()
      controller.abort()
      return { ...madeUpDocument(), interrupted: true }
    }
    const { document } = await play(requestOf({ sweep: { clientCount: [10, 20, 30] } }, run, controller.signal))
    assert.equal(document.interrupted, true)
    assert.deepEqual(document.points.map(({ status }) => status).toSorted(), ['done', 'interrupted', 'planned'])
    assert.deepEqual(document.breakEven, [])
    assert.match(document.warnings.at(-1)!.message, /stopped after 1 of 3 points/)
  })

  it('lists a point that the machine cannot hold by then, and goes on', async () => {
    const run = ({ scenario }: RunRequest) => {
      if (scenario.clientCount === 20) throw harnessError('ERR_LIMIT_MEMORY', 'no room')
      return madeUpDocument()
    }
    const { document } = await play(requestOf({ sweep: { clientCount: [10, 20, 30] } }, run))
    assert.deepEqual(
      document.points.map(({ status }) => status),
      ['done', 'refused', 'done'],
    )
    assert.match(document.points[1]!.reasons['rows']!, /no room/)
    assert.deepEqual(discarded, [2])
  })

  it('says which point of how many runs', async () => {
    const { events } = await play(requestOf({ sweep: { clientCount: [10, 20] } }, () => madeUpDocument()))
    const started = events.flatMap((event) => (event.kind === 'point-started' ? [event] : []))
    assert.deepEqual(
      started.map(({ rank, pointCount }) => [rank, pointCount]),
      [
        [1, 2],
        [2, 2],
      ],
    )
    assert.match(started[0]!.what, /^clientCount \d+$/)
    assert.ok(started[1]!.remainingSeconds < started[0]!.remainingSeconds)
  })
})

describe('a search', () => {
  const search = { axis: 'clientCount', from: 10, to: 80, limits: { deliveryLatencyP99Ms: 250 } }
  const contenders = [{ transport: 'sse' }]
  const labels = [{ label: 'sse', transport: 'sse' }]

  /** One trial of one contender that breaks the limit above so many clients. */
  function documentOf({ scenario }: RunRequest, limit: number, gate?: string): ResultDocument {
    const made = madeUpDocument({ labels, blockCount: 1 })
    if (scenario.clientCount <= limit) return made
    const breach = { limit: 'deliveryLatencyP99Ms', contender: 'sse', block: 0, measured: 300, allowed: 250, reasons: {} }
    const validity = {
      status: 'tainted' as const,
      reasons: gate === undefined ? [] : [{ gate, status: 'tainted' as const, message: 'made up' }],
    }
    return {
      ...made,
      trials: made.trials.map((trial) => ({ ...trial, validity: gate === undefined ? trial.validity : validity })),
      comparison: { ...made.comparison, limitBreaches: [breach] },
    }
  }

  it('keeps every step with its outcome and why', async () => {
    const { document } = await play(requestOf({ search, contenders }, (request) => documentOf(request, 40)))
    const [answer] = document.search
    assert.deepEqual([answer!.verdict, answer!.value, answer!.failsAt], ['confirmed', 40, 42])
    assert.equal(document.points.length, answer!.steps.length)
    const failed = answer!.steps.find(({ outcome }) => outcome === 'fail')
    assert.deepEqual(failed!.why, ['deliveryLatencyP99Ms 300, at most 250'])
    assert.deepEqual(document.points[failed!.point - 1]!.values, [failed!.value])
  })

  it('draws a schedule of its own for every step', async () => {
    const seeds: number[] = []
    await play(
      requestOf({ search, contenders }, (request) => {
        seeds.push(request.scenario.seed)
        return documentOf(request, 40)
      }),
    )
    assert.equal(new Set(seeds).size, seeds.length)
  })

  it('does not hold a broken limit against the transport while a gate of the generator speaks', async () => {
    const { document } = await play(requestOf({ search, contenders }, (request) => documentOf(request, 40, 'generator-utilisation')))
    assert.deepEqual([document.search[0]!.verdict, document.search[0]!.value, document.search[0]!.failsAt], ['at least', 40, null])
  })

  it('takes a machine that is full for a limit of the machine', async () => {
    const run = (request: RunRequest) => {
      if (request.scenario.clientCount > 20) throw harnessError('ERR_LIMIT_DESCRIPTORS', 'too many')
      return documentOf(request, 100)
    }
    const { document } = await play(requestOf({ search, contenders }, run))
    assert.deepEqual([document.search[0]!.verdict, document.search[0]!.value], ['at least', 20])
    const refused = document.points.filter(({ status }) => status === 'refused').map(({ values }) => values[0])
    assert.deepEqual(refused, [40, 40, 28, 28, 24, 24, 22, 22, 21, 21])
  })

  it('has no answer while it is unfinished', async () => {
    const controller = new AbortController()
    const { document } = await play(
      requestOf(
        { search, contenders },
        (request) => {
          controller.abort()
          return { ...documentOf(request, 40), interrupted: true }
        },
        controller.signal,
      ),
    )
    assert.deepEqual([document.search[0]!.verdict, document.search[0]!.value, document.search[0]!.steps], ['unfinished', null, []])
  })
})
