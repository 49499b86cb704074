import type { Profile } from '../../core/profile-result.ts'
import { calculatorFigures } from '../calculator/figures.ts'
import { calculatorTable, calculatorTableHtml } from '../calculator/html.ts'
import {
  allowedValues,
  calculatorInputs,
  sliderOf,
  sliderText,
  valueOfSlider,
  workloadOfValues,
  type CalculatorInput,
  type CalculatorValues,
} from '../calculator/settings.ts'
import { calculatorSentence } from '../calculator/sentence.ts'
import { isTrusted, trustedHtml, trustedStretches } from '../calculator/trusted.ts'
import { figureTables } from '../html-figures.ts'
import { page, type PageElement } from './browser.ts'
import type { Drawing } from './drawing.ts'

/** Charts and trusted ranges wait until a slider rests for so long; the table follows at once. */
const pauseMs = 120

/** Makes the calculator compute, by the same functions that `bench choose` uses; nothing where the page has no model. */
export function connectCalculator(drawing: Drawing): void {
  const profile = JSON.parse(page.document.getElementById('profile')?.textContent ?? 'null') as Profile | null
  const place = page.document.getElementById('calculator-table')
  if (profile === null || place === null) return
  const fields = calculatorInputs.flatMap((input) => {
    const typed = page.document.getElementById(`calculator-${input.key}`)
    const slider = typed?.closest('.input')?.querySelector('[data-slider]') ?? null
    return typed === null || slider === null ? [] : [{ input, typed, slider }]
  })
  let values = Object.fromEntries(fields.map(({ input, typed }) => [input.key, Number(typed.value)])) as CalculatorValues
  let timer: number | undefined
  const compute = (): void => {
    values = allowedValues(Object.fromEntries(fields.map(({ input, typed }) => [input.key, Number(typed.value)])), values)
    const workload = workloadOfValues(values)
    const computed = calculatorTable(profile, workload)
    place.innerHTML = calculatorTableHtml(computed)
    sayRecommended(calculatorSentence(profile, workload))
    sayBeyond(computed.rows.flatMap(({ cells }) => cells.flatMap(({ beyond }) => beyond ?? [])))
    for (const { input, typed, slider } of fields) {
      const entered = Number(typed.value)
      typed.setAttribute('aria-invalid', String(!(entered >= input.min && entered <= input.max)))
      slider.setAttribute('aria-valuetext', sliderText(input, values[input.key]))
    }
    page.clearTimeout(timer)
    timer = page.setTimeout(() => {
      for (const { input, typed } of fields) markRange(profile, values, input, typed)
      for (const figure of calculatorFigures(profile, workload)) {
        drawing.replace(figure)
        drawing.drawFigure(figure.id)
        const tables = page.document.getElementById(`figure-${figure.id}`)?.querySelector('[data-tables]')
        if (tables != null) tables.innerHTML = figureTables(figure)
      }
      page.document.documentElement.dataset['calculated'] = JSON.stringify(values)
    }, pauseMs)
  }
  for (const { input, typed, slider } of fields) {
    typed.addEventListener('input', () => {
      const value = Number(typed.value)
      if (value >= input.min && value <= input.max) slider.value = String(sliderOf(input, value))
      compute()
    })
    slider.addEventListener('input', () => {
      typed.value = String(valueOfSlider(input, Number(slider.value)))
      compute()
    })
  }
  compute()
}

function sayRecommended(sentence: string): void {
  const place = page.document.getElementById('calculator-sentence')
  if (place !== null) place.textContent = sentence
}

function sayBeyond(texts: readonly string[]): void {
  const note = page.document.getElementById('calculator-beyond')
  if (note === null) return
  const each = [...new Set(texts)]
  note.textContent = each.length === 0 ? 'Inside the measured range.' : `Extrapolated beyond the measured range: ${each.join('; ')}.`
}

/** Says where the model may be trusted; an input counts as outside where it alone could bring everything inside. */
function markRange(profile: Profile, values: CalculatorValues, input: CalculatorInput, typed: PageElement): void {
  const box = typed.closest('.input')
  const range = box?.querySelector('.range')
  if (box == null || range == null) return
  range.innerHTML = trustedHtml(profile, values, input)
  const isOutside = !isTrusted(profile, values) && trustedStretches(profile, values, input).length > 0
  box.setAttribute('data-outside', String(isOutside))
}
