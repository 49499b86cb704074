import { crc32 } from 'node:zlib'
import { seededRandom } from './random.ts'

/**
 * What the harness publishes as `data`: 8 hex digits of sequence, 8 of checksum, then seeded padding, all ASCII, so that
 * `messageBytes` is both its length and its UTF-8 size.
 *
 * The checksum is CRC-32 (RFC 1952 §8) of the padding, started from the sequence: any single flipped byte changes it.
 */
export const minMessageBytes = 16

const padAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const padPoolBytes = 4_096

/** Makes the payloads of one trial. Sequences are whole numbers from 0 to 2^31 − 1. */
export function payloadMaker(messageBytes: number, seed: number): (sequence: number) => string {
  const paddingBytes = messageBytes - minMessageBytes
  const random = seededRandom(seed, 'payload')
  let pool = ''
  while (pool.length < padPoolBytes + paddingBytes) pool += padAlphabet[Math.floor(random() * padAlphabet.length)]
  return (sequence) => {
    const start = (sequence * 61) % padPoolBytes
    const padding = pool.slice(start, start + paddingBytes)
    return hex8(sequence) + hex8(crc32(padding, sequence)) + padding
  }
}

/** The sequence of a payload made by `payloadMaker`, or −1 when its checksum does not fit: a corrupted delivery. */
export function sequenceOf(data: string): number {
  const sequence = Number.parseInt(data.slice(0, 8), 16)
  if (!(sequence >= 0)) return -1
  // Compared as text: parseInt alone would read "A" for "a" and pass over white space, and so miss a flipped byte.
  return data.startsWith(hex8(sequence) + hex8(crc32(data.slice(minMessageBytes), sequence))) ? sequence : -1
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}

/**
 * Published on every channel when a trial has sent all its messages, again and again until the clients have had it: what
 * came before it and is missing then is lost. A payload without padding whose sequence no message has, so that any server
 * takes it for a message; it counts nowhere.
 */
export const endMarkerSequence = 0x7fff_fffe
export const endMarker = payloadMaker(minMessageBytes, 0)(endMarkerSequence)
