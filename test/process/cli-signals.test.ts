import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { alive, descendantsOf, interruptForGood, startBench } from '../helpers/bench-process.ts'
import { onTerminal } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'))
after(() => rmSync(folder, { recursive: true }))
const clientCount = 50
const longRun = [
  'smoke',
  '--transports',
  'sse',
  '--clients',
  String(clientCount),
  '--rate',
  '10',
  '--warmup',
  '0',
  '--measured',
  '30s',
  '--retries',
  '0',
]

/** Starts the run and waits until its window is open. */
async function startTrial(name: string) {
  const out = join(folder, name)
  const temporary = join(folder, `${name}-tmp`)
  mkdirSync(temporary)
  const running = startBench([...longRun, '--out', out], { env: { TMPDIR: temporary }, ownGroup: true })
  await running.says('trials')
  await intervals(out, 1)
  const pids = descendantsOf(running.child.pid!)
  assert.ok(pids.length >= 3, `only ${pids.length} processes`)
  return { ...running, out, temporary, pids }
}

type Started = Awaited<ReturnType<typeof startTrial>>

/** Ways in which a signal reaches more than the command itself. */
const senders = {
  'its process group, as a terminal does': ({ child }: Started, signal: NodeJS.Signals) => process.kill(-child.pid!, signal),
  'itself and then its group, as timeout(1) does': ({ child }: Started, signal: NodeJS.Signals) => {
    child.kill(signal)
    process.kill(-child.pid!, signal)
  },
  'each of its processes, as systemd does': ({ child, pids }: Started, signal: NodeJS.Signals) => {
    for (const pid of [child.pid!, ...pids]) process.kill(pid, signal)
  },
} as const

/** The part of the window is there, or was not handed over in 1.8 s: no other cause is given. */
function assertKept({ trials, failedTrials }: ReturnType<typeof resultIn>): void {
  if (failedTrials.length === 0) return assert.equal(trials.length, 1)
  assert.match(failedTrials[0]!.message, /too busy to report their figures\.$/)
}

function resultIn(out: string) {
  const [started] = readdirSync(join(out, 'smoke'))
  return resultSchema.parse(JSON.parse(readFileSync(join(out, 'smoke', started!, 'result.json'), 'utf8')))
}

/** Waits until so many seconds of the measured window are on disk. */
async function intervals(out: string, count: number): Promise<void> {
  const lineCount = (): number => {
    const started = existsSync(join(out, 'smoke')) ? readdirSync(join(out, 'smoke'))[0] : undefined
    const file = join(out, 'smoke', started ?? 'not yet', 'timeline.ndjson')
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0
  }
  while (lineCount() < count) await sleepMs(10)
}

/** Processes that are asked to exit need a moment; one that stays fails by the time limit of the file. */
async function gone(pids: number[]): Promise<void> {
  while (alive(pids).length > 0) await sleepMs(20)
}

/** Stops a trial of which so many seconds were measured: nothing stays behind, and the result says that it was interrupted. */
async function stopped(
  signal: NodeJS.Signals,
  to: keyof typeof senders,
  { exitCode, afterSeconds }: { exitCode: number; afterSeconds: number },
) {
  const started = await startTrial(`${signal}-${to.length}`)
  await intervals(started.out, afterSeconds)
  senders[to](started, signal)
  const { code, stdout, stderr } = await started.ended
  assert.equal(code, exitCode, stderr)
  await gone(started.pids)
  const result = resultIn(started.out)
  assert.equal(result.interrupted, true)
  assertKept(result)
  assert.match(stdout, /[Ii]nterrupted/)
  assert.deepEqual(readdirSync(started.temporary), [])
  return { result, stdout }
}

