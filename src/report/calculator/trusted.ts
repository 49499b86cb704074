import type { Profile } from '../../core/profile-result.ts'
import { predict } from '../../advisor/model/predict.ts'
import { formatExact } from '../../text/format.ts'
import { html } from '../html-text.ts'
import { sliderSteps, valueOfSlider, workloadOfValues, type CalculatorInput, type CalculatorValues } from './settings.ts'

/** Places of a slider between two that are looked at. */
const stride = 5
const bandHeight = 6

/** Ends of a stretch of a slider, as places on it. */
export interface Stretch {
  from: number
  until: number
}

/** Whether every prediction for every transport lies inside of what the model was measured at. */
export function isTrusted(profile: Profile, values: CalculatorValues): boolean {
  return predict(profile, workloadOfValues(values)).every(({ figures }) => Object.values(figures).every(({ beyond }) => beyond === null))
}

/** Where on its slider an input may stand for `isTrusted`, all others as they are. */
export function trustedStretches(profile: Profile, values: CalculatorValues, input: CalculatorInput): Stretch[] {
  const stretches: Stretch[] = []
  for (let place = 0; place <= sliderSteps; place += stride) {
    if (!isTrusted(profile, { ...values, [input.key]: valueOfSlider(input, place) })) continue
    const last = stretches.at(-1)
    if (last?.until === place - stride) last.until = place
    else stretches.push({ from: place, until: place })
  }
  return stretches
}

/** The trusted range of an input, as a band beneath its slider and in words. */
export function trustedHtml(profile: Profile, values: CalculatorValues, input: CalculatorInput): string {
  const stretches = trustedStretches(profile, values, input)
  const bands = stretches.map(({ from, until }) => `<rect x="${from}" width="${Math.max(stride, until - from)}" height="${bandHeight}"/>`)
  const picture = `<svg class="band" viewBox="0 0 ${sliderSteps} ${bandHeight}" preserveAspectRatio="none" aria-hidden="true">${bands.join('')}</svg>`
  return `${picture}${html(trustedText(input, stretches, values[input.key]))}`
}

/** The stretch that the value stands in, or the longest; that there are more is said, and the band shows them. */
function trustedText(input: CalculatorInput, stretches: readonly Stretch[], value: number): string {
  const ends = ({ from, until }: Stretch): [low: number, high: number] => [valueOfSlider(input, from), valueOfSlider(input, until)]
  const isAround = (stretch: Stretch): boolean => ends(stretch)[0] <= value && value <= ends(stretch)[1]
  const [longest] = stretches.toSorted((a, b) => b.until - b.from - (a.until - a.from))
  const shown = stretches.find(isAround) ?? longest
  if (shown === undefined) return 'outside the measured range, at every setting'
  if (shown.from === 0 && shown.until === sliderSteps) return 'inside the measured range, at every setting'
  const more = stretches.length === 1 ? '' : ', and at some other values'
  return `inside the measured range: ${ends(shown).map(formatExact).join(' to ')} ${input.unit}${more}`
}
