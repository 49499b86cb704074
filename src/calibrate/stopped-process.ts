import { nowUs, sleepUntil } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import type { StopWindow } from './oracle.ts'

/**
 * Stops a process at an instant (SIGSTOP), and lets it go on so many ms later (SIGCONT).
 *
 * @returns the instants at which it really happened, in µs of the shared clock
 */
export async function stopProcess(pid: number, atUs: number, forMs: number): Promise<StopWindow> {
  await sleepUntil(atUs)
  process.kill(pid, 'SIGSTOP')
  const stoppedAtUs = nowUs()
  await sleepUntil(stoppedAtUs + forMs * usPerMs)
  process.kill(pid, 'SIGCONT')
  return { stoppedAtUs, resumedAtUs: nowUs() }
}
