import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { usPerMs } from '../../src/core/units.ts'

const lookEveryMs = 2

/** Waits for a condition, never for a time: throws with what was awaited and what was seen when it has not come by the deadline. */
export async function until(
  what: string,
  condition: () => boolean,
  seen: () => unknown = () => undefined,
  deadlineMs = 30_000,
): Promise<void> {
  const untilUs = nowUs() + deadlineMs * usPerMs
  while (!condition()) {
    if (nowUs() > untilUs) throw new Error(`not within ${deadlineMs} ms: ${what}; seen ${JSON.stringify(seen())}`)
    await sleepMs(lookEveryMs)
  }
}

/** Time that an action takes, in ms. */
export async function elapsedMs(action: () => Promise<unknown>): Promise<number> {
  const startedAtUs = nowUs()
  await action()
  return (nowUs() - startedAtUs) / usPerMs
}
