import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { nowUs, sleepMs } from '../core/clock.ts'
import type { SaturationFile } from './micro-benchmark.ts'
import { msPerSecond, usPerMs, usPerSecond } from '../core/units.ts'
import { runKnownTrial } from '../calibrate/known-trial.ts'
import { withServer } from '../calibrate/raw-server.ts'
import { boundCommand, shareCores } from '../machine/pinning.ts'
import { cpuUs } from '../machine/proc.ts'
import type { Reading } from './micro-benchmark.ts'

const autocannonMain = createRequire(import.meta.url).resolve('autocannon')
/** What autocannon takes to start and to end its connections; its window lies inside. */
const edgeMs = 1_000
const shortestIntervalMs = 10

/**
 * How many empty polls a second one core of the server answers: by autocannon, which asks again at once on every
 * connection (closed loop, its rate correction off, since that mixes seconds and milliseconds), and by our own poll
 * clients, which ask by the clock. One server, two generators. One round, in the namespace of the caller.
 */
export async function httpSaturation(file: SaturationFile): Promise<Reading[]> {
  const closed = await byAutocannon(file)
  const paced = await byOurClients(file, closed.pollsPerSecond * file.paceRatio)
  const rows = (group: string, { pollsPerSecond, cpuUsPerPoll, utilisation }: Load): Reading[] => [
    { group, label: 'polls per second', unit: '/s', value: pollsPerSecond },
    { group, label: 'server CPU per poll', unit: 'µs', value: cpuUsPerPoll },
    { group, label: 'polls per second and core, by that', unit: '/s', value: usPerSecond / cpuUsPerPoll },
    { group, label: 'share of its core that the server used', unit: '%', value: 100 * utilisation },
  ]
  return [...rows('autocannon, closed loop', closed), ...rows('our clients, paced', paced)]
}

interface Load {
  pollsPerSecond: number
  cpuUsPerPoll: number
  utilisation: number
}

function byAutocannon({ connectionCount, measuredMs }: SaturationFile): Promise<Load> {
  return withServer('short-poll', {}, async ({ ready, pid }) => {
    const command = boundCommand(shareCores().generator, [
      process.execPath,
      autocannonMain,
      '-c',
      String(connectionCount),
      '-d',
      String((measuredMs + 2 * edgeMs) / msPerSecond),
      '-j',
      `http://${ready.host}:${ready.port}/short-poll?channel=c0`,
    ])
    const ending = promisify(execFile)(command[0]!, command.slice(1))
    await sleepMs(edgeMs)
    const before = await reading(ready, pid)
    await sleepMs(measuredMs)
    const after = await reading(ready, pid)
    const { non2xx, errors, timeouts } = JSON.parse((await ending).stdout) as Record<'non2xx' | 'errors' | 'timeouts', number>
    if (non2xx + errors + timeouts > 0)
      throw new Error(`autocannon: ${non2xx} answers were not 2xx, ${errors} errors, ${timeouts} timeouts; every poll must be answered`)
    // The two questions for /health are no polls: the server counts requests of the transport alone.
    return loadOf(after.requestCount - before.requestCount, after.cpuUs - before.cpuUs, after.atUs - before.atUs)
  })
}

async function reading({ host, port }: { host: string; port: number }, pid: number) {
  const answer = (await (await fetch(`http://${host}:${port}/health`)).json()) as { requestCount: number }
  return { requestCount: answer.requestCount, cpuUs: cpuUs(pid) ?? Number.NaN, atUs: nowUs() }
}

async function byOurClients({ connectionCount, measuredMs }: SaturationFile, pollsPerSecond: number): Promise<Load> {
  const pollIntervalMs = Math.max(shortestIntervalMs, Math.round((connectionCount * msPerSecond) / pollsPerSecond))
  const { trial } = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount: connectionCount,
    traffic: { messagesPerSecondPerChannel: 0 },
    measuredMs,
  })
  const { cpuMsPerSecond } = trial.server.processor
  return loadOf(
    trial.requests.window.sentCount,
    ((cpuMsPerSecond ?? Number.NaN) * measuredMs * usPerMs) / msPerSecond,
    measuredMs * usPerMs,
  )
}

function loadOf(pollCount: number, serverCpuUs: number, durationUs: number): Load {
  return {
    pollsPerSecond: (pollCount * usPerSecond) / durationUs,
    cpuUsPerPoll: serverCpuUs / pollCount,
    utilisation: serverCpuUs / durationUs,
  }
}
