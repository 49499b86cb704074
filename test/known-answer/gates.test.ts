import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { after, suite, test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { nowUs, sleepUntil } from '../../src/core/clock.ts'
import { metricValue, whyNoValue } from '../../src/metrics/metric-value.ts'
import { causeOf, isWhyOut } from '../../src/metrics/validity.ts'
import { HiccupMeter } from '../../src/machine/hiccup-meter.ts'
import { shareCores } from '../../src/machine/pinning.ts'
import { cpuUs } from '../../src/machine/proc.ts'

const shared = shareCores()
const isUnpinned = shared.server.length === 0 && 'needs two CPUs and taskset'
const generatorCpu = shared.generator.at(-1)!
const hogs: ChildProcess[] = []

/**
 * Endless loops bound to one processor, each in a session of its own.
 *
 * @param niceness of each session against that of the trial: where the kernel groups tasks by session (sched(7), autogroup), it
 * shares a processor among sessions, and the niceness of a task counts only within its own
 */
function startHogs(count: number, cpu: number, niceness = 0): void {
  for (let at = 0; at < count; at++) {
    const command = ['nice', '-n', String(niceness), 'taskset', '-c', String(cpu), 'sh', '-c', 'while :; do :; done']
    const hog = spawn(command[0]!, command.slice(1), { stdio: 'ignore', detached: true })
    hogs.push(hog)
    const group = `/proc/${hog.pid}/autogroup`
    if (niceness !== 0 && existsSync(group)) writeFileSync(group, String(niceness))
  }
}

function stopHogs(): void {
  for (const hog of hogs.splice(0)) hog.kill('SIGKILL')
}

after(stopHogs)

suite('hiccup meter', () => {
  test(
    'K11: loops on one processor show there as waits above 3 ms, and the meter costs less than 1 % of each processor',
    {
      skip: isUnpinned,
    },
    async () => {
      const meter = new HiccupMeter()
      await meter.start()
      startHogs(4, generatorCpu)
      const fromAtUs = nowUs() + 200_000
      const untilAtUs = fromAtUs + 5_000_000
      await meter.window({ fromAtUs, untilAtUs })
      await sleepUntil(fromAtUs)
      const before = cpuUs(meter.pid)!
      await sleepUntil(untilAtUs - 100_000)
      const costRatio = (cpuUs(meter.pid)! - before) / (untilAtUs - 100_000 - fromAtUs)
      const readings = await meter.report()
      stopHogs()
      assert.ok(!('reason' in readings))
      assert.deepEqual(
        readings.map(({ cpu }) => cpu),
        [...shared.server, ...shared.generator],
      )
      const disturbed = readings.find(({ cpu }) => cpu === generatorCpu)!
      assert.ok(disturbed.maxUs > 3_000 && disturbed.p99Us > 1_000, JSON.stringify(readings))
      assert.ok(costRatio < 0.01 * readings.length, `${costRatio} of a processor for ${readings.length}`)
    },
  )

  test('reports why it could not measure, and fails no trial', async () => {
    const meter = new HiccupMeter()
    await meter.start([])
    await meter.window({ fromAtUs: 0, untilAtUs: 0 })
    assert.deepEqual(await meter.report(), { reason: 'the CPUs of this machine are unknown' })
    const none = new HiccupMeter()
    await none.start([4_095])
    assert.deepEqual(await none.report(), {
      reason: 'threads cannot be pinned: taskset is missing, or the CPU is not available to this process',
    })
  })
})

suite('gates in real trials', () => {
  // Four sessions at −10 weigh 37 times as much as one at 0.
  test(
    'loops on the processor of the generator taint the trial, which names the processor and whose it is',
    {
      skip: isUnpinned || (process.getuid?.() !== 0 && 'only root may raise priorities'),
    },
    async () => {
      const { trial } = await runKnownTrial({
        transport: 'websocket',
        clientCount: 20,
        traffic: { messagesPerSecondPerChannel: 50 },
        measuredMs: 3_000,
        onNotice: (notice) => {
          if (notice.kind === 'phase' && notice.name === 'measure') startHogs(4, generatorCpu, -10)
          if (notice.kind === 'phase' && notice.name === 'drain') stopHogs()
        },
      })
      stopHogs()
      assert.notEqual(trial.validity.status, 'valid')
      const messageOf = (gate: string): string => trial.validity.reasons.find((reason) => reason.gate === gate)?.message ?? ''
      assert.match(messageOf('hiccup'), new RegExp(`by [\\d.]+ ms on CPU ${generatorCpu}`))
      assert.match(messageOf('competing-load'), /of the CPUs of publisher and client hosts/)
      assert.ok(trial.generator.some(({ processor }) => processor.involuntarySwitchCount! > 0))
    },
  )

  test('a server that cannot follow is saturated and server-bound, and its latencies are not compared', async () => {
    const { trial } = await runKnownTrial({
      transport: 'sse',
      clientCount: 10,
      traffic: { messagesPerSecondPerChannel: 1_000 },
      measuredMs: 2_000,
      serverUrl: new URL('../helpers/planted-slowness.js', import.meta.url).href,
    })
    const gate = causeOf(trial) === 'machine' ? 'machine-busy' : 'saturated'
    const found = trial.validity.reasons.find((reason) => reason.gate === gate)
    const bound = gate === 'saturated' ? 'server-bound: its event loop was busy for' : 'This says nothing about the contender'
    assert.match(found?.message ?? '', new RegExp(`overdue when the window closed.*${bound}`))
    for (const metric of ['deliveryLatencyP50', 'applicationBytesPerDelivery', 'requestsPerDelivery'] as const) {
      assert.equal(metricValue(trial, metric), null, metric)
      assert.ok(isWhyOut(whyNoValue(trial, metric)), metric)
    }
    assert.notEqual(metricValue(trial, 'serverMemoryPerClient'), null)
  })
})
