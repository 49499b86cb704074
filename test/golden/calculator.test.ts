import assert from 'node:assert/strict'
import { test } from 'node:test'
import { predict } from '../../src/advisor/model/predict.ts'
import { calculatorTable } from '../../src/report/calculator/html.ts'
import {
  allowedValues,
  calculatorInputs,
  sliderOf,
  valueOfSlider,
  valuesOfScenario,
  workloadOfValues,
  type CalculatorValues,
} from '../../src/report/calculator/settings.ts'
import { isTrusted, trustedStretches } from '../../src/report/calculator/trusted.ts'
import { htmlReport } from '../../src/report/html.ts'
import { predictionText, shownFigures } from '../../src/report/prediction-text.ts'
import { fixtureProfile } from './fixture-profile.ts'
import { variants } from './fixture-variants.ts'

const mostBytes = 600_000
const stored = { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false }

function plainValues(): CalculatorValues {
  const { scenario, plan } = variants['plain']!()
  return valuesOfScenario(scenario, plan)
}

test('the page stays under 600 KB without its data', async () => {
  const page = await htmlReport(variants['plain']!(), stored)
  const whole = Buffer.byteLength(page)
  const data = [...page.matchAll(/<script type="application\/json"[^>]*>.*?<\/script>/gsu)].reduce(
    (sum, [text]) => sum + Buffer.byteLength(text),
    0,
  )
  assert.ok(whole - data < mostBytes, `${whole - data} bytes`)
})

test('values that a model cannot take leave those before in place', () => {
  const before = plainValues()
  assert.deepEqual([before.clientCount, before.messagesPerSecondPerClient, before.payloadBytes, before.fanOut], [1_000, 0.1, 256, 1])
  assert.deepEqual(allowedValues({ clientCount: -1, payloadBytes: Number.NaN, fanOut: 0 }, before), before)
  assert.equal(allowedValues({ clientCount: 7 }, before).clientCount, 7)
})

test('a calculator starts where the measurement was, whatever reads a channel', () => {
  const traffic = { messagesPerSecondPerChannel: 0.5, messageBytes: 64 }
  const startOf = (more: object) => {
    const resolved = { clientCount: 2_000, traffic: { ...traffic, ...more } }
    const { messagesPerSecondPerClient, fanOut } = valuesOfScenario({ name: 'any', resolved, sources: {} })
    return [messagesPerSecondPerClient, fanOut]
  }
  assert.deepEqual(startOf({ pattern: 'unicast' }), [0.5, 1])
  assert.deepEqual(startOf({ pattern: 'broadcast' }), [0.5, 2_000])
  assert.deepEqual(startOf({ pattern: 'rooms', roomSize: 40 }), [0.5, 40])
  assert.deepEqual(startOf({ pattern: 'topics', topicCount: 10 }), [0.5, 200])
})

test('a slider runs over powers of ten', () => {
  const input = { min: 1, max: 1_000_000 }
  assert.deepEqual([sliderOf(input, 1), sliderOf(input, 1_000), sliderOf(input, 1_000_000)], [0, 500, 1_000])
  assert.deepEqual([valueOfSlider(input, 0), valueOfSlider(input, 500), valueOfSlider(input, 1_000)], [1, 1_000, 1_000_000])
})

test('the table holds the very numbers of predict()', () => {
  const workload = workloadOfValues({ ...plainValues(), clientCount: 5_000, fanOut: 5_000 })
  assert.equal(workload.fanOut, 'broadcast')
  const predictions = predict(fixtureProfile(), workload)
  const { rows } = calculatorTable(fixtureProfile(), workload)
  for (const [at, [figure]] of shownFigures.entries())
    for (const [column, { figures }] of predictions.entries()) {
      const { text, interval, beyond } = rows[at]!.cells[column]!
      const shown = `${text}${interval === null ? '' : ` ${interval}`}${beyond === null ? '' : '*'}`
      assert.equal(shown, predictionText(figures[figure]))
    }
})

test('the trusted range of an input ends where a prediction goes beyond what was measured', () => {
  const [profile, values] = [fixtureProfile(), plainValues()]
  const input = calculatorInputs.find(({ key }) => key === 'payloadBytes')!
  // Measured from 64 to 4,096 bytes; a hair of 1 % beyond counts as inside. Places of a slider are 5 of 1,000 apart: 7 %.
  const [stretch, ...others] = trustedStretches(profile, values, input)
  assert.equal(others.length, 0)
  assert.deepEqual(
    [stretch!.from, stretch!.until].map((place) => valueOfSlider(input, place)),
    [68, 4_000],
  )
  assert.equal(isTrusted(profile, values), true)
  assert.equal(isTrusted(profile, { ...values, payloadBytes: 5_000 }), false)
  // Where the payload is outside, no number of clients brings the model back inside.
  const clients = calculatorInputs.find(({ key }) => key === 'clientCount')!
  assert.deepEqual(trustedStretches(profile, { ...values, payloadBytes: 5_000 }, clients), [])
})
