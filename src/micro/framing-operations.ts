import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'
import { Receiver, Sender } from 'ws'
import { formatCursor } from '../core/cursor.ts'
import { payloadMaker } from '../core/payload.ts'
import { messageLine, parseLine, parsePollBody, pollBody } from '../core/wire.ts'
import { eventFrame } from '../../servers/sse.ts'
import { microEpoch } from './poll-pipe.ts'

/** Something that is done once to each of `count` messages; `run` does all of them. */
export interface Operation {
  label: string
  group: string
  count: number
  run(): void
  /** Bytes that stand for one message on the connection; undefined = none are made. */
  bytes?: number
}

/** More than `remembered` keeps, so that no text is found again. */
const messageCount = 2_048
const text = 1
const mask = (isMasked: boolean) => ({ fin: true, rsv1: false, opcode: text, mask: isMasked, readOnly: true })
const maxPayload = 4 * 1_024 * 1_024

/** Every operation for messages whose data has so many bytes. */
export function operations(messageBytes: number): Operation[] {
  const makeData = payloadMaker(messageBytes, 1)
  const data = Array.from({ length: messageCount }, (_, index) => makeData(index))
  const cursors = data.map((_, index) => formatCursor(microEpoch, index + 1))
  const lines = data.map((value, index) => messageLine(cursors[index]!, value))
  const bytes = lines.map((line) => Buffer.from(line))
  const events = lines.map((line, index) => eventFrame(cursors[index]!, line))
  const plain = bytes.map((line) => Buffer.concat(Sender.frame(line, mask(false))))
  const masked = bytes.map((line) => Buffer.concat(Sender.frame(line, mask(true))))
  const bodies = lines.map((line, index) => pollBody(cursors[index]!, [line]))
  const all = <T>(items: readonly T[], act: (item: T, index: number) => unknown) => ({
    count: items.length,
    run: () => {
      for (const [index, item] of items.entries()) act(item, index)
    },
  })
  return [
    {
      label: 'line of JSON, encode',
      group: 'JSON (all four)',
      ...all(data, (value, index) => messageLine(cursors[index]!, value)),
      bytes: bytes[0]!.length,
    },
    { label: 'line of JSON, parse', group: 'JSON (all four)', ...all(lines, parseLine) },
    { label: 'event, encode', group: 'SSE', ...all(lines, (line, index) => eventFrame(cursors[index]!, line)), bytes: events[0]!.length },
    { label: 'event, decode and parse', group: 'SSE', ...all(events, eventReader()) },
    {
      label: 'frame, server to client',
      group: 'WebSocket',
      ...all(lines, (line) => Sender.frame(Buffer.from(line), mask(false))),
      bytes: plain[0]!.length,
    },
    {
      label: 'frame and mask, client to server',
      group: 'WebSocket',
      ...all(lines, (line) => Sender.frame(Buffer.from(line), mask(true))),
      bytes: masked[0]!.length,
    },
    { label: 'parse, at the client', group: 'WebSocket', ...all(plain, frameReader(false)) },
    { label: 'parse and unmask, at the server', group: 'WebSocket', ...all(masked, frameReader(true)) },
    { label: 'body, join', group: 'Polls', ...all(lines, (line, index) => pollBody(cursors[index]!, [line])) },
    { label: 'body, parse', group: 'Polls', ...all(bodies, parsePollBody) },
  ]
}

function eventReader(): (frame: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  const parser = createParser({ onEvent: () => undefined })
  return (frame) => parser.feed(decoder.write(frame))
}

function frameReader(isServer: boolean): (frame: Buffer) => void {
  const receiver = new Receiver({ isServer, maxPayload })
  receiver.on('message', (line: Buffer) => line.toString('utf8'))
  // A copy: unmasking writes into what it was given.
  return isServer ? (frame) => receiver.write(Buffer.from(frame)) : (frame) => receiver.write(frame)
}
