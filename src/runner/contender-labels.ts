import { bytesPerKiB, bytesPerMiB } from '../core/units.ts'
import { durationText } from './duration-text.ts'

interface Unlabelled {
  transport: string
  label?: string | undefined
  [option: string]: unknown
}

/**
 * The labels of contenders: the given one, else the transport id, followed by the options that tell contenders of one
 * transport apart ("long-poll, hold 25 s"). Contenders that differ in nothing get the same label.
 */
export function contenderLabels(contenders: readonly Unlabelled[]): string[] {
  return contenders.map((contender) => {
    if (contender.label !== undefined) return printableText(contender.label)
    const alike = contenders.filter((other) => other.transport === contender.transport)
    const keys = Object.keys(contender).filter((key) => key !== 'label' && alike.some((other) => other[key] !== contender[key]))
    return [contender.transport, ...keys.map((key) => optionText(key, contender[key]))].join(', ')
  })
}

/** Text that any terminal, file and JSON reader takes: lone surrogates and control characters become U+FFFD. */
export function printableText(text: string): string {
  return Buffer.from(text)
    .toString()
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}

/** An option in words: `holdTimeMs: 25000` is "hold 25 s", `compression: false` is "no compression". */
function optionText(key: string, value: unknown): string {
  const words = key
    .replace(/(Ms|Bytes|Ratio)$/, '')
    .replace(/Time$/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  if (typeof value === 'boolean') return value ? words : `no ${words}`
  if (typeof value !== 'number') return `${words} ${String(value)}`
  if (key.endsWith('Ms')) return `${words} ${durationText(value)}`
  return `${words} ${key.endsWith('Bytes') ? bytesText(value) : value}`
}

function bytesText(bytes: number): string {
  if (bytes % bytesPerMiB === 0) return `${bytes / bytesPerMiB} MiB`
  return bytes % bytesPerKiB === 0 ? `${bytes / bytesPerKiB} KiB` : `${bytes} bytes`
}
