import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Finding } from '../../core/calibration-record.ts'
import type { TrialResult } from '../../core/result.ts'
import { nowUs, sleepUntil } from '../../core/clock.ts'
import { usPerMs, usPerSecond } from '../../core/units.ts'
import { HiccupMeter } from '../../machine/hiccup-meter.ts'
import { shareCores } from '../../machine/pinning.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { counts } from '../../metrics/validity.ts'
import { atLeast, atMost, counted, inMs, skipped, withinNeed, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'
import { allowedMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'
import { stopProcess, type ProcessStop } from '../stopped-process.ts'
import { pidOf } from '../../machine/member.ts'

const freezeMs = 500
const freezeAllowanceMs = 60
const hogCount = 4
const hiccupMs = 3
const probedDifferenceMs = 5
const busyClientHost = fileURLToPath(new URL('../planted/busy-client-host.js', import.meta.url))

/** K09, K11 and K12: what the generator suffers must not be blamed on the server. */
export const generator: Check = {
  answers: [
    {
      id: 'K09',
      title: 'A frozen client host makes the trial invalid',
      known: 'SIGSTOP of a client host for 500 ms is a stall of 500 ms there, and not of the server',
      tolerance:
        '± 60 ms; the upper limit is larger on a slower machine, and adds two plain deliveries; a server stall of at most half as long',
      mechanism: 'a real trial; the loop-delay meters and the gate "generator-stall"; plain deliveries alongside',
    },
    {
      id: 'K11',
      title: 'The hiccup meter names a disturbed CPU',
      known: 'four endless loops on one CPU delay a ready thread there',
      tolerance: 'above 3 ms',
      mechanism: 'the hiccup meter of every trial, with loops pinned by taskset',
    },
    {
      id: 'K12',
      title: 'The probe distinguishes a busy client host from a slow server',
      known: '1 ms of work after each delivery makes the last of 16 shadows wait 15 ms in its client host, but not in the probe host',
      tolerance: 'a difference of p99 of at least 5 ms; the gate fires',
      mechanism: 'a real trial with a probe and a client host with seeded work',
    },
  ],
  seconds: [24, 24],
  run: async () => ({ K09: await freezeFindings(), K11: await hiccupFindings(), K12: await probeFindings() }),
}

async function freezeFindings(): Promise<Finding[]> {
  let hostPid = 0
  let stop: Promise<ProcessStop> | undefined
  const trial = () =>
    runKnownTrial({
      transport: 'sse',
      clientCount: 20,
      traffic: { messagesPerSecondPerChannel: 50 },
      measuredMs: 3_000,
      onNotice: (notice) => {
        if (notice.kind === 'members') hostPid = pidOf(notice.members, 'client-host')
        if (notice.kind === 'window') stop = stopProcess(hostPid, notice.fromAtUs + usPerSecond, freezeMs)
      },
    })
  const { measured, pace } = await PlainDeliveries.open((plain) => plain.pace(trial))
  return stallFindings(measured.trial, await stop!, pace, pace.waits.between(measured.fromAtUs, measured.untilAtUs).maxUs)
}

/** What a trial must say whose client host was stopped, where the longest plain delivery took `plainUs`. */
export function stallFindings(
  trial: TrialResult,
  { stoppedAtUs, resumedAtUs, uncertainUs }: ProcessStop,
  pace: Pick<Pace, 'slownessRatio'>,
  plainUs: number | null,
): Finding[] {
  const expected = (resumedAtUs - stoppedAtUs) / usPerMs
  const stallUs = trial.generator.find(({ role }) => role === 'client-host')?.loop.stallMaxUs ?? null
  const isNamed = trial.validity.reasons.some(({ gate, status }) => gate === 'generator-stall' && status === 'invalid')
  const uncertainMs = uncertainUs / usPerMs
  return [
    withinNeed(
      { what: 'stall of the client host', unit: 'ms', expected, measured: inMs(stallUs) },
      {
        below: freezeAllowanceMs + uncertainMs,
        above: allowedMs(pace, freezeAllowanceMs, plainUs) + uncertainMs,
        wrong: expected + freezeMs / 2,
      },
    ),
    counted('trials made invalid by "generator-stall"', 1, isNamed && !counts(trial, 'latency') ? 1 : 0),
    atMost({
      what: 'stall of the server',
      unit: 'ms',
      expected: freezeMs / 2,
      measured: inMs(trial.server.loop.stallMaxUs),
    }),
    counted('lost', 0, owedCount(trial.ledger)),
  ]
}

async function hiccupFindings(): Promise<Finding[]> {
  const what = 'longest wait on the disturbed CPU'
  const cpu = shareCores().generator.at(-1)
  if (cpu === undefined) return [skipped(what, hiccupMs, 'ms', 'needs two CPUs and taskset')]
  const meter = new HiccupMeter()
  await meter.start()
  const hogs = Array.from({ length: hogCount }, () =>
    spawn('taskset', ['-c', String(cpu), 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
  )
  try {
    const fromAtUs = nowUs() + usPerSecond / 5
    const untilAtUs = fromAtUs + 5 * usPerSecond
    await meter.window({ fromAtUs, untilAtUs })
    await sleepUntil(untilAtUs)
    const readings = await meter.report()
    const measured = 'reason' in readings ? null : (readings.find((reading) => reading.cpu === cpu)?.maxUs ?? null)
    return [
      atLeast({
        what,
        unit: 'ms',
        expected: hiccupMs,
        measured: inMs(measured),
        why: 'reason' in readings ? readings.reason : undefined,
      }),
    ]
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL')
    meter.kill()
  }
}

async function probeFindings(): Promise<Finding[]> {
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount: 40,
    probeClientCount: 16,
    traffic: { messagesPerSecondPerChannel: 4 },
    measuredMs: 6_000,
    clientHostModule: busyClientHost,
  })
  const { loadedP99Us = null, probeP99Us = null } = trial.probe ?? {}
  return [
    atLeast({
      what: 'p99 of the shadows above that of the probe',
      unit: 'ms',
      expected: probedDifferenceMs,
      measured: loadedP99Us === null || probeP99Us === null ? null : (loadedP99Us - probeP99Us) / usPerMs,
    }),
    counted('trials tainted by "client-queueing"', 1, trial.validity.reasons.some(({ gate }) => gate === 'client-queueing') ? 1 : 0),
  ]
}
