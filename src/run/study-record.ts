import { studyAnswerOf } from '../answer/study-answer.ts'
import type { ResultDocument } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { studySchema, studyVersion, type SearchAnswer, type StudyDocument, type StudyPointResult } from '../core/study-result.ts'
import type { Warning } from '../core/warnings.ts'
import { breakEvens } from '../metrics/break-even.ts'
import { loadOf } from '../metrics/saturation.ts'
import { planRun } from '../scenario/plan.ts'
import type { RunRequest } from './run-events.ts'

/** What is known of a study before it starts. */
export type StudyStart = Pick<StudyDocument, 'kind' | 'startedAt' | 'axes' | 'estimatedSeconds'> &
  Pick<RunRequest, 'name' | 'scenario' | 'sources' | 'warnings'>

/** The study document as it grows, point by point. */
export class StudyRecord {
  readonly document: StudyDocument
  readonly #own: Warning[]
  readonly #matters: Scenario['matters']
  readonly #warned = new Map<string, Warning & { numbers: Set<number> }>()
  #stopped: Warning[] = []
  #rank = 0

  constructor({ kind, name, scenario, sources, startedAt, axes, estimatedSeconds, warnings }: StudyStart) {
    this.#own = [...warnings]
    this.#matters = scenario.matters
    this.document = {
      studyVersion,
      kind,
      startedAt,
      harness: {
        version: '',
        commit: null,
        dirty: null,
        command: '',
        reasons: { commit: 'no point has started', dirty: 'no point has started' },
      },
      environment: {},
      scenario: { name, resolved: structuredClone(scenario), sources },
      interrupted: false,
      estimatedSeconds,
      axes,
      contenders: scenario.contenders.map(({ label, transport }) => ({ label, transport })),
      points: [],
      breakEven: [],
      search: [],
      warnings: [...warnings],
    }
  }

  /** Adds a point that is to run. */
  plan(values: number[], settings: Record<string, number>, scenario: Scenario): StudyPointResult {
    const { estimatedSeconds, totalMessagesPerSecond, expectedDeliveriesPerSecond } = planRun(scenario, 1)
    const point: StudyPointResult = {
      number: this.document.points.length + 1,
      folder: null,
      values,
      settings,
      status: 'planned',
      rank: null,
      estimatedSeconds,
      totalMessagesPerSecond,
      expectedDeliveriesPerSecond,
      rows: [],
      notes: [],
      limitBreaches: [],
      reasons: { folder: 'it has not run', rank: 'it has not run' },
    }
    this.document.points.push(point)
    return point
  }

  begin(point: StudyPointResult, folder: string): void {
    point.status = 'running'
    point.folder = folder
    point.rank = ++this.#rank
    point.reasons = {}
  }

  /** Takes over what a point has come to so far, and what the environment is. */
  update(point: StudyPointResult, run: ResultDocument): void {
    this.document.harness = run.harness
    this.document.environment = run.environment
    point.rows = run.summary.map(({ effectiveDeliveryCount: _e, latencyHistogram: _h, traits: _t, reasons: _r, ...row }) => row)
    point.loads = run.trials.filter(({ isRepeated }) => isRepeated !== true).map(loadOf)
    point.notes = [
      ...run.trials.flatMap(({ contender, block, validity, isRepeated }) =>
        validity.status === 'valid'
          ? []
          : [
              {
                contender,
                block,
                status: isRepeated === true ? 'repeated' : validity.status,
                text: validity.reasons.map(({ message }) => message).join('; '),
              },
            ],
      ),
      ...run.failedTrials.map(({ contender, block, message }) => ({ contender, block, status: 'failed', text: message })),
    ]
    point.limitBreaches = run.comparison.limitBreaches
    point.unjudgedLimits = run.comparison.unjudgedLimits
  }

  end(point: StudyPointResult, run: ResultDocument): void {
    this.update(point, run)
    point.status = run.interrupted ? 'interrupted' : 'done'
    // A point that was cut short has fewer blocks than the others; it stays in its own result and out of this.
    if (run.interrupted) point.reasons['rows'] = 'the run was interrupted here'
    this.#warn(run.warnings, point.number)
    this.#compare()
  }

  refuse(point: StudyPointResult, why: string): void {
    point.status = 'refused'
    point.folder = null
    point.reasons = { rows: why, folder: why }
  }

  answer(answers: SearchAnswer[]): void {
    this.document.search = answers
  }

  /** Called again when more is known. */
  interrupt(message: string): void {
    this.document.interrupted = true
    this.#stopped = [{ code: 'WARN_INTERRUPTED', message }]
    this.#collectWarnings()
  }

  /** The document with its keys in the schema's order, as a reader of the file gets them. */
  whole(): StudyDocument {
    this.document.answer = studyAnswerOf(this.document)
    return studySchema.safeParse(this.document).data ?? this.document
  }

  /** Warnings of trials are notes of their point. Of the others, the same kind at several points is one, with the words of the first. */
  #warn(warnings: readonly Warning[], number: number): void {
    for (const { code, message } of warnings) {
      if (code.startsWith('WARN_TRIAL_')) continue
      const key = `${code} ${this.#isOfMachine(code) ? '' : message}`
      const points = this.#warned.get(key) ?? { code, message, numbers: new Set<number>() }
      points.numbers.add(number)
      this.#warned.set(key, points)
    }
    this.#collectWarnings()
  }

  #collectWarnings(): void {
    this.document.warnings = [
      ...this.#own,
      ...[...this.#warned.values()].map(({ code, message, numbers }) => {
        const [first, ...others] = numbers
        const more = others.length === 0 ? '' : ` and ${others.length} more`
        return { code, message: `point ${first}${more}: ${message}` }
      }),
      ...this.#stopped,
    ]
  }

  #isOfMachine(code: string): boolean {
    return ['WARN_COMPETING_LOAD', 'WARN_PAIRS_FEW', 'WARN_PORTS_AWAITED', 'WARN_LIMIT_IGNORED'].includes(code)
  }

  #compare(): void {
    if (this.document.kind === 'search') return
    this.document.breakEven = breakEvens(
      this.document.axes,
      this.document.points.filter(({ status }) => status === 'done'),
      this.#matters,
    )
  }
}
