import { nowUs, sleepMs, sleepUntil, type Span } from '../core/clock.ts'
import { beginsFreshLog, plannedEndMs, replacesServer, type PlannedFault } from '../core/fault-plan.ts'
import { usPerMs } from '../core/units.ts'
import type { MeasuredWindow } from './measured-window.ts'
import { networkCounters, type NetworkCounters } from '../machine/proc.ts'
import type { TrialProcesses } from './trial-processes.ts'

/** A fault that took place: when it really began and was over, and how many connections or clients it reached. */
export interface ExecutedFault {
  planned: PlannedFault
  startedAtUs: number
  endedAtUs: number
  /** Null where it reaches all. */
  reachedCount: number | null
}

const pollMs = 20

/** Spans without a server, as planned. */
export function plannedOutages(faults: readonly PlannedFault[] | undefined, fromAtUs: number): Span[] {
  return (faults ?? []).filter(replacesServer).map((fault) => ({
    fromAtUs: fromAtUs + fault.atMs * usPerMs,
    untilAtUs: fromAtUs + plannedEndMs(fault) * usPerMs,
  }))
}

/** What is planned, carried out in the measured window: the only words that pass between processes in it. */
export class FaultRunner {
  readonly #processes: TrialProcesses
  readonly #window: MeasuredWindow
  readonly #seed: number
  /** Counters of the namespace before the first fault: what came later is of the faults' own making. */
  networkBefore: NetworkCounters | null = null

  constructor(processes: TrialProcesses, window: MeasuredWindow, seed: number) {
    this.#processes = processes
    this.#window = window
    this.#seed = seed
  }

  /** Runs every fault at its instant, those after the end of a window that was closed early left out. */
  async run(plan: readonly PlannedFault[]): Promise<ExecutedFault[]> {
    const realised = await Promise.all(plan.map((planned, index) => this.#runOne(planned, index)))
    return realised.filter((fault) => fault !== undefined).sort((a, b) => a.startedAtUs - b.startedAtUs)
  }

  async #runOne(planned: PlannedFault, index: number): Promise<ExecutedFault | undefined> {
    await this.#until(this.#window.fromAtUs + planned.atMs * usPerMs)
    if (this.#window.isClosedEarly) return undefined
    this.networkBefore ??= networkCounters()
    const startedAtUs = nowUs()
    return { planned, startedAtUs, ...(await this.#carryOut(planned, startedAtUs, index)) }
  }

  async #carryOut(planned: PlannedFault, startedAtUs: number, index: number): Promise<Pick<ExecutedFault, 'endedAtUs' | 'reachedCount'>> {
    const { server } = this.#processes
    const over = (reachedCount: number | null) => ({ endedAtUs: nowUs(), reachedCount })
    switch (planned.kind) {
      case 'server-kill':
      case 'server-restart':
        return {
          endedAtUs: await this.#replaceServer(planned.kind, startedAtUs + planned.downMs * usPerMs, beginsFreshLog(planned)),
          reachedCount: null,
        }
      case 'freeze':
        process.kill(server.pid, 'SIGSTOP')
        await this.#until(startedAtUs + planned.durationMs * usPerMs)
        process.kill(server.pid, 'SIGCONT')
        return over(null)
      case 'cut':
        return over(await server.child.ask('cut', { ratio: planned.ratio, seed: this.#seed + index }))
      case 'refuse':
        await server.child.ask('stopListening', undefined)
        await this.#until(startedAtUs + planned.durationMs * usPerMs)
        await server.listenAgain()
        return over(null)
      case 'slow-readers': {
        const reached = await this.#stall(planned.ratio, index, false)
        await this.#until(startedAtUs + planned.durationMs * usPerMs)
        await this.#processes.clientHosts.ask('resumeReading', undefined)
        return over(reached)
      }
      case 'half-open':
        return over(await this.#stall(planned.ratio, index, true))
    }
  }

  /**
   * The next process starts at once, is given what its log is to hold, and lets clients in when the down time is over.
   *
   * @returns when it let them in: what is asked of it later waits behind the storm of those that come back
   */
  async #replaceServer(kind: 'server-kill' | 'server-restart', openAtUs: number, isFresh: boolean): Promise<number> {
    const { server, publisher } = this.#processes
    // A server that announces its shutdown is sent nothing more; one that is killed loses what was in flight to it.
    if (kind === 'server-restart') await publisher.ask('disconnectServer', undefined)
    await (kind === 'server-kill' ? server.killProcess() : server.stopProcess())
    if (kind === 'server-kill') await publisher.ask('disconnectServer', undefined)
    await server.prepareNext(isFresh)
    await this.#until(openAtUs)
    await publisher.ask('replay', { ingestPath: server.ingestPath, isFresh })
    return server.openNext(this.#window)
  }

  async #stall(ratio: number, index: number, isForGood: boolean): Promise<number> {
    const request = { ratio, seed: this.#seed + index, isForGood }
    const counts = await this.#processes.clientHosts.ask('stall', request)
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Until the instant, or until the window is closed early: then what is under way is brought to its end at once. */
  async #until(atUs: number): Promise<void> {
    while (nowUs() < atUs && !this.#window.isClosedEarly) {
      const leftUs = atUs - nowUs()
      if (leftUs > 2 * pollMs * usPerMs) await sleepMs(pollMs)
      else await sleepUntil(atUs)
    }
  }
}
