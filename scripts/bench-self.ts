import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../src/metrics/statistics.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { contenderOf, transportOf, type TransportId } from '../src/core/transports/registry.ts'
import { trialSpec, type TrialSpec } from '../src/trial/trial-spec.ts'
import { hostModules } from '../src/trial/transport-modules.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { runSelf, type SelfReading } from './self-run.ts'
import { takeLock } from './take-lock.ts'

/**
 * `npm run bench:self [-- CLIENTS [ROUNDS [TRANSPORT,…]]]`: what the harness itself costs, beside the bare library that
 * does the same in the same run. Ours, bare server and bare clients take turns; ratios are taken within a round. Writes the table
 * into docs/method.md.
 */
/** Those that the bare server and the bare clients can do too. */
const compared: readonly string[] = ['short-poll', 'long-poll', 'sse', 'websocket'] satisfies TransportId[]
const [clientCount = 8_000, roundCount = 3] = process.argv.slice(2, 4).map(Number)
const chosen = process.argv[4]?.split(',') ?? compared
const messageGapMs = 1_000
const bareServer = fileURLToPath(new URL('./bare/server.js', import.meta.url))
const bareClients = fileURLToPath(new URL('./bare/clients.js', import.meta.url))
const variants = {
  ours: hostModules,
  'bare server': { ...hostModules, server: bareServer },
  'bare clients': { ...hostModules, clients: bareClients },
} as const
type Variant = keyof typeof variants
const names = Object.keys(variants) as Variant[]
const workDir = mkdtempSync(join(tmpdir(), 'bench-self-'))

await takeLock('npm run bench:self')
const rows: string[] = []
const readings: Record<string, Record<Variant, SelfReading>[]> = {}
for (let round = 0; round < roundCount; round++) {
  for (const transport of chosen) {
    const taken: Partial<Record<Variant, SelfReading>> = {}
    for (let turn = 0; turn < names.length; turn++) {
      const variant = names[(turn + round) % names.length]!
      taken[variant] = await runSelf(specFor(transport, variant), messageGapMs)
      console.error(`round ${round + 1}, ${transport}, ${variant}: ${JSON.stringify(taken[variant])}`)
    }
    ;(readings[transport] ??= []).push(taken as Record<Variant, SelfReading>)
  }
}
for (const transport of chosen) {
  const rounds = readings[transport]!
  const unit = transport === 'short-poll' ? 'poll' : 'delivery'
  rows.push(row(transport, 'server memory per client', 'bytes', rounds, 'serverBytesPerClient', 'bare server', 1.15))
  rows.push(row(transport, `server CPU per ${unit}`, 'µs', rounds, 'serverCpuUs', 'bare server', 1.15))
  rows.push(row(transport, 'client host memory per client', 'bytes', rounds, 'clientBytesPerClient', 'bare clients', 1.3))
  rows.push(row(transport, `client host CPU per ${unit}`, 'µs', rounds, 'clientCpuUs', 'bare clients', 1.3))
}
const sampler = chosen.flatMap((transport) => readings[transport]!.flatMap((round) => names.map((name) => round[name].samplerCoreRatio)))
const table = [
  `\`npm run bench:self -- ${clientCount} ${roundCount}\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]!.model.trim()}, Node ${process.version}; ${clientCount} clients, ${roundCount} rounds, medians over rounds, ratio as median [least – most].`,
  '',
  '| transport | figure | unit | ours | bare library | ratio | at most | |',
  '|---|---|---|---|---|---|---|---|',
  ...rows,
  '',
  `The sampler took ${(median(sampler) * 100).toFixed(2)} % of a core at the median, ${(Math.max(...sampler) * 100).toFixed(2)} % at most; at most 1 % is the aim. A recorded delivery costs 16 bytes.`,
].join('\n')
console.log(table)
if (chosen === compared) writeBetweenMarks(join(packageRoot(), 'docs', 'method.md'), 'bench:self', table)
rmSync(workDir, { recursive: true, force: true })

function specFor(transport: string, variant: Variant): TrialSpec {
  return trialSpec({
    // The bare servers send no heartbeats either.
    contender: contenderOf(transport, transportOf(transport).withoutHeartbeats),
    scenario: {
      traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 1, messageBytes: 100 },
      phases: { warmUpMs: 0, measuredMs: 0 },
    },
    clientCount,
    hosts: variants[variant],
    workDir,
  })
}

function row(
  transport: string,
  figure: string,
  unit: string,
  rounds: Record<Variant, SelfReading>[],
  key: keyof SelfReading,
  bare: Variant,
  atMost: number,
): string {
  const ratios = rounds.map((round) => round.ours[key] / round[bare][key])
  const ratio = median(ratios)
  const shown = (variant: Variant): string => median(rounds.map((round) => round[variant][key])).toFixed(unit === 'µs' ? 1 : 0)
  const range = `${ratio.toFixed(2)} [${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)}]`
  return `| ${transport} | ${figure} | ${unit} | ${shown('ours')} | ${shown(bare)} | ${range} | ${atMost} | ${ratio <= atMost ? 'met' : '**missed**'} |`
}
