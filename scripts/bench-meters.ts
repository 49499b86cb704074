import { cpus } from 'node:os'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import { packageRoot } from '../src/core/package-root.ts'
import { DeliveryRecorder } from '../src/core/recorder.ts'
import type { TrialResult } from '../src/core/result.ts'
import { equivalenceLevel, isEquivalent } from '../src/metrics/statistics.ts'
import { halfWidth, moments } from '../src/metrics/student.ts'
import { runKnownTrial } from '../src/calibrate/known-trial.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { takeLock } from './take-lock.ts'

/**
 * `npm run bench:meters [-- BLOCKS]`: what the harness's own meters do to what they measure (K23). Trials of SSE with
 * sampler and hiccup meter and without them take turns; equivalence is tested on paired log-ratios against 2 % (TOST). The
 * cost of recording a delivery stands beside. Writes both into docs/method.md; fewer than 8 blocks are printed only.
 */
const fewestBlocks = 8
const matters = Math.log(1.02)
const blockCount = Number(process.argv[2] ?? 16)
const figures: Record<string, (trial: TrialResult) => number> = {
  'delivery latency p50': (trial) => trial.deliveryLatencyUs.p50!,
  'delivery latency p99': (trial) => trial.deliveryLatencyUs.p99!,
  'server CPU': (trial) => trial.server.processor.cpuMsPerSecond!,
  'client host CPU': (trial) => trial.generator.find(({ role }) => role === 'client-host')!.processor.cpuMsPerSecond!,
}

await takeLock('npm run bench:meters')
const ratios: Record<string, number[]> = {}
for (let block = 0; block < blockCount; block++) {
  const taken: Partial<Record<'on' | 'off', TrialResult>> = {}
  for (const state of block % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
    const { trial } = await runKnownTrial({
      transport: 'sse',
      clientCount: 500,
      traffic: { messagesPerSecondPerChannel: 10 },
      measuredMs: 4_000,
      seed: block + 1,
      isSampled: state === 'on',
    })
    taken[state] = trial
  }
  for (const [name, figureOf] of Object.entries(figures)) (ratios[name] ??= []).push(Math.log(figureOf(taken.on!) / figureOf(taken.off!)))
  console.error(
    `block ${block + 1}: ${Object.keys(figures)
      .map((name) => `${name} × ${Math.exp(ratios[name]!.at(-1)!).toFixed(3)}`)
      .join(', ')}`,
  )
}

const rows = Object.entries(ratios).map(([name, values]) => {
  const found = moments(values)
  const half = halfWidth(found, equivalenceLevel)
  const [low, high] = [found.mean - half, found.mean + half].map((end) => Math.exp(end).toFixed(3))
  const verdict = isEquivalent(found, matters) ? 'equal within 2 %' : Math.abs(found.mean) > half ? 'different' : 'undecided'
  return `| ${name} | ${Math.exp(found.mean).toFixed(3)} | ${low} – ${high} | ${verdict} |`
})
const table = [
  `\`npm run bench:meters -- ${blockCount}\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]!.model.trim()}, Node ${process.version}; SSE, 500 clients, 10 messages/s to each, ${blockCount} pairs of trials of 4 s in turn.`,
  '',
  '| figure | with meters ÷ without | 90 % interval | against 2 % (TOST) |',
  '|---|---|---|---|',
  ...rows,
  '',
  await recordingText(),
].join('\n')
console.log(table)
if (blockCount >= fewestBlocks) writeBetweenMarks(join(packageRoot(), 'docs', 'method.md'), 'bench:meters', table)

/** Recording a delivery against counting it, a hundred thousand at a time. */
async function recordingText(): Promise<string> {
  const deliveries = 100_000
  let counted = 0
  const bench = new Bench({ time: 1_000 })
    .add('recorded', () => {
      const recorder = new DeliveryRecorder()
      for (let index = 0; index < deliveries; index++) recorder.add(index, index & 1_023, index)
    })
    .add('counted', () => {
      for (let index = 0; index < deliveries; index++) counted += index & 1
    })
  await bench.run()
  const nsEach = bench.tasks.map(({ result }) => ('latency' in result ? (result.latency.p50 * 1_000_000) / deliveries : Number.NaN))
  return `Recording a delivery takes ${nsEach[0]!.toFixed(1)} ns and 16 bytes; counting it alone ${nsEach[1]!.toFixed(1)} ns (medians, loops of ${deliveries}).`
}
