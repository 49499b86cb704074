import type { ModelTransport } from './workload.ts'

/** Cursors grow; a day's worth of messages has about so many digits. One more is one byte a message. */
const cursorDigits = 3

/** `{"cursor":,"data":""}` without its digits (src/core/wire.ts). */
const lineFrameBytes = 21
/** `{"cursor":,"messages":[]}` without its digits. */
const pollBodyBytes = 25
/** `id: \ndata: \n\n` without its digits (WHATWG HTML §9.2). */
const eventFrameBytes = 13
/** Two line ends around a chunk (RFC 9112 §7.1). */
const chunkFrameBytes = 4

/** Bytes of one message as a line of JSON, of a payload that needs no escapes. */
export function lineBytes(payloadBytes: number): number {
  return lineFrameBytes + cursorDigits + payloadBytes
}

/** Bytes of the head of a WebSocket frame (RFC 6455 §5.2); a client's carries a mask of 4 bytes more. */
export function frameHeadBytes(bytes: number, isMasked = false): number {
  const head = bytes <= 125 ? 2 : bytes <= 65_535 ? 4 : 10
  return head + (isMasked ? 4 : 0)
}

/** Bytes that one delivery adds to a stream or to the body of an answer; the head of an answer is counted by request. */
export function deliveryBytes(transport: ModelTransport, payloadBytes: number): number {
  return framed[transport](lineBytes(payloadBytes))
}

// Comma between two lines: one too many in an answer, which is part of `answerBodyBytes`.
const inBody = (line: number): number => line + 1

const framed = {
  'short-poll': inBody,
  'long-poll': inBody,
  sse: (line) => {
    const event = eventFrameBytes + cursorDigits + line
    return event.toString(16).length + chunkFrameBytes + event
  },
  websocket: (line) => frameHeadBytes(line) + line,
} satisfies Record<ModelTransport, (line: number) => number>

/** Bytes of the body of an answer around its lines. */
export const answerBodyBytes = pollBodyBytes + cursorDigits - 1

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
