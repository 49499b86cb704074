import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Workload } from '../../src/advisor/model/workload.ts'
import { figuresOf } from '../../src/advisor/profile/measure-point.ts'
import { judgeVerification, type VerifiedTransport } from '../../src/advisor/verify-choice.ts'
import { verificationExitCode } from '../../src/cli/choose-command.ts'
import type { CheckedFigure, ProfilePoint } from '../../src/core/profile-result.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { ruleOfVerification, verificationConclusion, verifiedText } from '../../src/cli/verify-text.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

type Reason = TrialResult['validity']['reasons'][number]

const workload = { clientCount: 1_000, messagesPerSecondPerClient: 1, upstreamPerSecondPerClient: 0 } as unknown as Workload

function measured(status: TrialResult['validity']['status'], ...reasons: Reason[]): Pick<ProfilePoint, 'measured' | 'reasons'> {
  const [trial] = madeUpDocument({ blockCount: 1 }).trials
  return figuresOf({ ...trial!, validity: { status, reasons } }, workload, 8_000, 'verification')
}

const cpuUsPerSecond = ({ server }: TrialResult): number => server.processor.cpuMsPerSecond! * 1_000

/** A row whose predictions are what was measured, times a factor; what was not measured has none. */
function rowOf({ measured: values, reasons }: Pick<ProfilePoint, 'measured' | 'reasons'>, factors: Record<string, number> = {}) {
  const figures = Object.entries(values).map(([figure, value]): CheckedFigure => {
    const predicted = (value ?? 1) * (factors[figure] ?? 1)
    const errorRatio = value === null || value === 0 ? null : Math.abs(predicted - value) / value
    const why: Record<string, string> = value === null ? { measured: reasons[figure]!, errorRatio: 'nothing to compare' } : {}
    return { figure, unit: '', predicted, measured: value, errorRatio, isInside: null, reasons: why }
  })
  return { transport: 'sse', point: 'stated', figures }
}

const load: Reason = {
  gate: 'competing-load',
  status: 'tainted',
  families: ['latency', 'cpu', 'connecting'],
  owner: 'machine',
  message: 'others used 40 %',
}

function verified(transport: string, row: VerifiedTransport['row'], status = 'valid'): VerifiedTransport {
  return { transport, scaleText: 'all clients', status, why: null, row, ...judgeVerification(row, status) }
}

describe('a prediction is verified', () => {
  it('by the figures of a valid trial: right up to 25 %, off beyond, and not by latencies', () => {
    const found = measured('valid')
    assert.equal(judgeVerification(rowOf(found, { serverCpu: 1.25, deliveryLatencyP99Us: 9 }), 'valid').verdict, 'holds')
    const { verdict, off } = judgeVerification(rowOf(found, { serverCpu: 1.26, bytesDown: 0.5 }), 'valid')
    assert.deepEqual([verdict, off.map(({ figure }) => figure)], ['off', ['serverCpu', 'bytesDown']])
  })

  it('never by a tainted trial, however right or wrong it looks', () => {
    for (const status of ['tainted', 'invalid', 'unranked'] as const) {
      const found = measured('tainted', { ...load, status })
      assert.deepEqual([found.measured['serverCpu'], found.measured['deliveryLatencyP50Us']], [null, null])
      // Bytes are far off, and what made the latencies doubtful does not touch them: it is not judged all the same.
      for (const factors of [{}, { bytesDown: 3 }]) {
        const told = judgeVerification(rowOf(found, factors), 'tainted')
        assert.deepEqual(told, { verdict: 'not judged', off: [], doubts: ['competing-load: other processes used its CPUs'] })
      }
    }
    const trial = { ...madeUpDocument().trials[0]!, validity: { status: 'tainted' as const, reasons: [load] } }
    assert.equal(figuresOf(trial, workload, 8_000).measured['serverCpu'], cpuUsPerSecond(trial), 'a profile counts it')
  })

  it('never by a trial that is invalid, failed or without a figure', () => {
    assert.deepEqual(judgeVerification(null, 'invalid'), { verdict: 'not judged', off: [], doubts: [] })
    assert.equal(judgeVerification(rowOf(measured('valid')), 'invalid').verdict, 'not judged')
    assert.equal(judgeVerification({ transport: 'sse', point: 'stated', figures: [] }, 'valid').verdict, 'not judged')
  })

  it('by what an idle trial holds, unless something else speaks against it', () => {
    const idle: Reason = { ...load, gate: 'ledger-not-exercised', status: 'unknown', families: ['latency', 'cpu', 'memory'] }
    const [trial] = madeUpDocument({ blockCount: 1 }).trials
    assert.equal(measured('unknown', idle).measured['serverCpu'], cpuUsPerSecond(trial!))
    assert.equal(judgeVerification(rowOf(measured('unknown', idle)), 'unknown').verdict, 'holds')
    const busy = measured('unknown', idle, load)
    assert.equal(busy.measured['serverCpu'], null)
    const { heapUsedBytes, externalBytes } = trial!.server.memory.idle
    assert.equal(busy.measured['liveHeap'], heapUsedBytes! + externalBytes!)
    assert.equal(judgeVerification(rowOf(busy), 'unknown').verdict, 'not judged')
  })
})

describe('a verification ends', () => {
  const right = verified('short-poll', rowOf(measured('valid')))
  const off = verified('sse', rowOf(measured('valid'), { serverCpu: 1.5 }))
  const tainted = verified('websocket', rowOf(measured('tainted', load)), 'tainted')
  const invalid = verified('long-poll', null, 'invalid')

  it('with one sentence and the rule', () => {
    assert.equal(
      verificationConclusion([right, off, tainted, invalid]),
      'The prediction is off for SSE (serverCpu by 50.0 %); it was not judged for WebSocket (its trial is tainted: competing-load: other processes used its CPUs) and long polling (its trial is invalid); it is right within 25.0 % for short polling.',
    )
    assert.equal(verificationConclusion([]), 'The prediction was not judged: no transport was run.')
    assert.match(ruleOfVerification, /^Rule: .* within 25\.0 %/)
    assert.match(verifiedText(tainted), /\nNot judged: its trial is tainted: competing-load: other processes used its CPUs\.\n$/)
    assert.equal(
      verifiedText({ ...invalid, status: 'failed', why: 'it died' }),
      'long-poll: the trial is failed and decides nothing (it died)\n',
    )
  })

  it('with 4 where a prediction is off, else 5 where one was not judged', () => {
    const codes = [[right], [right, tainted, off], [right, tainted], [invalid], []].map(verificationExitCode)
    assert.deepEqual(codes, [0, 4, 5, 5, 5])
  })
})
