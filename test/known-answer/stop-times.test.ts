import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { median } from '../../src/metrics/statistics.ts'
import { quickRun, startBench, startProgram } from '../helpers/bench-process.ts'
import { onTerminal } from '../helpers/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'stop-times-'))
after(() => rmSync(folder, { recursive: true }))

/** In starts of `node -e 0`, which take about 40 ms: what somebody at a terminal takes for "at once", and for "soon". */
const atOnceRatio = 5
const soonRatio = 75
const firstDrawRatio = 25

const longRun = ['smoke', '--transports', 'sse', '--clients', '200', '--rate', '10', '--warmup', '0', '--measured', '30s', '--retries', '0']

/** Starts the run, waits until its window is open, and says how long after the last of one or two SIGINT it ended, in ms. */
async function stopMs(name: string, signalCount: 1 | 2): Promise<number> {
  const { child, ended, says } = startBench([...longRun, '--out', join(folder, name)])
  await says('measure')
  let sentAtUs = nowUs()
  child.kill('SIGINT')
  if (signalCount === 2) {
    await says('press Ctrl-C again to stop at once')
    // Two within 50 ms are one press of Ctrl-C that came twice.
    await sleepMs(60)
    sentAtUs = nowUs()
    child.kill('SIGINT')
  }
  assert.equal((await ended).code, 130)
  return (nowUs() - sentAtUs) / 1_000
}

async function firstDrawMs(name: string): Promise<number> {
  const startedAtUs = nowUs()
  const running = onTerminal(quickRun(join(folder, name)))
  const drawn = new Promise<number>((resolve) => running.child.stdout!.once('data', () => resolve((nowUs() - startedAtUs) / 1_000)))
  await running.ended
  return drawn
}

suite('how long a command takes, in starts of Node', () => {
  const nodeMs: number[] = []

  async function inTurns(measure: (name: string) => Promise<number>, name: string): Promise<number> {
    const tookMs: number[] = []
    for (let round = 0; round < 3; round++) {
      nodeMs.push((await startProgram(process.execPath, ['-e', '0']).ended).ms)
      tookMs.push(await measure(`${name}-${round}`))
    }
    return median(tookMs)
  }

  for (const [what, name, measure, ratio] of [
    ['a run that is stopped writes its report and ends soon', 'once', (place: string) => stopMs(place, 1), soonRatio],
    ['a second signal ends it at once', 'twice', (place: string) => stopMs(place, 2), atOnceRatio],
    ['the first drawing on a terminal comes soon', 'drawn', firstDrawMs, firstDrawRatio],
  ] as const) {
    test(what, async () => {
      const tookMs = await inTurns(measure, name)
      assert.ok(tookMs <= ratio * median(nodeMs), `${tookMs} ms; node starts in ${median(nodeMs)} ms`)
    })
  }
})
