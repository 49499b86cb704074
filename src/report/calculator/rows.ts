import type { Profile } from '../../core/profile-result.ts'
import { predict, type Prediction, type Workload } from '../../advisor/model/predict.ts'
import { beyondText, predictionParts, shownFigures } from '../prediction-text.ts'

/** A predicted figure as a cell: the same strings that `bench choose` prints. */
export interface CalculatorCell {
  text: string
  interval: string | null
  /** How far beyond what was measured it goes; null = inside. */
  beyond: string | null
  /** What it rests on, or why there is none. */
  why: string
}

/** The table of the calculator: a column a transport, a row a figure. */
export interface CalculatorTable {
  transports: string[]
  rows: { label: string; cells: CalculatorCell[] }[]
}

/** What every transport of a profile would cost under a workload: the very numbers of `predict`. */
export function calculatorTable(profile: Profile, workload: Workload): CalculatorTable {
  const predictions = predict(profile, workload)
  return {
    transports: predictions.map(({ transport }) => transport),
    rows: shownFigures.map(([figure, label]) => ({
      label: `${label.charAt(0).toUpperCase()}${label.slice(1)}`,
      cells: predictions.map(({ figures }) => cellOf(figures[figure])),
    })),
  }
}

function cellOf(prediction: Prediction): CalculatorCell {
  const { value, interval } = predictionParts(prediction)
  const { beyond, source, reason } = prediction
  if (prediction.value === null) return { text: value, interval, beyond: null, why: reason ?? 'no reason is known' }
  return { text: value, interval, beyond: beyond === null ? null : beyondText(beyond), why: source }
}
