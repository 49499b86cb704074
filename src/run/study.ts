import { nowUs } from '../core/clock.ts'
import { HarnessError } from '../core/errors.ts'
import { seededRandom, shuffle } from '../core/random.ts'
import type { ResultDocument } from '../core/result.ts'
import type { SearchAnswer, StudyDocument, StudyPointResult } from '../core/study-result.ts'
import { usPerSecond } from '../core/units.ts'
import type { RunEvent, RunObserver, RunRequest } from './run-events.ts'
import { runScenario } from './run.ts'
import { nextStep, outcomeOf } from './search-steps.ts'
import { studySeconds, type StudyPlan } from '../scenario/study-plan.ts'
import { StudyRecord } from './study-record.ts'
import type { ScenarioAtPoint } from '../scenario/sweep-points.ts'

/** Everything that a study needs beside what each of its runs is given. */
export interface StudyRequest extends Omit<RunRequest, 'resultDir'> {
  plan: StudyPlan
  startedAt: string
  /** Makes the folder of a point; `folder` is its name as study.json gives it, `discard` takes it back where nothing ran. */
  openPoint: (number: number) => { dir: string; folder: string; discard: () => void }
  /** What runs a point; the runner itself but in tests. */
  run?: (request: RunRequest, observe: RunObserver) => Promise<ResultDocument>
}

/** Events of a study in progress. */
export type StudyEvent =
  | { kind: 'study-planned'; pointCount: number | null; estimatedSeconds: number }
  /** `pointCount` is null in a search, which does not know it. */
  | { kind: 'point-started'; rank: number; pointCount: number | null; what: string; remainingSeconds: number }
  | { kind: 'point-run'; number: number; event: RunEvent }
  | { kind: 'study'; document: StudyDocument }

/**
 * Runs every point of a sweep in a seeded order, or the steps of a search one after another, each as a complete run of its
 * own. The study document is reported with each document of a run, so from the start of the first and at an abort, which keeps
 * what was done.
 *
 * A point that the machine cannot hold by then is listed as refused, and the study goes on.
 */
export async function runStudy(request: StudyRequest, observe: (event: StudyEvent) => void): Promise<StudyDocument> {
  const study = new Study(request, observe)
  await (request.plan.kind === 'sweep' ? study.sweep(request.plan) : study.search(request.plan))
  return study.publish()
}

class Study {
  readonly #request: StudyRequest
  readonly #observe: (event: StudyEvent) => void
  readonly #record: StudyRecord
  readonly #startedAtUs = nowUs()
  #estimatedDone = 0
  #pointCount: number | null = null

  constructor(request: StudyRequest, observe: (event: StudyEvent) => void) {
    const { plan, name, scenario, sources, startedAt, warnings } = request
    this.#request = request
    this.#observe = observe
    const estimatedSeconds = studySeconds(plan, scenario)
    this.#record = new StudyRecord({ kind: plan.kind, name, scenario, sources, startedAt, axes: plan.axes, estimatedSeconds, warnings })
    if (plan.kind === 'sweep') this.#pointCount = plan.points.length
    observe({ kind: 'study-planned', pointCount: this.#pointCount, estimatedSeconds })
  }

  async sweep({ points }: Extract<StudyPlan, { kind: 'sweep' }>): Promise<void> {
    const planned = points.map((point) => ({ point, result: this.#record.plan(point.values, point.settings, point.scenario) }))
    // What warms up or wears out over hours is not to look like an effect of the axis.
    for (const { point, result } of shuffle([...planned], seededRandom(this.#request.scenario.seed, 'points'))) {
      if (this.#request.signal.aborted) return
      await this.#point(result, point)
    }
  }

  async search(plan: Extract<StudyPlan, { kind: 'search' }>): Promise<void> {
    const answers: SearchAnswer[] = []
    for (const { label } of this.#request.scenario.contenders) {
      const answer: SearchAnswer = { contender: label, verdict: 'unfinished', value: null, failsAt: null, steps: [], reasons: unfinished }
      answers.push(answer)
      this.#record.answer(answers)
      for (;;) {
        const next = nextStep(plan.search, plan.isWhole, answer.steps)
        if ('answer' in next) {
          Object.assign(answer, next.answer)
          break
        }
        if (this.#request.signal.aborted) return
        const at = plan.at(next.value, label)
        const result = this.#record.plan([next.value], {}, at.scenario)
        // Each step draws a schedule of its own: a second look at the same one would confirm nothing.
        const run = await this.#point(
          result,
          { ...at, scenario: { ...at.scenario, seed: at.scenario.seed + result.number } },
          `${label}, ${next.purpose}`,
        )
        if (run?.interrupted === true) return
        const found = run === null ? refusal(result.reasons['rows'] ?? 'refused') : outcomeOf(run)
        answer.steps.push({ point: result.number, ...next, ...found })
      }
      this.publish()
    }
  }

  /** Reports the document as it is, and returns it. */
  publish(): StudyDocument {
    if (this.#request.signal.aborted) {
      const doneCount = this.#record.document.points.filter(({ status }) => status === 'done').length
      this.#record.interrupt(`the study was stopped after ${doneCount} of ${this.#pointCount ?? 'an open number of'} points.`)
    }
    const document = this.#record.whole()
    this.#observe({ kind: 'study', document })
    return document
  }

  /** @returns null when the machine cannot hold it */
  async #point(result: StudyPointResult, { scenario, sources, warnings }: ScenarioAtPoint, what?: string): Promise<ResultDocument | null> {
    const { openPoint, run = runScenario, plan, startedAt: _at, ...shared } = this.#request
    const { dir, folder, discard } = openPoint(result.number)
    this.#record.begin(result, folder)
    this.#observe({
      kind: 'point-started',
      rank: result.rank!,
      pointCount: this.#pointCount,
      what: [...(what === undefined ? [] : [what]), this.#placeText(result)].join(', '),
      remainingSeconds: this.#remainingSeconds(),
    })
    try {
      const control = plan.kind === 'search' ? { withoutControl: 'left out of the steps of a search' } : {}
      const document = await run({ ...shared, ...control, scenario, sources, warnings, resultDir: dir }, (event) => {
        if (event.kind === 'document') {
          this.#record.update(result, event.document)
          this.publish()
        }
        this.#observe({ kind: 'point-run', number: result.number, event })
      })
      this.#record.end(result, document)
      return document
    } catch (error) {
      if (!(error instanceof HarnessError && error.code.startsWith('ERR_LIMIT_'))) throw error
      this.#record.refuse(result, error.message)
      discard()
      return null
    } finally {
      this.#estimatedDone += result.estimatedSeconds
      this.publish()
    }
  }

  #placeText({ values }: StudyPointResult): string {
    return this.#record.document.axes.map(({ path }, at) => `${path} ${values[at]}`).join(', ')
  }

  /** By the pace so far: machines differ, and the first point shows it. */
  #remainingSeconds(): number {
    const { estimatedSeconds } = this.#record.document
    const pace = this.#estimatedDone === 0 ? 1 : (nowUs() - this.#startedAtUs) / usPerSecond / this.#estimatedDone
    return Math.max(0, estimatedSeconds - this.#estimatedDone) * pace
  }
}

/** A machine that cannot hold a value is the limit of the search. */
function refusal(why: string): ReturnType<typeof outcomeOf> {
  return { outcome: 'generator', cause: 'machine', why: [why] }
}

const unfinished = { value: 'the search has not ended', failsAt: 'the search has not ended' }
