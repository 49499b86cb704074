import { nowUs } from '../core/clock.ts'
import { usPerMs } from '../core/units.ts'
import type { TrialProcesses } from './trial-processes.ts'

/** Between two end markers on a channel, from the server's answer to the first. */
const repeatMs = 250

/**
 * Publishes the end marker on the channel of each connected client that has not had it, again and again. A client that was
 * between two polls of a server without cursors, or away, gets a later one.
 */
export class EndMarkers {
  readonly #processes: Pick<TrialProcesses, 'clientHosts' | 'publisher'>
  #nextAtUs = 0

  constructor(processes: Pick<TrialProcesses, 'clientHosts' | 'publisher'>) {
    this.#processes = processes
  }

  /** Begins a round, unless one is under way or has just been. Never waits for it: the server may be stalled. */
  publishIfDue(): void {
    if (nowUs() < this.#nextAtUs) return
    this.#nextAtUs = Number.POSITIVE_INFINITY
    void this.#publish()
      // Who is gone, or silent for good, shows at the next question that is waited for.
      .catch(() => undefined)
      .finally(() => {
        this.#nextAtUs = nowUs() + repeatMs * usPerMs
      })
  }

  async #publish(): Promise<void> {
    const { clientHosts, publisher } = this.#processes
    const channelNames = [...new Set((await clientHosts.ask('unmarkedChannels', undefined)).flat())]
    if (channelNames.length > 0) await publisher.ask('mark', { channelNames })
  }
}
