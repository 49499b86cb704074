import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import type { Scenario } from '../../src/core/scenario.ts'
import { leastLogLimits } from '../../src/core/log-limits.ts'
import { bytesPerMiB } from '../../src/core/units.ts'
import { checkLimits, type MachineLimits } from '../../src/machine/limits.ts'
import { memoryNeed } from '../../src/machine/memory-need.ts'
import { namesOf } from '../../src/scenario/open-file.ts'
import { loadScenario, type LoadedScenario } from '../../src/scenario/scenario-file.ts'
import { mostMessages } from '../../src/traffic/channel-volume.ts'
import { logLimitsOf } from '../../src/traffic/log-size.ts'
import { MessageLog } from '../../servers/message-log.ts'
import { plainScenario } from '../helpers/plain-scenario.ts'

const folder = mkdtempSync(join(tmpdir(), 'sizes-'))
after(() => rmSync(folder, { recursive: true }))

const roomy: MachineLimits = { descriptorLimitCount: null, localPortCount: null, availableMemoryBytes: 1e12, heapLimitBytes: 4e9 }

/** Ten messages of 1 MiB a second for six clients, whose lines take up to 64 bytes more. */
const photographs = {
  clientCount: 6,
  traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 10, messageBytes: bytesPerMiB },
  contenders: [
    { transport: 'short-poll', pollIntervalMs: 2_000 },
    { transport: 'long-poll' },
    { transport: 'sse' },
    { transport: 'websocket' },
  ],
  phases: { warmUpMs: 2_000, measuredMs: 12_000 },
}
const lineBytes = bytesPerMiB + 64

function load(given: object): LoadedScenario {
  const file = join(folder, 'scenario.json')
  writeFileSync(file, JSON.stringify({ ...plainScenario, ...given }))
  return loadScenario(file)
}

function logOf({ scenario }: { scenario: Scenario }, contender = 0) {
  return logLimitsOf({ contender: scenario.contenders[contender]!, clientCount: scenario.clientCount, scenario })
}

suite('the most messages that a channel may see', () => {
  const traffic = { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 10, messageBytes: 64 } as const

  test('in 2 s: 21 at equal gaps, six standard deviations more at random, whole bursts, and never more than a job has', () => {
    assert.equal(mostMessages(traffic, 2_000), 21)
    // 20 + 6 × √20 = 46.8
    assert.equal(mostMessages({ ...traffic, arrivals: 'poisson' }, 2_000), 48)
    // A burst of 50 every 5 s.
    assert.equal(mostMessages({ ...traffic, arrivals: 'burst', burstCount: 50 }, 2_000), 50)
    assert.equal(mostMessages({ ...traffic, arrivals: 'burst', burstCount: 50 }, 10_000), 150)
    const job = {
      ...traffic,
      pattern: 'jobs',
      messagesPerSecondPerChannel: 0,
      jobsPerSecond: 1,
      messagesPerJob: 30,
      messagesPerSecondOfJob: 4,
    } as const
    assert.equal(mostMessages(job, 2_000), 9)
    assert.equal(mostMessages(job, 60_000), 30)
    assert.equal(mostMessages({ ...traffic, messagesPerSecondPerChannel: 0 }, 60_000), 0)
  })
})

suite('the log of a server', () => {
  test('keeps what comes in two poll intervals with their timeout margins, 14 s: 141 lines of 1 MiB', () => {
    assert.deepEqual(logOf(load(photographs)), { keptCount: leastLogLimits.keptCount, keptBytes: 141 * lineBytes })
  })

  test('holds, with these limits, all that a poll after two intervals asks for', () => {
    const log = new MessageLog(logOf(load({ ...photographs, contenders: [{ ...photographs.contenders[0], timeoutMarginMs: 50 }] })))
    for (let at = 0; at < 42; at++) log.publish([{ channel: 'a', data: 'x'.repeat(bytesPerMiB) }])
    assert.deepEqual([log.channel('a').since(0).gaps, log.channel('a').since(0).messages.length], [[], 42])
  })

  test('keeps its usual size where that is enough', () => {
    assert.deepEqual(logOf(load({ contenders: [{ transport: 'short-poll' }] })), leastLogLimits)
  })

  test('keeps a burst of 10,000 messages of 4 KiB', () => {
    const traffic = { pattern: 'broadcast', arrivals: 'burst', burstCount: 10_000, messagesPerSecondPerChannel: 100, messageBytes: 4_096 }
    assert.deepEqual(logOf(load({ traffic, contenders: [{ transport: 'sse' }] })), { keptCount: 10_000, keptBytes: 10_000 * (4_096 + 64) })
  })

  test('keeps more than 10,000 small messages where clients are away for so many', () => {
    const traffic = { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 1_000, messageBytes: 64 }
    const { keptCount } = logOf(load({ traffic, contenders: [{ transport: 'short-poll', pollIntervalMs: 20_000 }] }))
    assert.equal(keptCount, 50_001)
  })

  test('keeps what comes while a fault keeps clients away', () => {
    const faults = [{ kind: 'server-kill', atMs: 1_000, downMs: 3_000 }]
    // Retries after 1 s and 2 s: back after 3 s and a wait of at most 2.4 s, read within 5 s; twice that, at 10 a second.
    const { keptBytes } = logOf(load({ ...photographs, faults }), 2)
    assert.equal(keptBytes, 209 * lineBytes)
  })
})

