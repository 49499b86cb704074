import type { Profile } from '../core/profile-result.ts'
import type { Choice } from '../advisor/model/choose.ts'
import { calculatorFigures } from './calculator/figures.ts'
import type { Figure } from './charts/figure.ts'

/** The charts of a choice: those of the calculator in the page, for what was asked. The map sets the poll interval itself. */
export function choiceFigures({ constraints, workload }: Choice, profile: Profile): Figure[] {
  const out = constraints.filter(({ kind, because }) => kind === 'ruled out' && because !== 'staleness' && because !== 'pollInterval')
  return calculatorFigures(profile, workload, new Set(out.map(({ transport }) => transport)))
}
