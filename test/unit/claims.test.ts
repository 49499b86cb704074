import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { claimsPages } from '../../scripts/claims-page.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import type { StudyDocument } from '../../src/core/study-result.ts'
import { claimTable, claimTransports, type ClaimTransport } from '../../src/report/claims/claim-table.ts'
import { judgeClaims, type JudgedCell } from '../../src/report/claims/judge.ts'
import { claimPages, claimsMarkdown } from '../../src/report/claims/markdown.ts'
import { verdictOver, type Statement } from '../../src/report/claims/statement.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

type Pair = ResultDocument['comparison']['metrics'][number]['pairs'][number]

function cellOf(row: string, transport: ClaimTransport, document?: ResultDocument, studies: StudyDocument[] = []): JudgedCell {
  const rows = judgeClaims({
    results: document === undefined ? [] : [{ file: 'a.json', document }],
    studies: studies.map((study) => ({ file: 's.json', document: study })),
  })
  return rows.find((judged) => judged.row.id === row)!.cells.find((cell) => cell.transport === transport)!
}

/** A document whose pairs in some metrics come out as given: "winner>loser", "a=b" practically equal, "a?b" undecided. */
function ruled(
  metricIds: readonly string[],
  outcomes: readonly string[],
  patch: (document: ResultDocument) => ResultDocument = (d) => d,
): ResultDocument {
  return madeUpDocument({
    blockCount: 2,
    patch: (document) => {
      const model = document.comparison.metrics[0]!.pairs[0]!
      const pairs = outcomes.map((text): Pair => {
        const [, a = '', sign, b = ''] = /^([a-z-]+)([>=?])([a-z-]+)$/u.exec(text)!
        const shared = { ...model, a, b, low: 0.4, high: 0.6, level: 0.95, pValue: 0.01, reasons: {} }
        if (sign === '>') return { ...shared, verdict: 'better', better: a }
        return { ...shared, verdict: sign === '=' ? 'practicallyEqual' : 'undecided', better: null }
      })
      const comparison = {
        ...document.comparison,
        metrics: document.comparison.metrics.map((one) => ({ ...one, pairs: metricIds.includes(one.metric) ? pairs : [] })),
      }
      return patch({ ...document, comparison })
    },
  })
}

const named =
  (name: string, matters: object, limitBreaches: ResultDocument['comparison']['limitBreaches'] = []) =>
  (document: ResultDocument) => ({
    ...document,
    scenario: { ...document.scenario, name, resolved: { ...document.scenario.resolved, matters } },
    comparison: { ...document.comparison, limitBreaches },
  })

describe('the table of claims', () => {
  it('has nine rows of four cells, each with words', () => {
    assert.equal(claimTable.length, 9)
    for (const { cells } of claimTable) for (const transport of claimTransports) assert.match(cells[transport].words, /^[A-Za-z]/)
  })

  it('is not measured anywhere without a result, and needs none', () => {
    const rows = judgeClaims({ results: [], studies: [] })
    const pairless = 'no result compares transports with different words'
    const whyOf: Record<string, string> = {
      protocol: 'the protocol is what the transport is, not a figure',
      direction: 'the direction follows from the protocol and is no figure',
      latency: pairless,
      network: pairless,
      server: pairless,
      complexity: 'no result holds all four transports',
      proxies: 'no firewall and no proxy stands between client and server in a trial',
    }
    const scenariosOf: Record<string, Record<ClaimTransport, string>> = {
      'use-cases': {
        'short-poll': 'announcements',
        'long-poll': 'notifications, news-feed, job-status',
        websocket: 'chat, collaborative-editing, dashboard',
        sse: 'news-feed, stock-ticker, notifications',
      },
      ai: {
        'short-poll': 'job-status, ai-pipeline, llm-stream',
        'long-poll': 'job-status, ai-pipeline',
        websocket: 'llm-stream',
        sse: 'llm-stream',
      },
    }
    for (const { row, cells } of rows)
      for (const { transport, verdict, why, figure } of cells) {
        const known = whyOf[row.id] ?? `no result of ${scenariosOf[row.id]![transport]}`
        assert.deepEqual([verdict, why, figure], ['not measured', known, null], `${row.id}, ${transport}`)
      }
    assert.match(claimsMarkdown(rows, { results: [], studies: [] }), /no reference result yet/u)
  })

  it('fits one screen: a row of verdicts with one linked figure each, and what they rest on in a page of its own', () => {
    const evidence = {
      results: [{ file: 'results/reference/chat/result.json', document: ruled(['serverMemoryPerClient'], ['sse>websocket']) }],
      studies: [],
    }
    const rows = judgeClaims(evidence)
    const memoryKiB =
      evidence.results[0]!.document.summary.find(({ transport }) => transport === 'sse')!.metrics.serverMemoryPerClient!.median! / 1_024
    const cell = `moderate: **confirmed**<br>[server memory per client ${memoryKiB.toPrecision(3)} KiB](../results/reference/chat/report.md)`
    const line = claimsMarkdown(rows, evidence)
      .split('\n')
      .find((one) => one.startsWith('| [Server resource use](claims/server.md) |'))
    assert.equal(line?.split(' | ').at(-1), `${cell} |`)
    const pages = claimPages(rows)
    assert.deepEqual(Object.keys(pages).toSorted(), ['complexity', 'server', 'use-cases'])
    assert.match(pages['server']!, /^- agrees: sse beats websocket: .* \(\[chat\]\(\.\.\/\.\.\/results\/reference\/chat\/report\.md\)\)$/mu)
  })

  it('is one screen of the kept results', () => {
    const lines = claimsPages()['docs/claims.md']!.split('\n')
    assert.ok(lines.length <= 25, `${lines.length} lines`)
    assert.equal(lines.filter((line) => line.startsWith('|')).length, 2 + claimTable.length)
  })
})

