import { cursorBytes } from '../../core/cursor.ts'
import type { Profile } from '../../core/profile-result.ts'
import type { ModelTransport } from './workload.ts'

/** Bytes of a cursor: by itself, as in a query or the id of an event, and as a value in JSON. */
export interface CursorForm {
  plainBytes: number
  jsonBytes: number
}

/** Cursors grow; a day's worth of messages has about so many digits. One more is one byte a message. */
const cursorDigits = 3

/** `<epoch>-<n>`, a string. */
export const cursorForm: CursorForm = { plainBytes: cursorBytes(cursorDigits), jsonBytes: cursorBytes(cursorDigits) + 2 }
/** The count alone, a number: cursors in the trials of older profiles. */
const bareCursorForm: CursorForm = { plainBytes: cursorDigits, jsonBytes: cursorDigits }

/** The cursors in the trials of a profile. */
export function cursorFormOf(profile: Pick<Profile, 'cursorBytes'>): CursorForm {
  return profile.cursorBytes === undefined ? bareCursorForm : cursorForm
}

/** `{"cursor":,"data":""}` without its cursor (src/core/wire.ts). */
const lineFrameBytes = 21
/** `{"cursor":,"messages":[]}` without its cursor. */
const pollBodyBytes = 25
/** `id: \ndata: \n\n` without its cursor (WHATWG HTML §9.2). */
const eventFrameBytes = 13
/** Two line ends around a chunk (RFC 9112 §7.1). */
const chunkFrameBytes = 4

/** Bytes of one message as a line of JSON, of a payload that needs no escapes. */
function lineBytes(payloadBytes: number, cursor: CursorForm): number {
  return lineFrameBytes + cursor.jsonBytes + payloadBytes
}

/** Bytes of the head of a WebSocket frame (RFC 6455 §5.2); a client's carries a mask of 4 bytes more. */
export function frameHeadBytes(bytes: number, isMasked = false): number {
  const head = bytes <= 125 ? 2 : bytes <= 65_535 ? 4 : 10
  return head + (isMasked ? 4 : 0)
}

/** Bytes that one delivery adds to a stream or to the body of an answer; the head of an answer is counted by request. */
export function deliveryBytes(transport: ModelTransport, payloadBytes: number, cursor: CursorForm): number {
  return framed[transport](lineBytes(payloadBytes, cursor), cursor)
}

// Comma between two lines: one too many in an answer, which is part of `answerBodyBytes`.
const inBody = (line: number): number => line + 1

const framed = {
  'short-poll': inBody,
  'long-poll': inBody,
  sse: (line, cursor) => {
    const event = eventFrameBytes + cursor.plainBytes + line
    return event.toString(16).length + chunkFrameBytes + event
  },
  websocket: (line) => frameHeadBytes(line) + line,
} satisfies Record<ModelTransport, (line: number, cursor: CursorForm) => number>

/** Bytes of the body of an answer around its lines. */
export function answerBodyBytes(cursor: CursorForm): number {
  return pollBodyBytes + cursor.jsonBytes - 1
}

/** Bytes down of one heartbeat: `:\n\n` as a chunk, or a ping without data (RFC 6455 §5.5.2). */
export const heartbeatDownBytes: Readonly<Record<ModelTransport, number>> = { 'short-poll': 0, 'long-poll': 0, sse: 8, websocket: 2 }

/** Bytes up of one heartbeat: a masked pong. */
export const heartbeatUpBytes: Readonly<Record<ModelTransport, number>> = { 'short-poll': 0, 'long-poll': 0, sse: 0, websocket: 6 }

/** IPv4 and TCP with timestamps. */
export const packetHeadBytes = 52
/** Payload of a segment on Ethernet. */
export const segmentBytes = 1_448
/** Head, content type and tag of a TLS 1.3 record (RFC 8446 §5.2). */
export const tlsRecordBytes = 22
