import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isUnjudged, type Finding } from '../../src/core/calibration-record.ts'
import { unless, verdictOf, withinNeed } from '../../src/calibrate/check.ts'
import { frozenFindings, frozenLatenciesUs, littleFinding } from '../../src/calibrate/checks/freeze.ts'
import { stallFindings } from '../../src/calibrate/checks/generator.ts'
import { waitFinding } from '../../src/calibrate/checks/long-poll-gap.ts'
import { requestFindings } from '../../src/calibrate/checks/long-poll-requests.ts'
import { plateauFindings } from '../../src/calibrate/checks/nagle.ts'
import { lagFindings } from '../../src/calibrate/checks/publishing.ts'
import { queueFinding } from '../../src/calibrate/checks/queueing.ts'
import { delayFinding } from '../../src/calibrate/checks/relay-delay.ts'
import { uniformFindings } from '../../src/calibrate/checks/short-poll.ts'
import { quantileOf, type KnownTrial } from '../../src/calibrate/known-trial.ts'
import { allowedMs, PlainWaits, tooLong } from '../../src/calibrate/plain-deliveries.ts'

type Machine = Record<'burstUs' | 'slownessRatio' | 'meanUs' | 'p50Us' | 'p99Us' | 'maxUs', number>

/** Three machines: a quiet one, one that takes three times as long for everything, and one with an endless loop beside the trial. */
const machines: Record<'quiet' | 'slow' | 'busy', Machine> = {
  quiet: { burstUs: 45_000, slownessRatio: 1, meanUs: 200, p50Us: 180, p99Us: 500, maxUs: 1_500 },
  slow: { burstUs: 150_000, slownessRatio: 3, meanUs: 600, p50Us: 550, p99Us: 1_500, maxUs: 4_000 },
  busy: { burstUs: 100_000, slownessRatio: 1.8, meanUs: 700, p50Us: 250, p99Us: 5_000, maxUs: 12_000 },
}
const everyMachine = Object.entries(machines)

/** One line each 10 ms that takes as long as the machine's usual one. */
const waitsOf = ({ p50Us }: Machine, lineCount = 2_000): PlainWaits => {
  const sentAtUs = Float64Array.from({ length: lineCount }, (_, line) => line * 10_000)
  return new PlainWaits({ sentAtUs, receivedAtUs: sentAtUs.map((atUs) => atUs + p50Us) })
}

const verdicts = (findings: readonly Finding[]): string[] => findings.map(({ verdict }) => verdict)
const all = (verdict: string, findings: readonly Finding[]): void =>
  assert.deepEqual(
    findings.filter((finding) => finding.verdict !== verdict),
    [],
  )

describe('a figure with a tolerance that this machine needs', () => {
  const of = (measured: number | null, above: number) =>
    withinNeed({ what: 'w', unit: 'ms', expected: 800, measured }, { below: 2, above, wrong: 1_300 })

  it('passes from below to above, and says how far that is', () => {
    assert.deepEqual(verdicts([of(798, 90), of(890, 90), of(797.9, 90), of(890.1, 90)]), ['pass', 'pass', 'fail', 'fail'])
    assert.equal(of(800, 90.123).tolerance, '−2/+90.1')
  })

  it('is not judged where the machine needs as much as a wrong instrument would show, and passes within what is left', () => {
    const [reached, wrong, omitted] = [of(1_299, 600), of(1_300, 600), of(20, 600)]
    assert.equal(reached.verdict, 'pass')
    assert.equal(wrong.verdict, 'skipped')
    assert.equal(wrong.tolerance, '−2/+500')
    assert.equal(wrong.measured, 1_300)
    assert.equal(wrong.reasons['verdict'], 'this machine needs a tolerance of 600 ms, but a wrong instrument would be off by only 500')
    assert.ok(isUnjudged(wrong))
    // Less than an ideal server: no machine is too fast.
    assert.equal(omitted.verdict, 'fail')
  })

  it('that has no value fails on every machine', () => {
    assert.equal(of(null, 600).verdict, 'fail')
  })

  it('makes its check neither pass nor fail when it was not judged; one that failed beside it still fails it', () => {
    assert.equal(verdictOf([of(800, 90), of(1_300, 600)]), 'skipped')
    assert.equal(verdictOf([of(20, 600), of(1_300, 600)]), 'failed')
    assert.deepEqual(verdicts(unless('it stalled', [of(800, 90), of(900, 90)])), ['pass', 'skipped'])
    assert.deepEqual(verdicts(unless(undefined, [of(800, 90), of(900, 90)])), ['pass', 'fail'])
  })
})

