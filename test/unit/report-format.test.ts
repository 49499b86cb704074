import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatBytes,
  formatDurationMs,
  formatDurationUs,
  formatExact,
  formatFactor,
  formatInterval,
  formatLevel,
  formatList,
  formatNumber,
  formatPlural,
  formatShare,
  formatTick,
} from '../../src/text/format.ts'

function table<T>(format: (value: T) => unknown, rows: readonly (readonly [T, string | null])[]): void {
  for (const [value, expected] of rows) assert.equal(format(value), expected, `of ${String(value)}`)
}

test('a list reads as a sentence has it', () => {
  table(formatList, [
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])
})

test('a measured number has three significant digits, and zero, tiny and missing look different', () => {
  table(formatNumber, [
    [0, '0'],
    [-0, '0'],
    [0.004, '<0.01'],
    [-0.004, '>-0.01'],
    [0.00999, '<0.01'],
    [0.01, '0.0100'],
    [0.1234, '0.123'],
    [0.9996, '1.00'],
    [1, '1.00'],
    [9.995, '9.99'],
    [9.996, '10.0'],
    [12.34, '12.3'],
    [99.96, '100'],
    [999.6, '1,000'],
    [1_234, '1,230'],
    [1_234_567, '1,230,000'],
    [-1_234.5, '-1,230'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
    [Number.NEGATIVE_INFINITY, '–'],
  ])
})

test('a count is exact', () => {
  table(formatExact, [
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-12_345, '-12,345'],
    [0.5, '0.5'],
    [Number.NaN, '–'],
  ])
})

test('ticks drop the zeros that end them and write small values out', () => {
  table(formatTick, [
    [0, '0'],
    [0.001, '0.001'],
    [0.5, '0.5'],
    [1, '1'],
    [20, '20'],
    [1_000, '1,000'],
    [2_500, '2,500'],
  ])
})

test('bytes change to KiB at 1,024', () => {
  table(formatBytes, [
    [0, '0 B'],
    [256, '256 B'],
    [1_023, '1,023 B'],
    [1_024, '1.00 KiB'],
    [1_536, '1.50 KiB'],
    [1_048_576, '1.00 MiB'],
    [3_221_225_472, '3.00 GiB'],
  ])
})

test('durations change their unit at 1 ms, 1 s, 2 min and 2 h', () => {
  table(formatDurationUs, [
    [0, '0 µs'],
    [999, '999 µs'],
    [1_000, '1.00 ms'],
    [1_500_000, '1.50 s'],
    [119_000_000, '119 s'],
    [120_000_000, '2.00 min'],
    [7_200_000_000, '2.00 h'],
  ])
  assert.equal(formatDurationMs(8_000), '8.00 s')
})

test('the level of an interval never reads as 100 %', () => {
  table(formatLevel, [
    [0.95, '95 %'],
    [0.9, '90 %'],
    [0.9833333, '98.3 %'],
    [0.9916667, '99.17 %'],
    [0.99974, '99.974 %'],
    [0.999999, '99.9999 %'],
    [1, '100 %'],
    [0, '0 %'],
  ])
})

test('shares, ratios, intervals and nouns', () => {
  assert.equal(formatShare(0.031), '3.10 %')
  assert.equal(formatFactor(1.8), '1.80 ×')
  assert.equal(formatInterval(1.5, 2.1), '[1.50 – 2.10]')
  assert.equal(formatInterval(null, 2.1), null)
  assert.equal(formatInterval(1, Number.POSITIVE_INFINITY), null)
  assert.equal(formatPlural(1, 'block'), '1 block')
  assert.equal(formatPlural(3_000, 'client'), '3,000 clients')
})
