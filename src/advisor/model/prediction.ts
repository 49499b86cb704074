import type { Fit, FitTerm, Profile, ProfileSetting, TransportProfile } from '../../core/profile-result.ts'
import type { Activity } from './activity.ts'

/** How far a workload lies outside what was measured. */
export interface Beyond {
  setting: ProfileSetting
  /** Value over the end of the range, above 1; null = the setting was never varied. */
  ratio: number | null
}

/** A figure that was computed, not measured. */
export interface Prediction {
  /** Null where there is no such figure; `reason` says why. */
  value: number | null
  low: number | null
  high: number | null
  unit: string
  /** Which coefficients or which arithmetic it rests on. */
  source: string
  beyond: Beyond | null
  reason: string | null
}

/** A value of a fit with its interval: that of the coefficients, and what single trials scatter by. */
export interface Evaluated {
  value: number
  low: number
  high: number
}

/** Unit cost × quantity, summed, with a Student t interval from the covariance of the unit costs and the scatter of the trials. */
export function evaluate(fit: Fit, activity: Activity): Evaluated {
  const quantities = fit.terms.map((term) => quantityOf(term, activity))
  const value = fit.terms.reduce((sum, term, index) => sum + term.value * quantities[index]!, 0)
  let variance = (fit.scatterRatio * value) ** 2
  for (const [row, quantity] of quantities.entries())
    for (const [column, other] of quantities.entries()) variance += quantity * other * (fit.covariance[row]?.[column] ?? 0)
  const half = fit.criticalT * Math.sqrt(Math.max(0, variance))
  return { value, low: Math.max(0, value - half), high: value + half }
}

/** The unit cost of one quantity; 0 where the fit has none. */
export function priceOf(fit: Fit, id: keyof Activity): Evaluated {
  const term = fit.terms.find((candidate) => candidate.id === id)
  return term === undefined
    ? { value: 0, low: 0, high: 0 }
    : { value: term.value, low: Math.max(0, term.low), high: Math.max(0, term.high) }
}

/** The largest terms of a fit in words, those that make 1 % or more: `µs per poll × 500 + …`. */
export function sourceOf(fit: Fit, activity: Activity): string {
  const parts = fit.terms.map((term) => ({ term, share: term.value * quantityOf(term, activity) }))
  const total = parts.reduce((sum, { share }) => sum + Math.abs(share), 0)
  const shown = parts.filter(({ share }) => Math.abs(share) >= 0.01 * total && share !== 0)
  if (shown.length === 0) return 'it does not occur in this workload'
  return shown
    .toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .map(
      ({ term }) =>
        `${short(term.value)} ${term.unit} × ${short(quantityOf(term, activity))}${term.origin === 'arithmetic' ? ' (exact)' : ''}`,
    )
    .join(' + ')
}

/** The setting that lies farthest outside its fitted range; null when all lie inside. */
export function beyondOf({ ranges }: Pick<TransportProfile, 'ranges'>, values: Partial<Record<ProfileSetting, number>>): Beyond | null {
  let worst: Beyond | null = null
  for (const [name, value] of Object.entries(values) as [ProfileSetting, number][]) {
    const range = ranges[name]
    if (range === undefined) {
      if (value > 0) return { setting: name, ratio: null }
      continue
    }
    const ratio = value > range.high ? value / range.high : value < range.low ? range.low / value : 1
    // A range is where points were; a hair beyond one is no extrapolation.
    if (ratio > 1.01 && ratio > (worst?.ratio ?? 1)) worst = { setting: name, ratio }
  }
  return worst
}

/** The part of a profile for one transport. */
export function transportProfile(profile: Profile, transport: string): TransportProfile | undefined {
  return profile.transports.find((entry) => entry.transport === transport)
}

function quantityOf({ id }: FitTerm, activity: Activity): number {
  return activity[id as keyof Activity] ?? 0
}

/** Three digits, for a text; never an exponent. */
function short(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return String(Number(value.toFixed(Math.min(digits, 6))))
}
