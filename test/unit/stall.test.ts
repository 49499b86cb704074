import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { suite, test } from 'node:test'
import { stallFigures } from '../../src/core/process-meter.ts'

const tickUs = 10_000

/** Ticks of a 2 s window in which the loop stalled once, for `pauseUs` from a wake-up on; timers are late by 0.1 ms. */
function windowWith(pauseUs: number): number[] {
  const intervals = Array.from({ length: Math.floor((2_000_000 - pauseUs) / 10_100) }, () => 10_100)
  return [...intervals.slice(0, 80), pauseUs, ...intervals.slice(80)]
}

suite('stall', () => {
  test('K10: a pause of 200 ms reads as 190 to 200 ms, wherever between two ticks it began', () => {
    // It began just after a tick, and just before the next was due.
    assert.equal(stallFigures(windowWith(200_000), tickUs).maxUs, 190_000)
    assert.equal(stallFigures(windowWith(210_000), tickUs).maxUs, 200_000)
  })

  test('K10: at the back-filled p95 of 2 s the same pause still reads as 100 ms; without back-filling nothing would be seen', () => {
    const intervals = windowWith(200_000)
    assert.ok(stallFigures(intervals, tickUs).p95Us >= 100_000)
    const naive = intervals.map((intervalUs) => intervalUs - tickUs).sort((a, b) => a - b)
    assert.equal(naive[Math.ceil(0.95 * naive.length) - 1], 100)
  })

  test('back-fills one wake-up for each period that was slept through, each a period less', () => {
    // Of 40 ms: 30, then 20, 10 and 0 for those that it swallowed.
    assert.deepEqual(stallFigures([40_000], tickUs), { maxUs: 30_000, p95Us: 30_000, p99Us: 30_000 })
    const figures = stallFigures([40_000, ...new Array<number>(96).fill(10_000)], tickUs)
    assert.deepEqual(figures, { maxUs: 30_000, p95Us: 0, p99Us: 20_000 })
  })

  test('a wake-up that comes early is late by nothing, and no wake-up at all is no pause', () => {
    assert.deepEqual(stallFigures([9_100, 9_900], tickUs), { maxUs: 0, p95Us: 0, p99Us: 0 })
    assert.deepEqual(stallFigures([], tickUs), { maxUs: 0, p95Us: 0, p99Us: 0 })
  })

  for (const [what, block] of [
    ['a busy loop', 'const from = nowUs(); while (nowUs() - from < 200_000);'],
    ['a busy loop across the edge where the window opens', ''],
  ] as const) {
    test(`K10: a process sees ${what} of 200 ms in itself as 185 ms or more, and no other`, async () => {
      const blockAt = block === '' ? 'startAtUs - 100_000' : 'startAtUs + 800_000'
      const script = `
        import { nowUs, sleepUntil } from '${new URL('../../src/core/clock.js', import.meta.url).href}'
        import { ProcessMeter } from '${new URL('../../src/core/process-meter.js', import.meta.url).href}'
        const meter = new ProcessMeter()
        const startAtUs = nowUs() + 200_000
        let [lastUs, longestUs] = [nowUs(), 0]
        const own = setInterval(() => {
          longestUs = Math.max(longestUs, nowUs() - lastUs)
          lastUs = nowUs()
        }, 5)
        meter.watch(startAtUs, startAtUs + 2_000_000)
        await sleepUntil(${blockAt})
        const from = nowUs()
        while (nowUs() - from < ${block === '' ? 300_000 : 200_000});
        await sleepUntil(startAtUs + 2_000_000)
        while (meter.reading().stallMaxUs === null) await sleepUntil(nowUs() + 1_000)
        clearInterval(own)
        console.log(JSON.stringify({ ...meter.reading(), longestUs }))`
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
      let text = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      await once(child, 'close')
      const { stallMaxUs, stallP95Us, longestUs } = JSON.parse(text) as Record<'stallMaxUs' | 'stallP95Us' | 'longestUs', number>
      // A timer of the process itself sees the loop, and whatever else this machine does to it.
      assert.ok(stallMaxUs >= 185_000 && stallMaxUs <= longestUs + 1_000, text)
      assert.ok(stallP95Us >= 85_000 && stallP95Us <= stallMaxUs, text)
    })
  }
})
