import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Histogram } from 'hdr-histogram-js'
import { harnessError } from '../core/errors.ts'

/** 3 digits keep the error of a value at or below 0.1 % (K28). 64-bit counters, so that no count wraps. */
const significantDigits = 3
const counterBits = 64
/** A day, the longest measured window. One start size for all makes the same counts the same text; it grows where it must. */
const longestUs = 86_400_000_000

function emptyHistogram(): Histogram {
  return build({
    bitBucketSize: counterBits,
    autoResize: true,
    highestTrackableValue: longestUs,
    numberOfSignificantValueDigits: significantDigits,
  })
}

/**
 * Encodes ascending values in µs as HdrHistogram V2, compressed, base64; values are rounded to whole µs.
 *
 * The values must be finite and not negative; the library throws on them otherwise.
 */
export function encodeHistogram(sortedUs: Float64Array): string {
  const histogram = emptyHistogram()
  for (let from = 0; from < sortedUs.length;) {
    const valueUs = Math.round(sortedUs[from]!)
    let until = from + 1
    while (until < sortedUs.length && Math.round(sortedUs[until]!) === valueUs) until++
    histogram.recordValueWithCount(valueUs, until - from)
    from = until
  }
  return encodeIntoCompressedBase64(histogram)
}

/**
 * One histogram with the counts of all; percentiles of parts are never averaged (K28).
 *
 * No histograms give an empty one.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID when one does not decode.
 */
export function mergeHistograms(encoded: readonly string[]): string {
  const merged = emptyHistogram()
  for (const part of encoded) merged.add(decode(part))
  return encodeIntoCompressedBase64(merged)
}

/**
 * The q-quantile of an encoded histogram by nearest rank, in µs: 0 to 0.1 % above the exact one. Null when the histogram
 * is empty or when the rank falls among the `censoredCount` pairs that were never delivered.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID when it does not decode.
 */
export function histogramQuantile(encoded: string, q: number, censoredCount = 0): number | null {
  const histogram = decode(encoded)
  const rank = rankOf(q, histogram.totalCount + censoredCount)
  if (rank > histogram.totalCount) return null
  // The library rounds its rank to the nearest where nearest-rank asks for the next above, so it gets the rank itself.
  return histogram.getValueAtPercentile((rank / histogram.totalCount) * 100)
}

/** Nearest rank of the q-quantile among n values, from 1. */
export function rankOf(q: number, n: number): number {
  // 0.07 × 100 is 7.000000000000001 in binary; without the allowance that would be the eighth value.
  return Math.max(1, Math.ceil(q * n - 1e-9))
}

function decode(encoded: string): Histogram {
  try {
    return decodeFromCompressedBase64(encoded, counterBits)
  } catch (cause) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `histogram: not an HdrHistogram V2 in base64: ${encoded.slice(0, 24)}. Is the document cut off?`,
      cause,
    )
  }
}
