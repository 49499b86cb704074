import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findingsPage } from '../../scripts/findings.ts'
import { keptNames, shortAnswerNames, type KeptResult } from '../../scripts/kept-results.ts'
import { shortAnswerOf } from '../../scripts/short-answer.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { registry } from '../../src/core/transports/registry.ts'
import { namesOf } from '../../src/scenario/open-file.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8')

function kept(document: ResultDocument): KeptResult {
  const place = 'results/reference/chat'
  return { name: 'chat', place, file: `${place}/result.json`, charts: [], kind: 'run', document }
}

/** The first row of the table, cell by cell. */
function cellsOf(document: ResultDocument): string[] {
  const lines = shortAnswerOf([{ name: 'chat', result: kept(document) }])
    .replaceAll('\u00a0', ' ')
    .split('\n')
  return lines
    .find((line) => line.startsWith('| [chat]'))!
    .slice(2, -2)
    .split(' | ')
}

describe('README.md', () => {
  it('has at most 150 lines', () => {
    assert.ok(readme.trimEnd().split('\n').length <= 150)
  })

  it('names the workloads of the short answer as scenarios, and the number of scenarios as it is', () => {
    const all = namesOf('scenario')
    assert.deepEqual(
      shortAnswerNames.filter((name) => !all.includes(name)),
      [],
    )
    const said = /(\d+) scenarios and (\d+) micro-benchmarks/u.exec(readme)
    assert.deepEqual(said?.slice(1).map(Number), [all.length, namesOf('micro-benchmark').length])
  })

  it('shows a workload that runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'order-status.json')
    writeFileSync(path, /```json\n(.*?)```/su.exec(readme)![1]!)
    const { scenario } = loadScenario(path)
    assert.deepEqual(
      scenario.contenders.map(({ transport }) => transport),
      registry.map(({ id }) => id),
    )
  })
})

describe('the short answer', () => {
  it('has the four transports side by side, each with its medians', () => {
    const document = madeUpDocument({ blockCount: 3 })
    const cells = cellsOf(document)
    assert.equal(cells.length, 6)
    const { clientCount } = document.scenario.resolved as { clientCount: number }
    assert.ok(cells[0]!.startsWith(`[chat](results/reference/chat/report.md)<br>${clientCount.toLocaleString('en')} clients, `))
    for (const [at, transport] of ['short-poll', 'long-poll', 'sse', 'websocket'].entries()) {
      const { metrics } = document.summary.find((row) => row.transport === transport)!
      const cpu = Number(metrics.serverCpu!.median!.toPrecision(3))
      assert.ok(cells[at + 1]!.includes(`${cpu.toLocaleString('en', { minimumSignificantDigits: 3 })} ms/s`), cells[at + 1])
    }
  })

  it('marks the best, what equals it, and what no verdict separates from it', () => {
    const outcomes = { 'short-poll': 'better', 'long-poll': 'undecided', websocket: 'practicallyEqual' } as const
    const cells = cellsOf(
      madeUpDocument({
        blockCount: 3,
        patch: (document) => ({
          ...document,
          summary: document.summary.map((row) => ({
            ...row,
            metrics: { ...row.metrics, serverCpu: { ...row.metrics.serverCpu!, median: row.transport === 'sse' ? 1.5 : 20.5 } },
          })),
          comparison: {
            ...document.comparison,
            metrics: document.comparison.metrics.map((one) => {
              if (one.metric !== 'serverCpu') return one
              const pairs = Object.entries(outcomes).map(([b, verdict]) => {
                const better = verdict === 'better' ? 'sse' : null
                return { ...one.pairs[0]!, a: 'sse', b, low: 0.1, high: 0.9, level: 0.95, pValue: 0.0001, verdict, better }
              })
              return { ...one, pairs }
            }),
          },
        }),
      }),
    )
    const ofCpu = cells.slice(1, 5).map((cell) => cell.replaceAll('*', '').split('<br>').at(-1))
    assert.deepEqual(ofCpu, ['20.5 ms/s', '○ 20.5 ms/s', '● 1.50 ms/s', '● 20.5 ms/s'])
  })

  it('says which workloads have no kept result', () => {
    const text = shortAnswerOf([
      { name: 'chat', result: kept(madeUpDocument()) },
      { name: 'dashboard', result: undefined },
    ])
    assert.match(text, /^\| dashboard \| – \| – \| – \| – \| not measured yet \|$/mu)
  })
})

describe('docs/findings.md', () => {
  it('has a section of every kept result, with its answer', () => {
    const sections = findingsPage().split(/^## /mu).slice(1)
    assert.deepEqual(sections.map((section) => section.split('\n')[0]!).toSorted(), keptNames())
  })
})
