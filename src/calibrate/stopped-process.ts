import { nowUs, sleepUntil } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import type { StopWindow } from './oracle.ts'

/** When a process was stopped. */
export interface ProcessStop extends StopWindow {
  /** Both instants were read behind their signal, by at most so much: on a busy machine this process waits in between. */
  uncertainUs: number
}

/**
 * Stops a process at an instant (SIGSTOP), and lets it go on so many ms later (SIGCONT).
 *
 * @returns the instants at which it really happened, in µs of the shared clock
 */
export async function stopProcess(pid: number, atUs: number, forMs: number): Promise<ProcessStop> {
  await sleepUntil(atUs)
  const stop = signalled(pid, 'SIGSTOP')
  await sleepUntil(stop.atUs + forMs * usPerMs)
  const go = signalled(pid, 'SIGCONT')
  return { stoppedAtUs: stop.atUs, resumedAtUs: go.atUs, uncertainUs: Math.max(stop.tookUs, go.tookUs) }
}

function signalled(pid: number, signal: NodeJS.Signals): { atUs: number; tookUs: number } {
  const beforeUs = nowUs()
  process.kill(pid, signal)
  const atUs = nowUs()
  return { atUs, tookUs: atUs - beforeUs }
}
