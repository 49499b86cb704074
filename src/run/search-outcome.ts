import type { GateResult, ResultDocument } from '../core/result.ts'
import type { SearchStep } from '../core/study-result.ts'

/** Gates that can fail because the server is behind; every other one speaks of who drove it, or of the machine. */
const serverGates: readonly string[] = ['clients-missing', 'poll-overrun', 'accept-overflow', 'saturated']
/** How those gates name a limit of the generator in their message. */
const generatorWords = /client-bound|of the generator/

/**
 * What a run of one contender in one block says of its value: `pass` when its trial counts and breaks no limit, `fail`
 * when a limit is broken or the trial is invalid and nothing but the server can be the cause, else `generator`. A value is
 * never held against a transport while a gate of the generator or of the machine speaks.
 */
export function outcomeOf({
  trials,
  failedTrials,
  comparison,
}: Pick<ResultDocument, 'trials' | 'failedTrials' | 'comparison'>): Pick<SearchStep, 'outcome' | 'why'> {
  const trial = trials[0]
  if (trial === undefined) return { outcome: 'generator', why: [`the trial failed: ${failedTrials[0]?.message ?? 'it did not run'}`] }
  const { status, reasons } = trial.validity
  const broken = comparison.limitBreaches.map(
    ({ limit, measured, allowed, reasons: whyNull }) =>
      `${limit} ${measured === null ? (whyNull['measured'] ?? 'not measured') : Number(measured.toPrecision(4))}, at most ${allowed}`,
  )
  const isCounted = status === 'valid' || status === 'tainted'
  if (isCounted && broken.length === 0) return { outcome: 'pass', why: [] }
  const others = reasons.filter((reason) => !isOfServer(reason))
  const why = [...broken, ...reasons.map(({ gate, message }) => `${gate}: ${message}`)]
  return { outcome: others.length > 0 ? 'generator' : 'fail', why }
}

function isOfServer({ gate, message }: GateResult): boolean {
  return serverGates.includes(gate) && !generatorWords.test(message)
}