describe('words in an order', () => {
  const memory = ['serverMemoryPerClient']

  it('are confirmed where the lower word wins, refuted where it loses', () => {
    const cheap = ruled(memory, ['short-poll>websocket', 'long-poll>websocket', 'sse>websocket'])
    const dear = ruled(memory, ['websocket>short-poll', 'websocket>long-poll', 'websocket>sse'])
    assert.equal(cellOf('server', 'websocket', cheap).verdict, 'confirmed')
    assert.equal(cellOf('server', 'sse', cheap).verdict, 'confirmed')
    assert.equal(cellOf('server', 'websocket', dear).verdict, 'refuted')
    assert.equal(cellOf('server', 'sse', dear).verdict, 'refuted')
  })

  it('depend where one pair agrees and another does not', () => {
    const { verdict, why } = cellOf('server', 'websocket', ruled(memory, ['short-poll>websocket', 'websocket>sse']))
    assert.equal(verdict, 'depends')
    assert.equal(why, 'holds in server memory per client against short-poll; does not hold in server memory per client against sse')
  })

  it('are refuted by "practically equal", left open by "undecided"', () => {
    assert.equal(cellOf('server', 'sse', ruled(memory, ['sse=websocket'])).verdict, 'refuted')
    assert.equal(cellOf('server', 'sse', ruled(memory, ['sse?websocket'])).verdict, 'undecided')
  })

  it('claim nothing between equal words', () => {
    const same = ruled(memory, ['sse>long-poll', 'short-poll>sse'])
    assert.equal(cellOf('server', 'sse', same).verdict, 'not measured')
  })

  it('say nothing of a run with faults', () => {
    const faulted = ruled(memory, ['sse>websocket'], (document) => ({
      ...document,
      scenario: { ...document.scenario, resolved: { ...document.scenario.resolved, faults: [{ kind: 'restart' }] } },
    }))
    assert.equal(cellOf('server', 'sse', faulted).verdict, 'not measured')
  })

  it('take the interval at its word: p50 is half of it', () => {
    const polled = (pollIntervalMs: number) =>
      ruled([], [], (document) => ({
        ...document,
        scenario: {
          ...document.scenario,
          resolved: { ...document.scenario.resolved, contenders: [{ label: 'short-poll', transport: 'short-poll', pollIntervalMs }] },
        },
      }))
    const p50Ms = polled(1).summary.find(({ transport }) => transport === 'short-poll')!.metrics.deliveryLatencyP50!.median! / 1_000
    assert.equal(cellOf('latency', 'short-poll', polled(2 * p50Ms)).verdict, 'confirmed')
    assert.equal(cellOf('latency', 'short-poll', polled(4 * p50Ms)).verdict, 'refuted')
  })

  it('depend on the axis where a study has a break-even', () => {
    const study = (verdict: 'crosses' | 'never', matters: boolean): StudyDocument =>
      ({
        scenario: { resolved: {} },
        environment: {},
        axes: [{ path: 'contenders.*.pollIntervalMs', label: 'Poll interval', unit: 'ms', values: [1_000, 30_000] }],
        contenders: ['short-poll', 'websocket'].map((label) => ({ label, transport: label })),
        breakEven: [
          {
            metric: 'serverCpu',
            a: 'short-poll',
            b: 'websocket',
            at: null,
            scale: 'log',
            from: 1_000,
            to: 30_000,
            pointCount: 3,
            level: 0.95,
            verdict,
            lower: verdict === 'never' ? 'short-poll' : null,
            crossings:
              verdict === 'never'
                ? []
                : [{ value: 13_700, low: 12_000, high: 17_000, lowerBelow: 'websocket', lowerAbove: 'short-poll', matters, reasons: {} }],
            open: [],
            reasons: {},
          },
        ],
      }) as unknown as StudyDocument
    const crossed = cellOf('server', 'short-poll', undefined, [study('crosses', true)])
    assert.equal(crossed.verdict, 'depends')
    assert.match(crossed.why, /short-poll has the lower server CPU than websocket above a poll interval of 13\.7 s \[12\.0 s – 17\.0 s\]/u)
    assert.equal(cellOf('server', 'short-poll', undefined, [study('crosses', false)]).verdict, 'undecided')
    assert.equal(cellOf('server', 'short-poll', undefined, [study('never', true)]).verdict, 'confirmed')
    assert.equal(cellOf('server', 'websocket', undefined, [study('never', true)]).verdict, 'confirmed')
  })
})

