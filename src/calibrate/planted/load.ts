import { answerControl } from '../../core/control.ts'
import { collectedMemory, ProcessMeter, type MemoryReading, type WindowReading } from '../../core/process-meter.ts'
import { nowUs, sleepUntil } from '../../core/clock.ts'
import { usPerMs } from '../../core/units.ts'

/** The questions that a process with a planted load answers. */
export interface PlantedControl {
  memory(): MemoryReading
  /** Fills a buffer outside of the heap and keeps it. */
  hold(order: { bytes: number }): void
  /** Works until the kernel has charged this much processor time to the process (getrusage), and returns what it charged, in µs. */
  burn(order: { cpuUs: number; burstCount: number; pauseMs: number }): Promise<number>
  /** Blocks the event loop once in a watched window; `blockedUs` until it turned again, which takes longer where others want the processor. */
  block(order: { blockMs: number; windowMs: number }): Promise<WindowReading & { blockedUs: number }>
}

const held: Buffer[] = []
const meter = new ProcessMeter()
const settleMs = 100

function usedUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function spinUntil(isDone: () => boolean): void {
  // A sum that is used, so that the work cannot be optimised away.
  for (let sum = 0; !isDone() || sum < 0;) for (let step = 0; step < 1_000; step++) sum += step
}

/** Process entry. */
const control: PlantedControl = {
  memory: collectedMemory,
  hold: ({ bytes }) => void held.push(Buffer.alloc(bytes, 1)),
  burn: async ({ cpuUs, burstCount, pauseMs }) => {
    const from = usedUs()
    for (let burst = 1; burst <= burstCount; burst++) {
      spinUntil(() => usedUs() - from >= (cpuUs * burst) / burstCount)
      if (pauseMs > 0) await sleepUntil(nowUs() + pauseMs * usPerMs)
    }
    return usedUs() - from
  },
  block: async ({ blockMs, windowMs }) => {
    const fromAtUs = nowUs() + settleMs * usPerMs
    const untilAtUs = fromAtUs + windowMs * usPerMs
    meter.watch(fromAtUs, untilAtUs)
    await sleepUntil((fromAtUs + untilAtUs) / 2)
    const blockedAtUs = nowUs()
    spinUntil(() => nowUs() - blockedAtUs >= blockMs * usPerMs)
    await new Promise((resolve) => setImmediate(resolve))
    const blockedUs = nowUs() - blockedAtUs
    await sleepUntil(untilAtUs + settleMs * usPerMs)
    return { ...meter.reading(), blockedUs }
  },
}
answerControl(control)
