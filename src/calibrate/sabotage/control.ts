import { usPerMs } from '../../core/units.ts'
import { owedCount } from '../../metrics/ledger.ts'
import type { KnownTrial } from '../known-trial.ts'
import { overheadOf, overheadsUs } from '../oracle.ts'
import { idealOf, none, notHere, nothing, runSabotaged, saboteurUrl, type Detection, type Sabotage } from './detection.ts'

/** Half of the smallest time that is planted anywhere (a mean of 25 ms by batches). */
const quietMeanMs = 12.5
/** What is planted is 1 s. */
const quietStallMs = 500
const delayedMs = 99
/** A tenth of what is planted for each message. */
const quietBytesPerMessage = 1_024

/** The control: a saboteur without a plan, before every meter at once. Nothing is planted, nothing may be found. */
export const controlSabotage: Sabotage = async (transport) =>
  controlRows(
    transport,
    await runSabotaged({ transport, serverUrl: saboteurUrl(transport, []), messagesPerSecond: 200, measuredMs: 2_000 }),
  )

/** What the meters of S1 to S11 say of a trial in which nothing was planted. */
export function controlRows(transport: string, known: KnownTrial): Detection[] {
  const { ledger, server } = known.trial
  const overheads = overheadsUs(known, idealOf(known, transport))
  const { meanUs, p50Us, p99Us } = overheadOf(overheads)
  const early = 'measured − oracle below 0'
  const keptBytes = server.memory.after.externalBytes! - server.memory.baseline.externalBytes!
  return [
    none('lost', owedCount(ledger)),
    ...(['duplicated', 'reordered', 'corrupted', 'unexpected'] as const).map((meter) => none(meter, ledger[`${meter}Count`])),
    transport === 'short-poll'
      ? notHere({ ...nothing, meter: early }, 'a poll that is sent late also returns messages published after its slot')
      : none(early, overheads.filter((us) => us < 0).length),
    none('measured − oracle from 99 ms on', overheads.filter((us) => us >= delayedMs * usPerMs).length),
    below('measured − oracle, mean', quietMeanMs, meanUs! / usPerMs, 'ms', `p50 ${msText(p50Us)}, p99 ${msText(p99Us)}`),
    below('stall of the server', quietStallMs, server.loop.stallMaxUs! / usPerMs, 'ms'),
    none('descriptors after − baseline', server.descriptors.afterCount! - server.descriptors.baselineCount!),
    below('external memory after − baseline, per message', quietBytesPerMessage, keptBytes / known.dueAtUs.length, 'B'),
  ]
}

function msText(us: number | null): string {
  return us === null ? 'not measured' : `${Number((us / usPerMs).toPrecision(3))} ms`
}

function below(meter: string, limit: number, measured: number, unit: string, beside = ''): Detection {
  return {
    ...nothing,
    meter,
    expected: `below ${limit} ${unit}`,
    measured: `${Number(measured.toPrecision(3))} ${unit}${beside === '' ? '' : ` (${beside})`}`,
    isNamed: measured < limit,
  }
}