describe('bench, asked to stop', () => {
  for (const [signal, to] of [
    ['SIGHUP', 'its process group, as a terminal does'],
    ['SIGTERM', 'itself and then its group, as timeout(1) does'],
    ['SIGTERM', 'each of its processes, as systemd does'],
  ] as const) {
    it(`ends with 143 on ${signal} to ${to}, leaves nothing behind, and reports the part of the window that it has`, async () => {
      await stopped(signal, to, { exitCode: 143, afterSeconds: 1 })
    })
  }

  it('ends with 130 on SIGINT to its process group, leaves nothing behind, and keeps the window that was open as an invalid trial that counts nowhere', async (t) => {
    const { result, stdout } = await stopped('SIGINT', 'its process group, as a terminal does', { exitCode: 130, afterSeconds: 3 })
    const { trials, failedTrials, summary, warnings } = result
    if (failedTrials.length > 0) return t.diagnostic('the machine was too busy to keep the trial')
    const [trial] = trials
    const measuredMs = trial!.phases.find(({ name }) => name === 'measure')!.durationMs
    // Three seconds were on disk before the signal.
    assert.ok(measuredMs >= 3_000 && measuredMs < 30_000, `${measuredMs} ms`)
    assert.equal(trial!.validity.status, 'invalid')
    const [reason] = trial!.validity.reasons
    assert.equal(reason!.gate, 'interrupted')
    const [, seconds] = /^measured (\d\.\d) s of 30\.0 s/.exec(reason!.message) ?? []
    assert.ok(Math.abs(Number(seconds) * 1_000 - measuredMs) <= 100, reason!.message)
    // All meters kept the same end: 50 clients × 10 messages/s over what was measured, none lost, and slices up to there.
    const { expectedCount, deliveredCount, lostCount } = trial!.ledger
    assert.equal(expectedCount % clientCount, 0)
    assert.ok(Math.abs(expectedCount / clientCount - Number(seconds) * 10) <= 2, `${expectedCount} expected in ${seconds} s`)
    assert.equal(deliveredCount, expectedCount)
    assert.equal(lostCount, 0)
    assert.ok(trial!.timeline.length - Number(seconds) * 4 <= 1, `${trial!.timeline.length} slices`)
    for (const { loop } of [trial!.server, ...trial!.generator]) assert.notEqual(loop.utilisationRatio, null)
    // Closes that the stop brings about are no faults.
    assert.deepEqual(trial!.connections.faults, {})
    assert.equal(summary[0]!.countedTrialCount, 0)
    assert.equal(summary[0]!.metrics.deliveryLatencyP99!.median, null)
    assert.match(warnings.find((warning) => warning.code === 'WARN_INTERRUPTED')!.message, /^stopped after 0 of 1 trials, and part/)
    assert.match(stdout, /Interrupted: 0 of 1 planned trial finished/)
    assert.match(stdout, /measured \d\.\d s of 30\.0 s/)
  })

  it('writes its reports when its terminal is closed', async () => {
    const out = join(folder, 'closed')
    const terminal = onTerminal([...longRun, '--charts', 'off', '--out', out])
    await intervals(out, 1)
    const pids = descendantsOf(terminal.child.pid!)
    // With its holder the terminal is gone: the kernel sends SIGHUP, and what is written to it fails.
    terminal.child.kill('SIGKILL')
    await terminal.ended
    await gone(pids)
    const [started] = readdirSync(join(out, 'smoke'))
    assert.equal(resultIn(out).interrupted, true)
    assert.ok(readdirSync(join(out, 'smoke', started!)).includes('report.md'))
  })

  it('ends at once on a second SIGINT, with 130, a result that says so, and nothing left behind', async () => {
    const started = await startTrial('twice')
    const { code, stdout } = await interruptForGood(started)
    assert.equal(code, 130)
    assert.equal(stdout, '', 'it went on to its report')
    await gone(started.pids)
    assert.equal(resultIn(started.out).interrupted, true)
    assert.deepEqual(readdirSync(started.temporary), [])
  })

  it('leaves no process and no temporary folder when it was killed itself', async () => {
    const { child, ended, pids, temporary } = await startTrial('killed')
    child.kill('SIGKILL')
    await gone(pids)
    await ended
    assert.deepEqual(readdirSync(temporary), [])
  })
})
