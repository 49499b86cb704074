import type { ResultDocument, SummaryRow } from '../core/result.ts'
import { simplicityRank } from '../core/simplicity.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { Transport } from '../core/transport.ts'
import { figureOf, type FigureId } from './figures.ts'
import { namesOf } from './names.ts'

/** A contender as an answer sees it. */
export interface AnswerContender {
  label: string
  /** As sentences name it. */
  name: string
  /** Absent when no trial of it has finished. */
  row: SummaryRow | undefined
  /** True when its clients ask anew for each answer. */
  isPolled: boolean
  /** Distance of its polls by the clock, in ms; undefined where it has none. */
  slotMs: number | undefined
  /** How long its server gathers messages on purpose, in ms. */
  batchWindowMs: number
  /** The place of its transport among the simple ones, 0 for the simplest; undefined where it has none. */
  simplicityRank: number | undefined
  /** The median of a figure over its blocks; null where it has none. */
  medianOf: (id: FigureId) => number | null
}

/** Contenders in the order of the summary, then those that were planned and never finished a trial. */
export function answerContenders(document: ResultDocument): AnswerContender[] {
  const rows = new Map(document.summary.map((row) => [row.contender, row]))
  const labels = new Set([...rows.keys(), ...document.plan.blockOrder.flat(), ...document.failedTrials.map(({ contender }) => contender)])
  const transportBy = (label: string): string => {
    const { transport } = optionsOf(document, label)
    return rows.get(label)?.transport ?? (typeof transport === 'string' ? transport : '')
  }
  const names = namesOf(new Map([...labels].map((label) => [label, transportBy(label)])))
  return [...labels].map((label) => {
    const row = rows.get(label)
    const options = optionsOf(document, label)
    const transport = transportBy(label)
    // A result of another version may name a transport that this one does not have.
    const known: Transport | undefined = transportOf(transport)
    const batchWindowMs = options['batchWindowMs']
    return {
      label,
      name: names.get(label)!,
      row,
      isPolled: known?.isPolled ?? false,
      slotMs: known?.slotMs(options),
      batchWindowMs: typeof batchWindowMs === 'number' ? batchWindowMs : 0,
      simplicityRank: simplicityRank(transport),
      medianOf: (id) => figureOf(document, row, id)?.median ?? null,
    }
  })
}

function optionsOf({ scenario }: Pick<ResultDocument, 'scenario'>, label: string): Record<string, unknown> {
  const { contenders } = scenario.resolved
  const found = Array.isArray(contenders) ? contenders.find((entry: { label?: unknown }) => entry.label === label) : undefined
  return (found ?? {}) as Record<string, unknown>
}
