import type { Profile } from '../../core/profile-result.ts'
import { predict, type Prediction, type Workload } from '../../advisor/model/predict.ts'
import type { Figure } from '../charts/figure.ts'
import { machineInShort } from '../facts.ts'
import { capital, formatExact, formatTick } from '../../text/format.ts'
import { figureHtml } from '../html-figures.ts'
import { folded, html, list, row, section, table } from '../html-text.ts'
import { calculatorFigures } from './figures.ts'
import { calculatorSentence } from './sentence.ts'
import {
  calculatorInputs,
  sliderOf,
  sliderSteps,
  sliderText,
  workloadOfValues,
  type CalculatorInput,
  type CalculatorValues,
} from './settings.ts'
import { trustedHtml } from './trusted.ts'
import { beyondText, predictionParts, shownFigures } from '../prediction-text.ts'

/** A cost model for a page, and whether it is of the machine that the page reports on. */
export interface StoredProfile {
  file: string
  profile: Profile
  isOfThisMachine: boolean
}

/** What the calculator adds to a page: its section, its figures, and the model that its script computes with. */
export interface CalculatorPart {
  section: string
  figures: Figure[]
  profile?: Profile
}

/**
 * The calculator with the workload that it starts with; without a model, how to get one.
 *
 * @param missing what to say of transports that the model does not know
 */
export function calculatorPart(stored: StoredProfile | null, values: CalculatorValues, missing: readonly string[] = []): CalculatorPart {
  if (stored === null) return { section: noModelSection(), figures: [] }
  const figures = calculatorFigures(stored.profile, workloadOfValues(values))
  // The script uses only unit costs and ranges.
  const profile = { ...stored.profile, points: [], validation: [] }
  return { section: calculatorSection(stored, values, figures, missing), figures, profile }
}

function noModelSection(): string {
  return section(
    'Calculator',
    '<p>There is no cost model yet. “npm run bench -- profile” measures one on your machine; reports written after that have the calculator.</p>',
    'calculator',
  )
}

function calculatorSection(
  stored: StoredProfile,
  values: CalculatorValues,
  figures: readonly Figure[],
  missing: readonly string[],
): string {
  const { profile } = stored
  const inputs = calculatorInputs.map((input) => inputHtml(profile, values, input))
  const workload = workloadOfValues(values)
  const content = [
    `<p class="lead" id="calculator-sentence" role="status">${html(calculatorSentence(profile, workload))}</p>`,
    `<p class="notes">${html([origin(stored), ...missing].join(' '))}</p>`,
    `<div class="inputs">${inputs.join('')}</div>`,
    '<p class="beyond-note notes" id="calculator-beyond" role="status"></p>',
    folded(
      'What each transport would cost',
      `<div id="calculator-table">${calculatorTableHtml(calculatorTable(profile, workload))}</div>
<p class="notes">Values are totals over all instances; utilisation and latencies are per instance. Brackets: 95 % interval of the model. Nothing here was measured under this workload; “bench choose --verify” does that.</p>`,
    ),
    folded('How the cost grows, and where which transport is cheapest', figures.map(figureHtml).join('\n')),
    profile.notTrusted.length === 0 ? '' : folded('Where not to trust this model', list(profile.notTrusted)),
    accuracy(profile),
  ]
  return section('Calculator', content.join('\n'), 'calculator')
}

/** A number and its slider, and where the model may be trusted. */
function inputHtml(profile: Profile, values: CalculatorValues, input: CalculatorInput): string {
  const { key, label, unit, min, max } = input
  const number = `<input type="number" id="calculator-${key}" data-key="${key}" value="${values[key]}" min="${min}" max="${max}" step="any" aria-describedby="calculator-${key}-range">`
  const slider = `<input type="range" data-slider="${key}" min="0" max="${sliderSteps}" step="1" value="${sliderOf(input, values[key])}" aria-label="${html(`${label}, slider`)}" aria-valuetext="${html(sliderText(input, values[key]))}">`
  const trusted = `<span class="range" id="calculator-${key}-range">${trustedHtml(profile, values, input)}</span>`
  return `<div class="input"><label for="calculator-${key}">${html(label)}</label><span class="typed">${number}<span class="unit">${html(unit)}</span></span>${slider}${trusted}</div>`
}

function origin({ file, profile, isOfThisMachine }: StoredProfile): string {
  const whose = isOfThisMachine ? 'measured on the machine of this report' : 'measured on another machine than this report'
  return `By a cost model that was ${whose}: ${machineInShort(profile)}, ${profile.startedAt.slice(0, 10)} (${file}).`
}

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
      label: capital(label),
      cells: predictions.map(({ figures }) => cellOf(figures[figure])),
    })),
  }
}

function cellOf(prediction: Prediction): CalculatorCell {
  const { value, interval } = predictionParts(prediction)
  const { beyond, source, reason } = prediction
  if (prediction.value === null) return { text: value, interval, beyond: null, why: reason ?? 'unknown reason' }
  return { text: value, interval, beyond: beyond === null ? null : beyondText(beyond), why: source }
}

/** The table of the calculator. Also what its script puts in place when the workload has changed. */
export function calculatorTableHtml({ transports, rows }: CalculatorTable): string {
  const lines = rows.map(({ label, cells }) =>
    row([
      html(label),
      ...cells.map(({ text, interval, beyond, why }) => {
        const about = beyond === null ? '' : `<span class="beyond">${html(beyond)}</span>`
        const range = interval === null ? '' : `<span class="interval">${html(interval)}</span>`
        const missing = text === 'none' ? `<span class="reason">${html(why)}</span>` : ''
        return `<span class="${text === 'none' ? 'missing' : 'value'}" title="${html(why)}">${html(text)}</span>${range}${about}${missing}`
      }),
    ]),
  )
  return table(['<span class="unseen">Figure</span>', ...transports.map(html)], lines, 'calculator')
}

function accuracy({ accuracy: rows }: Profile): string {
  if (rows.length === 0) return ''
  const percent = (ratio: number | null): string => (ratio === null ? 'not known' : `${formatTick(ratio * 100)} %`)
  const lines = rows.map(({ transport, figure, pointCount, medianErrorRatio, worstErrorRatio, isTrusted }) =>
    row(
      [transport, figure, formatExact(pointCount), percent(medianErrorRatio), percent(worstErrorRatio), isTrusted ? 'yes' : 'no'].map(html),
    ),
  )
  const heads = ['Transport', 'Figure', 'Points not fitted', 'Median error', 'Worst error', 'Trusted'].map(html)
  return folded('How well the model predicted held-out points', table(heads, lines))
}