describe('use cases', () => {
  const matters = { serverMemoryPerClient: { ratio: 1.1 } }
  const chat = (outcomes: readonly string[], breaches: string[] = []) =>
    ruled(
      ['serverMemoryPerClient'],
      outcomes,
      named(
        'chat',
        matters,
        breaches.map((contender) => ({ limit: 'lostCount', contender, block: 0, measured: 3, allowed: 0, reasons: {} })),
      ),
    )

  it('are confirmed within the limits by whom nobody is better than', () => {
    assert.equal(cellOf('use-cases', 'websocket', chat(['websocket>sse', 'websocket?long-poll'])).verdict, 'confirmed')
  })

  it('depend where another is lower in what matters and higher in nothing', () => {
    const { verdict, why } = cellOf('use-cases', 'websocket', chat(['sse>websocket']))
    assert.equal(verdict, 'depends')
    assert.equal(why, 'in chat it stays within the limits, but sse is lower in server memory per client and higher in nothing that matters')
  })

  it('are refuted by a broken limit', () => {
    assert.equal(cellOf('use-cases', 'websocket', chat(['websocket>sse'], ['websocket'])).verdict, 'refuted')
  })

  it('turn round where the source denies them', () => {
    const jobs = (outcomes: readonly string[]) => ruled(['serverMemoryPerClient'], outcomes, named('job-status', matters))
    assert.equal(cellOf('ai', 'short-poll', jobs(['sse>short-poll'])).verdict, 'confirmed')
    assert.equal(cellOf('ai', 'short-poll', jobs(['short-poll>sse'])).verdict, 'refuted')
  })
})

describe('complexity', () => {
  it('is held against lines and branches, both', () => {
    const counted = (lines: number, branches: number) =>
      ruled([], [], (document) => ({
        ...document,
        summary: document.summary.map((row) => ({
          ...row,
          traits: {
            ...row.traits,
            complexity: {
              ...row.traits.complexity,
              serverLines: row.transport === 'websocket' ? lines : 100,
              clientLines: 0,
              branches: row.transport === 'websocket' ? branches : 50,
            },
          },
        })),
      }))
    assert.equal(cellOf('complexity', 'websocket', counted(110, 55)).verdict, 'confirmed')
    assert.equal(cellOf('complexity', 'websocket', counted(90, 45)).verdict, 'refuted')
    assert.equal(cellOf('complexity', 'websocket', counted(200, 50)).verdict, 'undecided')
  })
})

describe('a verdict over statements', () => {
  const say = (outcome: Statement['outcome']): Statement => ({ outcome, topic: 'x', text: 'at 3 s', file: 'f' })

  it('counts what agrees and what contradicts', () => {
    assert.equal(verdictOver([], 'why').why, 'why')
    assert.equal(verdictOver([say('agrees'), say('agrees')], '').why, 'holds in x (2 results)')
    assert.equal(verdictOver([say('agrees'), say('open')], '').verdict, 'confirmed')
    assert.equal(verdictOver([say('depends')], '').why, 'at 3 s')
  })
})