describe('plain deliveries', () => {
  it('are asked for what was under way at a time', () => {
    const waits = new PlainWaits({ sentAtUs: Float64Array.of(0, 10, 20, 30), receivedAtUs: Float64Array.of(2, 45, 46, 47) })
    const maxUs = (fromAtUs: number, untilAtUs: number) => waits.between(fromAtUs, untilAtUs).maxUs
    assert.deepEqual([maxUs(0, 9), maxUs(3, 9), maxUs(40, 41), maxUs(46, 60), maxUs(48, 60)], [2, null, 35, 26, null])
    assert.equal(waits.between(-Infinity, Infinity).count, 4)
  })

  it('make a tolerance longer by the pace of the machine and by what two of them take', () => {
    assert.equal(allowedMs({ slownessRatio: 1 }, 8, 250), 8.5)
    assert.equal(allowedMs({ slownessRatio: 3 }, 8, 250), 24.5)
    assert.equal(allowedMs({ slownessRatio: 1 }, 8, null), 8)
    assert.equal(tooLong(19.9, 20, 'a poll may be late'), undefined)
    assert.equal(tooLong(23.4, 20, 'a poll may be late'), 'plain deliveries need 23 ms here, but a poll may be late for 20 ms')
  })
})

describe('K01: a server that was frozen', () => {
  const clientCount = 20
  const [fromAtUs, untilAtUs, stoppedAtUs, resumedAtUs] = [0, 20_000_000, 9_500_000, 10_500_000]
  const dueAtUs = Float64Array.from({ length: 10_000 }, (_, message) => message * 2_000)
  const idealUs = frozenLatenciesUs(dueAtUs, stoppedAtUs, resumedAtUs)

  /** What an instrument shows that makes these latencies of the ideal ones. */
  const shown = (machine: Machine, of: (idealUs: number) => number, change: { lostCount?: number; uncertainUs?: number } = {}) => {
    const us = idealUs.map(of)
    const trial = {
      deliveryLatencyUs: { p99: quantileOf(us, 0.99), p999: quantileOf(us, 0.999), reasons: {} },
      ledger: { expectedCount: dueAtUs.length * clientCount, lostCount: change.lostCount ?? 0, notReceivedCount: 0, duplicatedCount: 0 },
      clients: { askedCount: clientCount },
    } as unknown as KnownTrial['trial']
    const stop = { stoppedAtUs, resumedAtUs, uncertainUs: change.uncertainUs ?? 0 }
    return frozenFindings('long-poll', { trial, dueAtUs, fromAtUs, untilAtUs }, stop, machine)
  }

  for (const [name, machine] of everyMachine) {
    it(`passes on a ${name} machine, which catches up as fast as it can`, () => {
      all(
        'pass',
        shown(machine, (us) => us + 1.8 * machine.burstUs * (us / 1_000_000)),
      )
    })

    it(`fails on a ${name} machine when a generator waited with the server, or the stop is counted half as long again`, () => {
      // One late sample of each client, and none of all others: coordinated omission.
      assert.deepEqual(verdicts(shown(machine, () => 2_000)).slice(0, 2), ['fail', 'fail'])
      assert.deepEqual(verdicts(shown(machine, (us) => us * 1.5)).slice(0, 2), ['fail', 'fail'])
      assert.deepEqual(verdicts(shown(machine, (us) => us + 500_000)).slice(0, 2), ['fail', 'fail'])
    })
  }

  it('passes on a machine that is 35 ms above the arithmetic where 30 ms were allowed, since plain deliveries take 24 ms there', () => {
    all(
      'pass',
      shown({ ...machines.slow, burstUs: 24_000 }, (us) => us + 35_000),
    )
    all(
      'pass',
      shown(machines.quiet, (us) => us - 3_000, { uncertainUs: 1_500 }),
    )
    assert.deepEqual(verdicts(shown(machines.quiet, (us) => us - 3_000)).slice(0, 2), ['fail', 'fail'])
  })

  it('is not judged where plain deliveries need a quarter of the stop, and fails there too for what was lost', () => {
    const crawling = { ...machines.slow, burstUs: 260_000 }
    assert.deepEqual(verdicts(shown(crawling, (us) => us + 510_000)), ['skipped', 'skipped', 'pass', 'pass'])
    assert.deepEqual(verdicts(shown(crawling, (us) => us + 510_000, { lostCount: 1 })), ['skipped', 'skipped', 'pass', 'fail'])
    assert.deepEqual(verdicts(shown(crawling, () => 2_000)).slice(0, 2), ['fail', 'fail'])
  })
})

