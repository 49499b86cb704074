import type { ResultDocument } from '../../core/result.ts'
import { withoutEmpty } from './empty-panels.ts'
import type { Figure } from './figure.ts'
import { boxFigure, latencyFigure } from './latency.ts'
import { rampFigure } from './ramp.ts'
import { recoveryFigure } from './recovery.ts'
import { timelineFigure } from './timeline.ts'
import { tradeOffFigure } from './trade-off-panels.ts'

/** Every figure of a report that has something to say, in the order in which it shows them. */
export function figuresOf(document: ResultDocument): Figure[] {
  const recovery = recoveryFigure(document)
  const always = [tradeOffFigure(document), boxFigure(document), latencyFigure(document), rampFigure(document), timelineFigure(document)]
  return withoutEmpty(recovery === null ? always : [...always, recovery])
}
