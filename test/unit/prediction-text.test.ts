import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Prediction } from '../../src/advisor/model/predict.ts'
import { predictionText } from '../../src/report/prediction-text.ts'

function text(unit: string, value: number, low: number, high: number): string {
  const prediction: Prediction = { value, low, high, unit, source: 'a test', beyond: null, reason: null }
  return predictionText(prediction)
}

test('an estimate and the ends of its interval have one unit and one rounding, that of the estimate', () => {
  assert.equal(text('cores', 0.412, 0.35012, 0.4749), '0.412 [0.350 – 0.475]')
  assert.equal(text('requests/s', 1_000, 987.6, 1_012.4), '1,000 [990 – 1,010]')
  assert.equal(text('descriptors', 10_024, 9_876.5, 10_171.5), '10,000 [9,900 – 10,200]')
  assert.equal(text('µs', 7_573.5, 56.7, 15_090.3), '7.57 ms [0.06 ms – 15.09 ms]')
  assert.equal(text('µs', 131.4, 0, 390.02), '131 µs [0 µs – 390 µs]')
  assert.equal(text('bytes', 1_010_000, 900_000, 1_120_000), '986 KiB [879 KiB – 1,094 KiB]')
  assert.equal(text('ratio', 0.0613, 0.0499, 0.1), '6.13 % [4.99 % – 10.00 %]')
})

test('an end that is next to nothing beside the estimate never looks like nothing', () => {
  assert.equal(text('cores', 12_300, 4, 25_000), '12,300 [<100 – 25,000]')
  assert.equal(text('cores', 0.004, 0.0001, 0.03), '<0.01 [<0.01 – 0.03]')
  assert.equal(text('cores', 0.004, 0, 0.0051), '<0.01 [0 – <0.01]')
  assert.equal(text('µs', 0, 0, 1_234), '0 ms [0 ms – 1.23 ms]')
})

test('what follows by arithmetic has no interval, and a count stays exact', () => {
  assert.equal(text('descriptors', 10_024, 10_024, 10_024), '10,024')
  assert.equal(text('bytes/s', 1_341_000, 1_341_000, 1_341_000), '1.28 MiB')
  assert.equal(text('descriptors', 50_168, 50_167.9, 50_168.1), '50,200')
})
