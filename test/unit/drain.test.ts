import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Progress } from '../../src/core/client-host-control.ts'
import { nowUs } from '../../src/core/clock.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { drain } from '../../src/trial/trial-drain.ts'
import type { MeasuredWindow } from '../../src/trial/measured-window.ts'
import type { TrialProcesses } from '../../src/trial/trial-processes.ts'
import { trialSpec } from '../../src/trial/trial-spec.ts'

const traffic: Scenario['traffic'] = { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 3, messageBytes: 64 }
const clientCount = 4
const messageCount = 3
/** Longer ago than the drain may last. */
const longAgoUs = 60_000_000

/** How far the made-up trial is when it is asked for the `asked`-th time, from 1. */
interface Course {
  nextDueAtUs?(asked: number): number
  progress(asked: number, markCount: number): Partial<Progress>
  upstreamCount?(asked: number): number | null
}

/** Runs the drain of a trial that is nothing but answers, and returns what it was asked for. */
async function drainOf({ nextDueAtUs = () => Infinity, progress, upstreamCount }: Course, senders?: Uint32Array) {
  const asked: string[] = []
  const times = new Map<string, number>()
  const next = (name: string): number => {
    asked.push(name)
    times.set(name, (times.get(name) ?? 0) + 1)
    return times.get(name)!
  }
  const marked: string[][] = []
  const still: Progress = {
    deliveryCount: 0,
    inOrderCount: 0,
    unmarkedCount: clientCount,
    nextSendAtUs: Infinity,
    upstreamSentCount: 0,
    sentCount: 0,
    outstandingCount: 0,
  }
  const processes = {
    members: [],
    publisher: {
      ask: (name: string, order: { channelNames: string[] } | undefined) => {
        if (name === 'progress') return Promise.resolve({ nextDueAtUs: nextDueAtUs(next('publisher')) })
        if (name !== 'mark') return Promise.resolve({ publishedAtUs: new Float64Array(messageCount) })
        next('mark')
        marked.push(order!.channelNames)
        return Promise.resolve()
      },
    },
    server: {
      report: () => {
        const count = upstreamCount?.(next('server')) ?? null
        return Promise.resolve(count === null ? null : { counters: { upstreamCount: count } })
      },
    },
    clientHosts: {
      ask: (name: string) =>
        Promise.resolve(name === 'progress' ? [{ ...still, ...progress(next('progress'), marked.length) }] : [['c0'], ['c0', 'c1']]),
    },
    probeHosts: { ask: () => Promise.resolve([]) },
  } as unknown as TrialProcesses
  const untilAtUs = nowUs() - longAgoUs
  const found = await drain(
    processes,
    trialSpec({
      contender: contenderOf('sse'),
      clientCount,
      workDir: '',
      scenario: { traffic, phases: { warmUpMs: 0, measuredMs: 1_000 } },
    }),
    {
      schedule: {
        offsetsUs: Float64Array.of(0, 1, 2),
        channels: new Uint32Array(messageCount),
        ...(senders === undefined ? {} : { senders }),
      },
      startAtUs: untilAtUs - 10,
      channelOfClient: new Array<number>(clientCount).fill(0),
      probeChannel: 1,
      probesSubscribedCount: 0,
    },
    { untilAtUs, isClosedEarly: false } as MeasuredWindow,
    { byMember: new Map(), from: edge, until: edge },
  )
  return { ...found.drain, hasAll: found.drain.samples === null, asked, marked, times }
}

const edge = { network: null, processors: null, switches: new Map(), quotas: new Map() }
const all = { deliveryCount: clientCount * messageCount, inOrderCount: clientCount * messageCount }

suite('the drain', () => {
  test('lasts as long as it may from its real start, however late the window ended', async () => {
    const { hasAll, isSettled } = await drainOf({ progress: (asked) => (asked < 20 ? {} : all) })
    assert.deepEqual([hasAll, isSettled], [true, true])
  })

  test('begins when the last message has left, and publishes the end marker only then', async () => {
    const course: Course = {
      nextDueAtUs: (asked) => (asked < 5 ? 0 : Infinity),
      progress: (asked) => (asked < 20 ? {} : all),
    }
    const { hasAll, asked } = await drainOf(course)
    assert.equal(hasAll, true)
    assert.ok(asked.indexOf('mark') > asked.lastIndexOf('publisher'), asked.join(' '))
    assert.equal(asked.filter((name) => name === 'publisher').length, 5)
  })

  test('publishes the end marker on each channel once a round, until each connected client has had it', async () => {
    // Ten messages came and two of them again: only the marker shows that two are missing.
    const { hasAll, marked } = await drainOf({
      progress: (_, markCount) => ({
        deliveryCount: all.deliveryCount,
        inOrderCount: all.inOrderCount - 2,
        unmarkedCount: markCount < 2 ? 1 : 0,
      }),
    })
    assert.equal(hasAll, true)
    assert.deepEqual(marked, [
      ['c0', 'c1'],
      ['c0', 'c1'],
    ])
  })

  test('waits for no marker where all have all', async () => {
    assert.equal((await drainOf({ progress: () => all })).hasAll, true)
  })

  test('lets the marker prove nothing where it may have overtaken what clients sent', async () => {
    const senders = new Uint32Array(messageCount)
    const sent = { ...all, upstreamSentCount: messageCount }
    const waited = await drainOf({ progress: () => sent, upstreamCount: (asked) => (asked < 3 ? 2 : 3) }, senders)
    assert.deepEqual([waited.isSettled, waited.times.get('server')], [true, 3])
    // A server that is not ours does not say what it has.
    assert.equal((await drainOf({ progress: () => sent, upstreamCount: () => null }, senders)).isSettled, false)
  })
})
