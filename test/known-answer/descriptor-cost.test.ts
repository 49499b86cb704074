import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Child } from '../../src/machine/child.ts'
import { descriptorCount } from '../../src/machine/proc.ts'
import { median } from '../../src/metrics/statistics.ts'
import { elapsedMs } from '../helpers/contract-wait.ts'
import type { HolderControl } from '../helpers/descriptor-holder.ts'

const holderModule = fileURLToPath(new URL('../helpers/descriptor-holder.js', import.meta.url))
const roundMs = 300
const rounds = 6
/** Five times as often as a trial samples. */
const sampleEveryMs = 50

// A careful listing of many descriptors took half a second elsewhere, enough to disturb what is measured.
test('counting descriptors is exact, and does not hold up the process whose 10,000 are counted', async (t) => {
  const holder = new Child<HolderControl>('descriptor holder', [process.execPath, holderModule])
  t.after(() => holder.kill())
  await holder.ask('open', { count: 1 })
  const before = descriptorCount(holder.pid)
  if (before === null) return t.skip('needs /proc')
  await holder.ask('open', { count: 100 })
  assert.equal(descriptorCount(holder.pid)! - before, 100)
  await holder.ask('open', { count: 9_900 })
  assert.equal(descriptorCount(holder.pid)! - before, 10_000)

  // How long one count takes in this process: a holder that was held up for it would stall as long.
  const countMs: number[] = []
  for (let round = 0; round < rounds; round++) countMs.push(await elapsedMs(async () => descriptorCount(holder.pid)))
  const longest = { quiet: [] as number[], sampled: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    longest.quiet.push(await holder.ask('watch', { forMs: roundMs }))
    const sampling = setInterval(() => descriptorCount(holder.pid), sampleEveryMs)
    longest.sampled.push(await holder.ask('watch', { forMs: roundMs }))
    clearInterval(sampling)
  }
  // A cost of sampling is in every round; what others do to this machine is not in the least of six. Where a count takes a few
  // µs, less than rounds without it differ by, it cannot hold up anybody for longer than that.
  const least = Math.min(...longest.quiet)
  const addedMs = (Math.min(...longest.sampled) - least) / 1_000
  const noiseMs = (Math.max(...longest.quiet) - least) / 1_000
  assert.ok(
    addedMs < Math.max(median(countMs) / 2, noiseMs),
    `sampling added ${addedMs} ms, a count takes ${median(countMs)} ms: ${JSON.stringify(longest)} µs`,
  )
})
