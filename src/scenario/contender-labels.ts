import { bytesPerKiB, bytesPerMiB } from '../core/units.ts'
import { durationText } from '../text/duration-text.ts'
import { printableText } from '../text/shown-text.ts'

interface Unlabelled {
  transport: string
  label?: string | undefined
  [option: string]: unknown
}

/**
 * The labels of contenders: the given one, composed (Unicode's NFC) and trimmed; else the transport id, followed by the options
 * that distinguish contenders of one transport ("long-poll, hold 25 s") or that are not the default and distinguish it from another
 * transport. Contenders that differ in nothing get the same label.
 *
 * @param defaultsOf the options of a transport when none is given
 */
export function contenderLabels(contenders: readonly Unlabelled[], defaultsOf: (transport: string) => Record<string, unknown>): string[] {
  return contenders.map((contender) => {
    if (contender.label !== undefined) return printableText(contender.label).normalize('NFC').trim()
    const defaults = defaultsOf(contender.transport)
    const differs = (key: string): boolean =>
      contenders.some(
        (other) =>
          key in other && other[key] !== contender[key] && (other.transport === contender.transport || defaults[key] !== contender[key]),
      )
    const keys = Object.keys(contender).filter((key) => key !== 'label' && key !== 'transport' && differs(key))
    return [contender.transport, ...keys.map((key) => optionText(key, contender[key]))].join(', ')
  })
}

/** An option in words: `holdTimeMs: 25000` is "hold 25 s", `compression: false` and `batchWindowMs: 0` are "no compression" and "no batch window". */
function optionText(key: string, value: unknown): string {
  const words = key
    .replace(/(Ms|Bytes|Ratio)$/, '')
    .replace(/Time$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  if (typeof value === 'boolean') return value ? words : `no ${words}`
  if (value === 0) return `no ${words}`
  if (typeof value !== 'number') return `${words} ${String(value)}`
  if (key.endsWith('Ms')) return `${words} ${durationText(value)}`
  return `${words} ${key.endsWith('Bytes') ? bytesText(value) : value}`
}

function bytesText(bytes: number): string {
  if (bytes % bytesPerMiB === 0) return `${bytes / bytesPerMiB} MiB`
  return bytes % bytesPerKiB === 0 ? `${bytes / bytesPerKiB} KiB` : `${bytes} bytes`
}
