import { getHeapStatistics } from 'node:v8'
import { performance, PerformanceObserver, type EventLoopUtilization } from 'node:perf_hooks'
import { nowUs, sleepUntil, overlapUs, type Span } from './clock.ts'
import { usPerMs } from './units.ts'

/** Memory of this process after a forced collection, in bytes. */
export interface MemoryReading {
  heapUsedBytes: number
  externalBytes: number
}

/** What a process saw of itself in a window. */
export interface WindowReading {
  /** Share of the time in which the event loop was busy, 0 to 1; null when the window has not ended. */
  loopUtilisationRatio: number | null
  /** Longest pause of the event loop beyond the meter's tick, in µs. */
  stallMaxUs: number | null
  /** 95th percentile of the pauses, back-filled, in µs. */
  stallP95Us: number | null
  stallP99Us: number | null
  gcPauses: { atUs: number; durationUs: number }[]
}

/** Tick of the loop-delay meter in ms. Ten times finer would cost the server 1 % of a core and more. */
const tickMs = 10

/** Watches the own process between two instants. One window per process. */
export class ProcessMeter {
  readonly #pauses: { atUs: number; durationUs: number }[] = []
  readonly #observer: PerformanceObserver
  #utilisation: EventLoopUtilization | undefined
  #atEnd: (() => void) | undefined
  #isClosed = false
  #reading: WindowReading = { loopUtilisationRatio: null, stallMaxUs: null, stallP95Us: null, stallP99Us: null, gcPauses: [] }
  #tickedAtUs = 0
  #ticker: NodeJS.Timeout | undefined
  readonly #intervalsUs: number[] = []
  #outages: readonly Span[] = []

  constructor() {
    const zeroAtUs = nowUs() - performance.now() * usPerMs
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        this.#pauses.push({ atUs: Math.round(zeroAtUs + entry.startTime * usPerMs), durationUs: Math.round(entry.duration * usPerMs) })
      }
    })
  }

  /**
   * Plans a window; both edges are taken by this process's own clock, so that no message has to be sent during it.
   *
   * @param outages spans in which a pause does no harm, and does not count
   */
  watch(fromAtUs: number, untilAtUs: number, atEdges?: { from(): void; until(): void }, outages: readonly Span[] = []): void {
    this.#outages = outages
    const run = async (): Promise<void> => {
      await sleepUntil(fromAtUs)
      this.#observer.observe({ entryTypes: ['gc'] })
      // From the window's edge, not from now: a process that was stalled across it was late for the window.
      this.#tickedAtUs = fromAtUs
      this.#tick()
      this.#ticker = setInterval(() => this.#tick(), tickMs)
      this.#utilisation = performance.eventLoopUtilization()
      atEdges?.from()
      await this.#closeAt(untilAtUs)
    }
    this.#atEnd = atEdges?.until
    void run()
  }

  /** Brings the end of the window forward, when the trial is stopped. */
  closeEarly(untilAtUs: number): void {
    void this.#closeAt(untilAtUs)
  }

  async #closeAt(untilAtUs: number): Promise<void> {
    await sleepUntil(untilAtUs)
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#ticker)
    this.#tick()
    this.#atEnd?.()
    const stall = stallFigures(this.#intervalsUs, tickMs * usPerMs)
    this.#reading = {
      loopUtilisationRatio: performance.eventLoopUtilization(this.#utilisation).utilization,
      stallMaxUs: stall.maxUs,
      stallP95Us: stall.p95Us,
      stallP99Us: stall.p99Us,
      gcPauses: this.#pauses,
    }
  }

  #tick(): void {
    const atUs = nowUs()
    this.#intervalsUs.push(atUs - this.#tickedAtUs - overlapUs(this.#outages, this.#tickedAtUs, atUs))
    this.#tickedAtUs = atUs
  }

  reading(): WindowReading {
    return { ...this.#reading, gcPauses: this.#pauses.slice() }
  }
}

/** Collects garbage twice (the second pass frees what finalizers held) and reads the memory. Needs `--expose-gc`. */
export function collectedMemory(): MemoryReading {
  globalThis.gc?.()
  globalThis.gc?.()
  // Not process.memoryUsage(), which opens /proc for the resident size and throws in a process without a free descriptor.
  const { used_heap_size: heapUsedBytes, external_memory: externalBytes } = getHeapStatistics()
  return { heapUsedBytes, externalBytes }
}

/** What a meter that should wake every so often reports of the pauses between its wake-ups, in µs. */
export interface StallFigures {
  /** Longest pause beyond the meter's period. A stall is read between its length less one period and its length. */
  maxUs: number
  /** By nearest rank, over wake-ups that came and those that a pause swallowed. 0 without a wake-up. */
  p95Us: number
  p99Us: number
}

/**
 * Reads the pauses out of the times between wake-ups.
 *
 * The period is taken off each, since it was asked for (nodejs/node#34661). A pause of k periods stands for the k wake-ups
 * that it swallowed, each late by one period less (back-filled, as HdrHistogram's expected interval does): a meter that
 * sleeps through a stall would otherwise count it once, however long it was.
 */
export function stallFigures(intervalsUs: readonly number[], periodUs: number): StallFigures {
  const delaysUs: number[] = []
  for (const intervalUs of intervalsUs) {
    delaysUs.push(Math.max(0, intervalUs - periodUs))
    for (let delayUs = intervalUs - 2 * periodUs; delayUs >= 0; delayUs -= periodUs) delaysUs.push(delayUs)
  }
  delaysUs.sort((a, b) => a - b)
  const at = (q: number): number => delaysUs[Math.ceil(q * delaysUs.length) - 1] ?? 0
  return { maxUs: at(1), p95Us: at(0.95), p99Us: at(0.99) }
}