describe('K30: Little’s law', () => {
  const clientCount = 4
  /** A message each 10 ms for 2 s, of which the window is 1 s; each pair takes so long. */
  const known = (latencyUs: number, shownMean: (mean: number) => number) => {
    const dueAtUs = Float64Array.from({ length: 200 }, (_, message) => message * 10_000)
    const deliveries = [...dueAtUs.keys()].flatMap((message) =>
      Array.from({ length: clientCount }, (_, client) => ({ message, client, receivedAtUs: dueAtUs[message]! + latencyUs })),
    )
    return {
      trial: {
        deliveryLatencyUs: { mean: shownMean(latencyUs), reasons: {} },
        ledger: { deliveredCount: 100 * clientCount },
        clients: { subscribedCount: clientCount },
      },
      deliveries,
      dueAtUs,
      fromAtUs: 500_000,
      untilAtUs: 1_500_000,
    } as unknown as KnownTrial
  }

  it('holds for what is still under way when the window ends, however slow the machine is', () => {
    for (const latencyUs of [1_000, 90_000, 400_000]) {
      const finding = littleFinding(
        'sse',
        known(latencyUs, (mean) => mean),
      )
      assert.equal(finding.verdict, 'pass')
      // 400 pairs a second × latency.
      assert.ok(Math.abs(finding.expected - (400 * latencyUs) / 1_000_000) < 1e-9)
    }
  })

  it('fails for a mean that is off by half a percent, or that counts from when a late publisher sent', () => {
    assert.equal(
      littleFinding(
        'sse',
        known(90_000, (mean) => mean * 1.005),
      ).verdict,
      'fail',
    )
    assert.equal(
      littleFinding(
        'sse',
        known(90_000, (mean) => mean - 500),
      ).verdict,
      'fail',
    )
  })
})

describe('K06: the delay of short polling', () => {
  const delays = (of: (share: number) => number) => Array.from({ length: 5_000 }, (_, at) => of((at + 0.5) / 5_000))
  for (const [name, machine] of everyMachine) {
    it(`passes on a ${name} machine with what a poll takes there, and fails for another grid`, () => {
      const wayMs = 2 * machine.slownessRatio + (2 * machine.meanUs) / 1_000
      all(
        'pass',
        uniformFindings(
          delays((share) => 1_000 * share + wayMs),
          machine,
          machine.meanUs,
        ),
      )
      // Delays from the slot, a grid of 1.3 s, and a client that polls twice and skips one.
      for (const wrong of [() => wayMs, (share: number) => 1_300 * share, (share: number) => 500 * share])
        all('fail', uniformFindings(delays(wrong), machine, machine.meanUs))
    })
  }
})

