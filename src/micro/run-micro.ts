import { fileURLToPath } from 'node:url'
import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { median } from '../metrics/statistics.ts'
import { withChild, type Child } from '../machine/child.ts'
import { readHarness, trialEnvironment } from '../machine/environment.ts'
import { findNamespace } from '../machine/namespace.ts'
import { boundCommand, shareCores } from '../machine/pinning.ts'
import { microBenchmarkNotes, roundSeconds, type MicroBenchmarkFile, type Reading } from './micro-benchmark.ts'
import type { MicroBenchmarkControl } from './micro-host.ts'

const host = fileURLToPath(new URL('./micro-host.js', import.meta.url))
/** What a round may take beyond its own estimate. */
const patience = 4

export interface MicroBenchmarkRequest {
  name: string
  file: MicroBenchmarkFile
  command: string
  signal: AbortSignal
  say(text: string): void
}

/**
 * Runs a micro-benchmark, each round in fresh processes and in its own network namespace where the system allows it. An abort
 * keeps the rounds that have ended.
 *
 * @throws {HarnessError} ERR_CHILD_DIED or ERR_CHILD_SILENT, with the last line of the process
 */
export async function runMicroBenchmark({ name, file, command, signal, say }: MicroBenchmarkRequest): Promise<MicroBenchmarkResult> {
  const namespace = findNamespace()
  const cores = shareCores()
  const rounds: Reading[][] = []
  while (rounds.length < file.roundCount && !signal.aborted) {
    say(`round ${rounds.length + 1} of ${file.roundCount}, about ${Math.ceil(roundSeconds(file))} s`)
    const round = await oneRound(file, 'enclose' in namespace ? namespace.enclose : (words) => [...words], cores.generator, signal)
    if (round !== undefined) rounds.push(round)
  }
  const { $schema: _, quick: _quick, title, question, story: _story, group: _group, measure, ...settings } = file
  return {
    schemaVersion: 1,
    harness: readHarness(command),
    environment: trialEnvironment(),
    name,
    measure,
    title,
    question,
    settings,
    isComplete: rounds.length === file.roundCount,
    figures: figuresOf(rounds),
    notes: microBenchmarkNotes[measure],
  }
}

async function oneRound(
  file: MicroBenchmarkFile,
  enclose: (command: readonly string[]) => string[],
  cores: readonly number[],
  signal: AbortSignal,
): Promise<Reading[] | undefined> {
  // The micro-benchmark is one busy process; the other one pins its own.
  const words = [process.execPath, host]
  const command = enclose(file.measure === 'framing-micro' ? boundCommand(cores, words) : words)
  const ask = (child: Child<MicroBenchmarkControl>) => child.ask('run', file, patience * roundSeconds(file) * 1_000 + 30_000)
  return withChild('measure', command, ask, signal).catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
}

/** One figure for all rounds of the same reading. */
export function figuresOf(rounds: readonly (readonly Reading[])[]): MicroBenchmarkFigure[] {
  return (rounds[0] ?? []).map(({ label, group, unit }, at) => {
    const values = rounds.map((round) => round[at]!.value)
    return { label, group, unit, values, median: median(values), low: Math.min(...values), high: Math.max(...values) }
  })
}
