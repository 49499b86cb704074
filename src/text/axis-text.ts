import type { StudyAxis, StudyDocument, StudyPointResult } from '../core/study-result.ts'
import { formatBytes, formatDurationMs, formatExact, formatNumber } from './format.ts'
import { oneLine } from './one-line.ts'

/** A value that was set on an axis: "30 s", "2 KiB", "1,000". */
export function axisValue({ unit }: Pick<StudyAxis, 'unit'>, value: number): string {
  if (unit === 'ms') return formatDurationMs(value)
  return unit === 'bytes' ? formatBytes(value) : formatExact(value)
}

/** A value that was worked out along an axis, with three digits: "13.7 s". */
export function axisEstimate(axis: Pick<StudyAxis, 'unit'>, value: number): string {
  return axis.unit === 'ms' || axis.unit === 'bytes' ? axisValue(axis, value) : formatNumber(value)
}

/** "poll interval", for the middle of a sentence. */
export function axisInSentence({ label }: Pick<StudyAxis, 'label'>): string {
  return `${label.charAt(0).toLowerCase()}${oneLine(label).slice(1)}`
}

/** "number of clients", "poll interval": what an axis is, in a question. */
export function axisNoun(axis: Pick<StudyAxis, 'path' | 'label'>): string {
  return axis.path === 'clientCount' ? 'number of clients' : axisInSentence(axis)
}

/** A place on an axis that was worked out, in a sentence: "338 clients", "a poll interval of 13.7 s". */
export function axisPlace(axis: StudyAxis, value: number): string {
  return placeText(axis, axisEstimate(axis, value))
}

/** A place that was set, to its last digit: "4,149 clients", "8 messages per second per channel". */
export function axisPoint(axis: StudyAxis, value: number): string {
  return placeText(axis, axisValue(axis, value))
}

function placeText(axis: StudyAxis, value: string): string {
  const name = axisInSentence(axis)
  if (axis.unit === '' && /^\w+s\b/u.test(name)) return `${value} ${name}`
  return `${/^[aeiou]/u.test(name) ? 'an' : 'a'} ${name} of ${value}`
}

/** "clients 1,000, delay 40 ms". */
export function placeOf({ axes }: Pick<StudyDocument, 'axes'>, { values }: Pick<StudyPointResult, 'values'>): string {
  return axes.map((axis, at) => `${axisInSentence(axis)} ${axisValue(axis, values[at]!)}`).join(', ')
}