suite('options that the traffic sizes', () => {
  const buffers = ({ scenario }: LoadedScenario) => scenario.contenders.map(({ clientBufferBytes }) => clientBufferBytes)

  test('a client buffer holds what comes for a client in 2 s: 21 messages of 1 MiB', () => {
    const { sources, ...loaded } = load(photographs)
    assert.deepEqual(buffers({ ...loaded, sources }), [undefined, undefined, 21 * lineBytes, 21 * lineBytes])
    assert.equal(sources['contenders[2].clientBufferBytes'], 'default')
    assert.deepEqual(
      loaded.scenario.contenders.map(({ label }) => label),
      ['short-poll', 'long-poll', 'sse', 'websocket'],
    )
  })

  test('it keeps its usual size where that is enough, and the size that a file gives it', () => {
    assert.deepEqual(buffers(load({ contenders: [{ transport: 'sse' }] })), [bytesPerMiB])
    assert.deepEqual(buffers(load({ ...photographs, contenders: [{ transport: 'sse', clientBufferBytes: 2 * bytesPerMiB }] })), [
      2 * bytesPerMiB,
    ])
  })

  test('what falls due while the server is frozen is not the queue of a slow reader', () => {
    const faults = [{ kind: 'freeze', atMs: 1_000, durationMs: 3_000 }]
    assert.deepEqual(buffers(load({ ...photographs, contenders: [{ transport: 'sse' }], faults })), [51 * lineBytes])
  })

  test('each point of a sweep has its own', () => {
    const { study } = load({
      traffic: photographs.traffic,
      contenders: [{ transport: 'sse' }],
      sweep: { 'traffic.messageBytes': [256, bytesPerMiB] },
    })
    assert.ok(study?.kind === 'sweep')
    assert.deepEqual(
      study.points.map(({ scenario }) => scenario.contenders[0]!['clientBufferBytes']),
      [bytesPerMiB, 21 * lineBytes],
    )
  })

  test('a file that sets one to less than a message is warned, with the arithmetic', () => {
    const contenders = [
      { transport: 'sse', clientBufferBytes: bytesPerMiB },
      { transport: 'websocket', maxPayloadBytes: 65_536 },
      { transport: 'websocket', label: 'roomy', clientBufferBytes: 2 * bytesPerMiB },
    ]
    const found = load({ ...photographs, contenders }).warnings
    assert.deepEqual(
      found.map(({ code }) => code),
      ['WARN_OPTION_SMALL', 'WARN_OPTION_SMALL'],
    )
    assert.match(
      found[0]!.message,
      /^sse: clientBufferBytes is 1048576, but one message takes up to 1048640 bytes \(messageBytes 1048576 and 64 around it\)/,
    )
    assert.match(found[1]!.message, /^websocket.*: maxPayloadBytes is 65536, .* Set at least 1048640, or leave it out\.$/)
  })
})