describe('K16: between two long polls', () => {
  const burstGapUs = 150_000
  /** Bursts of three messages to one client; each waits as long as `of` says. */
  const bursts = (of: (message: number) => number) => {
    const messageOf = Uint32Array.from({ length: 150 }, (_, message) => message)
    const latenciesUs = Float64Array.from(messageOf, of)
    const dueUs = (message: number): number => Math.floor(message / 3) * burstGapUs + (message % 3) * 200
    return { messageOf, latenciesUs, receivedAtUs: latenciesUs.map((us, message) => dueUs(message) + us) }
  }

  for (const [name, machine] of everyMachine) {
    const pace = { ...machine, waits: waitsOf(machine) }
    it(`passes on a ${name} machine with three transits and 25 ms, as much longer as it is slower`, () => {
      const transitUs = 2_500 * machine.slownessRatio
      const longestUs = 3 * transitUs + 25_000 * machine.slownessRatio
      assert.equal(
        waitFinding(
          bursts((message) => (message === 70 ? longestUs : transitUs)),
          pace,
        ).verdict,
        'pass',
      )
    })

    it(`fails on a ${name} machine for one message that waits for the next burst, and for all that do`, () => {
      const transitUs = 2_500 * machine.slownessRatio
      assert.equal(
        waitFinding(
          bursts((message) => (message === 70 ? 149_600 : transitUs)),
          pace,
        ).verdict,
        'fail',
      )
      assert.equal(
        waitFinding(
          bursts((message) => (message % 3 === 0 ? transitUs : 149_600)),
          pace,
        ).verdict,
        'fail',
      )
    })
  }

  it('excuses a wait beside which plain deliveries waited too, and no other; nothing is judged where most did', () => {
    const slowed = (isSlow: (line: number) => boolean) => {
      const sentAtUs = Float64Array.from({ length: 2_000 }, (_, line) => line * 10_000)
      return {
        slownessRatio: 1,
        waits: new PlainWaits({ sentAtUs, receivedAtUs: sentAtUs.map((atUs, line) => atUs + (isSlow(line) ? 60_000 : 200)) }),
      }
    }
    const late = bursts((message) => (message === 70 ? 90_000 : 2_500))
    // Message 70 is of burst 23, due at 3.45 s.
    assert.equal(
      waitFinding(
        late,
        slowed((line) => line >= 342 && line < 350),
      ).verdict,
      'pass',
    )
    assert.equal(
      waitFinding(
        late,
        slowed((line) => line >= 100 && line < 108),
      ).verdict,
      'fail',
    )
    const unjudged = waitFinding(
      late,
      slowed(() => true),
    )
    assert.deepEqual([unjudged.verdict, isUnjudged(unjudged)], ['skipped', true])
  })
})

describe('K19: polls that are answered once', () => {
  /** 50 clients, 5 gaps of 1.85 s, three holds of 0.5 s in each. */
  const counted = (change: Record<string, number> = {}, windowChange: Record<string, number> = {}) => {
    const requests = {
      sentCount: 1_650,
      completedCount: 1_600,
      emptyCount: 1_250,
      inFlightAtEndCount: 50,
      failedCount: 0,
      timedOutCount: 0,
      serverSeenCount: 1_650,
      ...change,
      window: { emptyCount: 750, sentCount: 1_000, ...windowChange },
    }
    const trial = { requests, ledger: { deliveredCount: 250, warmUpDeliveredCount: 100 }, server: { counters: { emptyCount: 1_250 } } }
    return requestFindings({ trial: trial as unknown as KnownTrial['trial'], dueAtUs: Float64Array.of(0), fromAtUs: 1_250_000 })
  }

  it('passes for what follows from the holds, and fails for one empty answer or one poll more or less', () => {
    all('pass', counted())
    assert.equal(verdictOf(counted({}, { emptyCount: 749 })), 'failed')
    assert.equal(verdictOf(counted({}, { sentCount: 1_001 })), 'failed')
    assert.equal(verdictOf(counted({ serverSeenCount: 1_649 })), 'failed')
  })
})

