import { fileURLToPath } from 'node:url'
import type { CheckRecord, Finding } from '../core/calibration-record.ts'
import { nowUs } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { msPerSecond, usPerSecond } from '../core/units.ts'
import { withChild, type Child } from '../machine/child.ts'
import { findNamespace } from '../machine/namespace.ts'
import type { CheckControl } from './check-host.ts'
import { brokenOff, verdictOf, type Check } from './check.ts'

const hostModule = fileURLToPath(new URL('./check-host.js', import.meta.url))
/** A loaded machine takes longer; a check that hangs must end all the same. */
const patienceFactor = 4
const patienceMs = 60_000

export interface RunChecksOptions {
  checks: readonly Check[]
  quick: boolean
  /** Ends the check that runs; what has ended stays. */
  signal: AbortSignal
  onStart(check: Check): void
  onSay(check: Check, text: string): void
  /** Called with the records of each run as it ends, in the order of the checks. */
  onEnd(check: Check, records: CheckRecord[]): void
}

/** Runs checks one after the other, each in a fresh process and, where the system allows it, in a network namespace of its own. */
export async function runChecks({ checks, quick, signal, onStart, onSay, onEnd }: RunChecksOptions): Promise<void> {
  const namespace = findNamespace()
  for (const check of checks) {
    if (signal.aborted) return
    onStart(check)
    const command = [process.execPath, '--expose-gc', hostModule]
    const startedAt = new Date().toISOString()
    const startedAtUs = nowUs()
    const found = await findingsOf(check, 'enclose' in namespace ? namespace.enclose(command) : command, quick, signal, (text) =>
      onSay(check, text),
    )
    if (signal.aborted) return
    const seconds = (nowUs() - startedAtUs) / usPerSecond / check.answers.length
    onEnd(
      check,
      check.answers.map(({ id, title }) => {
        const findings = found[id] ?? [brokenOff('it has no findings')]
        return { id, title, verdict: verdictOf(findings), startedAt, durationSeconds: Number(seconds.toFixed(2)), findings }
      }),
    )
  }
}

async function findingsOf(
  check: Check,
  command: readonly string[],
  quick: boolean,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Record<string, Finding[]>> {
  const { id } = check.answers[0]!
  const deadlineMs = patienceMs + patienceFactor * check.seconds[quick ? 0 : 1] * msPerSecond
  const ask = (child: Child<CheckControl>) => {
    child.onNotice((text) => say(String(text)))
    return child.ask('run', { id, quick }, deadlineMs)
  }
  return withChild(`check ${id}`, command, ask, signal).catch((error: unknown) =>
    Object.fromEntries(check.answers.map((answer) => [answer.id, [brokenOff(messageOf(error))]])),
  )
}
