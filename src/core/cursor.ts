/**
 * The cursor: the place in a channel up to which a client has read, `<epoch>-<n>`. Only this file makes and reads one.
 *
 * The epoch names the log and is drawn by each fresh one; n counts 1, 2, 3 … per channel of it, 0 = nothing read yet. So a
 * log knows a cursor that another log gave, however far it has itself come: counts alone would match. Clients send back
 * what they were given and read nothing in it: a request that names several channels can have a cursor for each in one
 * string, and nothing else on the wire would change. All its characters stand for themselves in JSON, in a query, in a
 * header and in the `id:` of an event.
 */
export interface Cursor {
  epoch: string
  position: number
}

/** Base 32 (RFC 4648 §6), in small letters: 5 bits a character. */
const epochAlphabet = 'abcdefghijklmnopqrstuvwxyz234567'
/** 20 bits: two logs have the same epoch once in 1,048,576 restarts. */
const epochLength = 4

/** Bytes of a cursor whose n has so many digits; all its characters are ASCII. */
export function cursorBytes(digitCount: number): number {
  return epochLength + 1 + digitCount
}

const form = new RegExp(`^([${epochAlphabet}]{${epochLength}})-(\\d{1,15})$`)

/** The epoch of a fresh log. */
export function drawEpoch(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(epochLength)), (byte) => epochAlphabet[byte % epochAlphabet.length]).join('')
}

export function formatCursor(epoch: string, position: number): string {
  return `${epoch}-${position}`
}

/** Undefined for a text that is no cursor of ours. */
export function parseCursor(text: string): Cursor | undefined {
  const [, epoch, digits] = form.exec(text) ?? []
  return epoch === undefined ? undefined : { epoch, position: Number(digits) }
}