describe('K24: the plateau of delayed acknowledgements', () => {
  for (const [name, machine] of everyMachine) {
    const pace = { ...machine, waits: waitsOf(machine) }
    const ownMs = 2.5 * machine.slownessRatio
    it(`passes on a ${name} machine, and fails without the plateau, with it on both sides, and with two of them`, () => {
      all('pass', plateauFindings(ownMs + 42, ownMs, pace))
      assert.equal(plateauFindings(ownMs, ownMs, pace)[0]!.verdict, 'fail')
      all('fail', plateauFindings(ownMs + 42, ownMs + 42, pace))
      assert.equal(plateauFindings(ownMs + 84, ownMs, pace)[0]!.verdict, 'fail')
      all('fail', plateauFindings(null, null, pace))
    })
  }
})

describe('K03: the publisher’s lag', () => {
  const lag = (p99Ms: number, maxMs: number) => ({ p99: p99Ms * 1_000, max: maxMs * 1_000, reasons: {} }) as never
  for (const [name, machine] of everyMachine) {
    it(`passes on a ${name} machine with what a plain delivery waits there, and fails for a publisher that is a message late`, () => {
      all('pass', lagFindings(lag(1.5 * machine.slownessRatio + machine.p99Us / 1_000, 25 * machine.slownessRatio), machine, machine))
      all('fail', lagFindings(lag(20, 200), machine, machine))
    })
  }
})

describe('K09: a client host that was stopped', () => {
  const stop = { stoppedAtUs: 0, resumedAtUs: 500_000, uncertainUs: 100 }
  const trial = (stallMs: number, serverStallMs: number, gate = 'generator-stall') =>
    ({
      generator: [{ role: 'client-host', loop: { stallMaxUs: stallMs * 1_000 } }],
      server: { loop: { stallMaxUs: serverStallMs * 1_000 } },
      validity: { status: 'invalid', reasons: [{ gate, status: 'invalid' }] },
      ledger: { lostCount: 0, notReceivedCount: 0 },
    }) as unknown as KnownTrial['trial']

  for (const [name, machine] of everyMachine) {
    it(`passes on a ${name} machine, and fails for half of the stall, for one and a half, and for one that is the server’s`, () => {
      const found = (...asked: Parameters<typeof trial>) => stallFindings(trial(...asked), stop, machine, machine.maxUs)
      all('pass', found(500 + 50 * machine.slownessRatio, 40 * machine.slownessRatio))
      assert.equal(found(250, 1)[0]!.verdict, 'fail')
      assert.equal(found(750, 1)[0]!.verdict, 'fail')
      assert.deepEqual(verdicts(found(500, 500, 'saturated')), ['pass', 'fail', 'fail', 'pass'])
    })
  }
})

describe('K29 and K32: known times', () => {
  for (const [name, machine] of everyMachine) {
    it(`of a queue pass on a ${name} machine with what a delivery takes, and fail for a generator that waits`, () => {
      const found = (measured: number) => queueFinding('80 % load: mean', 14.2, measured, machine, machine.meanUs).verdict
      assert.equal(found(14.2 + machine.slownessRatio), 'pass')
      // A closed loop has no queue; a server that counts one service too many is slower by it.
      assert.equal(found(5), 'fail')
      assert.notEqual(found(14.2 + 5), 'pass')
    })

    it(`of a relay pass on a ${name} machine with what a way takes, and fail for none, two, and another delay`, () => {
      const found = (measured: number | null) =>
        delayFinding({ what: 'push', expected: 25, measured }, { below: 1, above: 3 }, machine, machine.p50Us).verdict
      assert.equal(found(25 + machine.slownessRatio), 'pass')
      for (const measured of [0, 10, 40, 50, null]) assert.equal(found(measured), 'fail', `${measured}`)
    })
  }
})