suite('the memory that a scenario needs', () => {
  const issuesOf = (scenario: Scenario, limits: Partial<MachineLimits> = {}): string => {
    try {
      checkLimits(scenario, false, { ...roomy, ...limits })
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }

  test('has the answers to polls in it: eight copies of 21 MiB for each of six clients', () => {
    const { scenario } = load(photographs)
    const one = (index: number) => memoryNeed({ ...scenario, contenders: [scenario.contenders[index]!] })
    assert.equal(one(0).answerBytes, 21 * lineBytes)
    // Long polls are answered with one message at a time. Of 140 messages that are published, the log keeps all, or those of 10 s.
    assert.equal(one(0).totalBytes - one(1).totalBytes, 8 * 6 * 20 * lineBytes + (140 - 101) * (2 * lineBytes + 256))
    assert.equal(memoryNeed(scenario).contender, 'short-poll')
  })

  test('is refused where the machine has not so much, with the arithmetic', () => {
    const message = issuesOf(load(photographs).scenario, { availableMemoryBytes: 512 * bytesPerMiB })
    assert.match(
      message,
      /^ERR_LIMIT_MEMORY: a trial may need \d+ MiB of memory in all its processes \(short-poll: the log keeps 140 lines of 1048640 bytes = 141 MiB; 6 clients may each be sent 22 MiB at once\), 512 MiB are available\./,
    )
  })

  test('is refused where one heap cannot hold it, though the machine could', () => {
    const message = issuesOf(load(photographs).scenario, { heapLimitBytes: 128 * bytesPerMiB })
    assert.match(message, /its server may need 3\d\d MiB of heap \(short-poll: .*, 128 MiB is the V8 heap limit/)
    assert.match(message, /a client host may need 3\d\d MiB of heap/)
  })

  test('is refused where an answer is longer than any text of Node', () => {
    const contenders = [{ transport: 'short-poll', pollIntervalMs: 60_000 }]
    const phases = { warmUpMs: 60_000, measuredMs: 120_000 }
    // 601 messages of 1,048,640 bytes are 630 MB, a text holds 537.
    const { scenario } = load({ ...photographs, contenders, phases })
    assert.match(
      issuesOf(scenario, { heapLimitBytes: 1e12 }),
      /an answer to a poll may hold 602 MiB of text .*, 512 MiB is the most that Node allows in one string/,
    )
    assert.equal(
      issuesOf(load({ ...photographs, contenders: [{ ...contenders[0], pollIntervalMs: 50_000 }], phases }).scenario, {
        heapLimitBytes: 1e12,
      }),
      '',
    )
  })

  test('passes every scenario of the package on a machine with 4 GiB, and none of them has a warning', () => {
    const machine = { availableMemoryBytes: 4_096 * bytesPerMiB, heapLimitBytes: 2_048 * bytesPerMiB }
    for (const name of namesOf('scenario')) {
      const whole = loadScenario(name)
      for (const form of [whole, whole.quick ?? whole])
        for (const { scenario, warnings } of form.study?.kind === 'sweep' ? form.study.points : [form])
          assert.deepEqual([issuesOf(scenario, machine), warnings], ['', []], name)
    }
  })
})

suite('a window that is shorter than what is waited for', () => {
  const codes = ({ warnings }: LoadedScenario) => warnings.map(({ code }) => code)
  const busy = { clientCount: 200, traffic: { pattern: 'broadcast', messagesPerSecondPerChannel: 1 } }

  test('is reported before the run: a mailbox that is looked at every five minutes, measured for 8 s', () => {
    const contenders = [{ transport: 'short-poll', pollIntervalMs: 300_000 }, { transport: 'sse' }]
    const loaded = load({ ...busy, contenders, phases: { warmUpMs: 1_000, measuredMs: 8_000 }, blockCount: 1 })
    assert.deepEqual(codes(loaded), ['WARN_WINDOW_SHORT'])
    assert.match(
      loaded.warnings[0]!.message,
      /^short-poll: a message may wait 5 min by design .*, but the measured window is only 8 s: most polls and deliveries fall outside it, and each trial takes up to 5 min longer\./,
    )
  })

  test('whatever makes it wait', () => {
    assert.deepEqual(codes(load({ ...busy, contenders: [{ transport: 'sse', batchWindowMs: 60_000 }] })), ['WARN_WINDOW_SHORT'])
    assert.deepEqual(codes(load({ ...busy, contenders: [{ transport: 'sse' }], network: { delayMs: 45_000 } })), ['WARN_WINDOW_SHORT'])
    assert.deepEqual(codes(load({ ...busy, contenders: [{ transport: 'short-poll', pollIntervalMs: 8_000 }] })), [])
  })
})
