import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gates } from '../../src/metrics/gates.ts'
import { resultSchema, type ResultDocument, type TrialResult } from '../../src/core/result.ts'
import type { Ended } from './bench-process.ts'

/**
 * Gates by which a busy machine, or the generator on it, speaks: they say nothing about what a test asks. A test asserts its
 * figures, and lets these find what they find.
 */
const otherProcesses: readonly string[] = gates.filter(({ owner }) => owner === 'machine').map(({ gate }) => gate)
const generator: readonly string[] = [
  'publisher-lag',
  'offered-rate',
  'generator-stall',
  'generator-utilisation',
  'client-queueing',
  'fault-off-plan',
]
/** Too much for this machine: its own fault where other processes had the processors too. */
const tooMuch: readonly string[] = ['saturated', 'poll-overrun']

/** What gates found that no busy machine excuses. */
export function reasonsOfItsOwn({ validity }: TrialResult, alsoExcused: readonly string[] = []): TrialResult['validity']['reasons'] {
  const isDisturbed = validity.reasons.some(({ gate }) => otherProcesses.includes(gate))
  const excused = [...otherProcesses, ...generator, ...(isDisturbed ? tooMuch : []), ...alsoExcused]
  return validity.reasons.filter(({ gate }) => !excused.includes(gate))
}

/** Every result.json in a folder and below. */
export function resultsIn(folder: string): ResultDocument[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('result.json'))
    .map((file) => resultSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
}

/** The command ran to its end: with exit 0, or with 5 where only gates of the machine took trials out of the count. */
export function assertRan({ code, stdout, stderr }: Omit<Ended, 'ms'>, out: string): void {
  if (code === 0) return
  assert.equal(code, 5, stderr === '' ? stdout : stderr)
  const trials = resultsIn(out).flatMap((document) => document.trials)
  const uncounted = trials.filter(({ validity }) => validity.reasons.some(({ status }) => status === 'invalid' || status === 'unknown'))
  assert.notEqual(uncounted.length, 0, 'exit 5, and every figure of every trial counts')
  for (const trial of uncounted) assert.deepEqual(reasonsOfItsOwn(trial), [], trial.contender)
}
