import { nowUs } from '../core/clock.ts'
import type { TrialResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'
import { roughDurationText } from '../text/duration-text.ts'
import type { RunEvent } from '../run/run-events.ts'

const barWidth = 20
const narrowestWithBar = 60

interface Plan {
  trialCount: number
  /** Of a trial, as it was planned. */
  secondsPerTrial: number
  estimatedSeconds: number
  totalMessagesPerSecond: number
}

/** What is known of a run or a study while it goes on, and the lines that say it. */
export class RunState {
  readonly #nowUs: () => number
  readonly #startedAtUs: number
  readonly #trials = new Map<string, TrialResult[]>()
  #plan: Plan | undefined
  #running: { contender: string; block: number; number: number; sinceUs: number } | undefined
  #phase: { name: string; sinceUs: number; detail: string } | undefined
  #endedCount = 0
  #endedUs = 0
  #news: string[] = []
  #study: { place: string; endsAtUs: number } | undefined

  constructor(clock: () => number = nowUs) {
    this.#nowUs = clock
    this.#startedAtUs = clock()
  }

  /** Where a study is: the point that runs, which stands before all that is said of its run, and what is left of the whole. */
  enter(place: string, remainingSeconds: number): void {
    this.#study = { place, endsAtUs: this.#nowUs() + remainingSeconds * usPerSecond }
    this.#running = undefined
    this.#plan = undefined
    this.#endedCount = 0
  }

  take(event: RunEvent): void {
    if (event.kind === 'planned') {
      const { trialCount, plan } = event
      this.#trials.clear()
      this.#endedCount = 0
      this.#endedUs = 0
      this.#plan = { ...plan, trialCount, secondsPerTrial: plan.estimatedSeconds / Math.max(1, trialCount) }
      for (const label of plan.blockOrder[0] ?? []) this.#trials.set(label, [])
    } else if (event.kind === 'trial-started') {
      this.#running = { ...event, sinceUs: this.#nowUs() }
      // Trials that are repeated were not planned.
      if (this.#plan !== undefined) this.#plan.trialCount = Math.max(this.#plan.trialCount, event.number)
      this.#phase = undefined
    } else if (event.kind === 'phase') {
      this.#phase = { name: event.name, sinceUs: this.#nowUs(), detail: event.detail }
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
    if (this.#plan === undefined) return this.#study?.place ?? 'planning'
    const { trialCount, estimatedSeconds, totalMessagesPerSecond } = this.#plan
    return `${this.#before()}${trialCount} trials, about ${roughDurationText(estimatedSeconds)}, ${totalMessagesPerSecond} messages/s in all`
  }

  /** Seconds until the whole is done, about: by the plan, corrected by what trials have taken so far. Null before there is a plan. */
  remainingSeconds(): number | null {
    const now = this.#nowUs()
    if (this.#study !== undefined) return Math.max(0, this.#study.endsAtUs - now) / usPerSecond
    if (this.#plan === undefined) return null
    const { trialCount, secondsPerTrial } = this.#plan
    // The plan weighs as much as one trial.
    const usPerTrial = (secondsPerTrial * usPerSecond + this.#endedUs) / (this.#endedCount + 1)
    const notBegun = trialCount - this.#endedCount - (this.#running === undefined ? 0 : 1)
    const current = this.#running === undefined ? 0 : Math.max(0, usPerTrial - (now - this.#running.sinceUs))
    return (Math.max(0, notBegun) * usPerTrial + current) / usPerSecond
  }

  elapsedSeconds(): number {
    return (this.#nowUs() - this.#startedAtUs) / usPerSecond
  }

  /** Where the run is now: "trial 3 of 12: sse, block 1, measure for 4 s". */
  line(): string {
    if (this.#running === undefined)
      return this.#endedCount === 0
        ? this.planLine()
        : `${this.#before()}${this.#endedCount} of ${this.#plan?.trialCount ?? '?'} trials done`
    const { contender, block, number } = this.#running
    const phase =
      this.#phase === undefined
        ? 'starting'
        : `${this.#phase.name} for ${Math.round((this.#nowUs() - this.#phase.sinceUs) / usPerSecond)} s${this.#phase.detail && `, ${this.#phase.detail}`}`
    return `${this.#before()}trial ${number} of ${this.#plan?.trialCount ?? '?'}: ${contender}, block ${block + 1}, ${phase}`
  }

  /** The same behind a bar of the whole, where there is room for one, and the time that is left. */
  liveLine(columns: number): string {
    const remaining = this.remainingSeconds()
    if (remaining === null || (this.#running === undefined && this.#endedCount === 0)) return this.line()
    const elapsed = this.elapsedSeconds()
    const filled = Math.min(barWidth, Math.round((barWidth * elapsed) / Math.max(elapsed + remaining, 1)))
    const bar = columns < narrowestWithBar ? '' : `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} `
    return `${bar}${leftText(remaining)} · ${this.line()}`
  }

  /** For a log: where the run is, the time that is left, and what has ended since the last call. */
  logLine(): string {
    const remaining = this.remainingSeconds()
    const left = remaining === null || this.#running === undefined ? '' : `, ${leftText(remaining)}`
    return `${this.line()}${left}${this.takeNews()}`
  }

  #before(): string {
    return this.#study === undefined ? '' : `${this.#study.place}: `
  }

  #endTrial(): void {
    this.#endedUs += this.#running === undefined ? 0 : this.#nowUs() - this.#running.sinceUs
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

function leftText(seconds: number): string {
  return seconds < 1 ? 'nearly done' : `about ${roughDurationText(seconds)} left`
}

function newsOf({ contender, deliveryLatencyUs, ledger, validity }: TrialResult): string {
  const p50 = deliveryLatencyUs.p50 === null ? 'no p50' : `p50 ${(deliveryLatencyUs.p50 / usPerMs).toFixed(1)} ms`
  const open = ledger.notReceivedCount === 0 ? '' : `, ${ledger.notReceivedCount} not received`
  return `${contender} ${p50}, ${ledger.deliveredCount} delivered, ${ledger.lostCount} lost${open}, ${validity.status}`
}
