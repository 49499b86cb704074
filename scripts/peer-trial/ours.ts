import { nowUs, sleepMs, sleepUntil } from '../../src/core/clock.ts'
import { usPerMs } from '../../src/core/units.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { truthOf, type PeerRun } from './score.ts'
import type { Load } from './tools.ts'
import { pidOf } from '../../src/machine/member.ts'

const freezeAfterRatio = 0.4
const freezeMs = 1_000
const warmUpSeconds = 0.5

/**
 * This harness before the same answers: held polls of as many clients, as many answers a second, the same stop. Its rate is
 * that of the messages, since held polls ask when they are answered; its requests are counted on both sides.
 */
export async function runOurs({ connectionCount, requestsPerSecond, seconds }: Load): Promise<PeerRun> {
  let serverPid = 0
  let stop: Promise<number> | undefined
  const messagesPerSecond = requestsPerSecond / connectionCount
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    clientCount: connectionCount,
    traffic: { messagesPerSecondPerChannel: messagesPerSecond },
    warmUpMs: warmUpSeconds * 1_000,
    measuredMs: seconds * 1_000,
    onNotice: (notice) => {
      if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
      if (notice.kind === 'window') stop = stopFor(serverPid, notice.fromAtUs + seconds * freezeAfterRatio * 1_000_000)
    },
  })
  const stopMs = await stop!
  const { deliveryLatencyUs: latency, requests, server } = trial
  const publishedCount = server.counters!['publishedCount'] as number
  const inMs = (us: number | null): number | null => (us === null ? null : us / usPerMs)
  return {
    measured: {
      p50Ms: inMs(latency.p50),
      p90Ms: inMs(latency.p90),
      p99Ms: inMs(latency.p99),
      meanMs: inMs(latency.mean),
      // No fault is planned here, so the server counted.
      requestCountRatio: requests.sentCount / requests.serverSeenCount!,
      // What the server counted, over warm-up and window.
      rateRatio: publishedCount / (messagesPerSecond * (seconds + warmUpSeconds)),
    },
    truth: truthOf(stopMs, seconds * 1_000),
  }
}

async function stopFor(pid: number, atUs: number): Promise<number> {
  await sleepUntil(atUs)
  process.kill(pid, 'SIGSTOP')
  const stoppedAtUs = nowUs()
  await sleepMs(freezeMs)
  process.kill(pid, 'SIGCONT')
  return (nowUs() - stoppedAtUs) / usPerMs
}
