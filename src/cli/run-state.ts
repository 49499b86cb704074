import { nowUs } from '../core/clock.ts'
import type { TrialResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'
import { durationText } from '../text/duration-text.ts'
import type { RunEvent } from '../run/run-events.ts'

/** What is known of a run in progress, and the lines that show it. */
export class RunState {
  readonly #trials = new Map<string, TrialResult[]>()
  #plan: { trialCount: number; estimatedSeconds: number; totalMessagesPerSecond: number } | undefined
  #running: { contender: string; block: number; number: number } | undefined
  #phase: { name: string; sinceUs: number; detail: string } | undefined
  #endedCount = 0
  #news: string[] = []
  #place = ''

  /** Where a study is: the current point, which is shown before everything about its run. */
  enter(place: string): void {
    this.#place = place
  }

  take(event: RunEvent): void {
    if (event.kind === 'planned') {
      this.#trials.clear()
      this.#endedCount = 0
      this.#plan = { ...event.plan, trialCount: event.trialCount }
      for (const label of event.plan.blockOrder[0] ?? []) this.#trials.set(label, [])
    } else if (event.kind === 'trial-started') {
      this.#running = event
      // Trials that are repeated were not planned.
      if (this.#plan !== undefined) this.#plan.trialCount = Math.max(this.#plan.trialCount, event.number)
      this.#phase = undefined
    } else if (event.kind === 'phase') {
      this.#phase = { name: event.name, sinceUs: nowUs(), detail: event.detail }
    } else if (event.kind === 'trial-ended') {
      const { contender } = event.trial
      this.#trials.set(contender, [...(this.#trials.get(contender) ?? []), event.trial])
      this.#news.push(newsOf(event.trial))
      this.#endTrial()
    } else if (event.kind === 'trial-failed') {
      this.#news.push(`${event.contender} failed: ${event.message}`)
      this.#endTrial()
    }
  }

  rows(): { contender: string; trials: TrialResult[] }[] {
    return [...this.#trials].map(([contender, trials]) => ({ contender, trials: trials.filter(({ isRepeated }) => isRepeated !== true) }))
  }

  planLine(): string {
    if (this.#plan === undefined) return `${this.#before()}planning`
    const { trialCount, estimatedSeconds, totalMessagesPerSecond } = this.#plan
    return `${this.#before()}${trialCount} trials, about ${durationText(Math.ceil(estimatedSeconds) * 1_000)}, ${totalMessagesPerSecond} messages/s in total`
  }

  /** Where the run is now. */
  line(): string {
    if (this.#running === undefined)
      return this.#endedCount === 0
        ? this.planLine()
        : `${this.#before()}${this.#endedCount} of ${this.#plan?.trialCount ?? '?'} trials done`
    const { contender, block, number } = this.#running
    const phase =
      this.#phase === undefined
        ? 'starting'
        : `${this.#phase.name} for ${secondsSince(this.#phase.sinceUs)} s${this.#phase.detail && `, ${this.#phase.detail}`}`
    return `${this.#before()}trial ${number} of ${this.#plan?.trialCount ?? '?'}: ${contender}, block ${block + 1}, ${phase}`
  }

  #before(): string {
    return this.#place === '' ? '' : `${this.#place}: `
  }

  #endTrial(): void {
    this.#running = undefined
    this.#endedCount++
  }

  /** What has ended since the last call, for the end of a line; empty when nothing has. */
  takeNews(): string {
    const news = this.#news
    this.#news = []
    return news.length === 0 ? '' : ` | done: ${news.join('; ')}`
  }
}

function newsOf({ contender, deliveryLatencyUs, ledger, validity }: TrialResult): string {
  const p50 = deliveryLatencyUs.p50 === null ? 'no p50' : `p50 ${(deliveryLatencyUs.p50 / usPerMs).toFixed(1)} ms`
  const open = ledger.notReceivedCount === 0 ? '' : `, ${ledger.notReceivedCount} not received`
  return `${contender} ${p50}, ${ledger.deliveredCount} delivered, ${ledger.lostCount} lost${open}, ${validity.status}`
}

function secondsSince(instantUs: number): number {
  return Math.round((nowUs() - instantUs) / usPerSecond)
}
