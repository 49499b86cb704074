import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { EventStreamReader } from '../../clients/event-stream.ts'
import { bytesOf, edges, none, type Said } from '../helpers/event-stream-edges.ts'

/** Reads a stream in these chunks. */
function said(chunks: readonly Uint8Array[]): Said {
  const all: Said = { events: [], lastEventId: '', commentCount: 0, retries: [] }
  const reader = new EventStreamReader({
    onBlock: ({ id, type, data }) => {
      if (id !== undefined) all.lastEventId = id
      if (data !== undefined) all.events.push([type, data])
    },
    onComment: () => void all.commentCount++,
    onRetry: (reconnectionMs) => void all.retries.push(reconnectionMs),
  })
  for (const chunk of chunks) reader.read(Buffer.from(chunk))
  return all
}

suite('the edges of an event stream', () => {
  for (const [name, [stream, expected]] of Object.entries(edges)) {
    test(`${name}, wherever the bytes are cut`, () => {
      const bytes = bytesOf(stream)
      const whole = { ...none, ...expected }
      assert.deepEqual(said([bytes]), whole, 'in one chunk')
      for (let at = 1; at < bytes.length; at++)
        assert.deepEqual(said([bytes.subarray(0, at), bytes.subarray(at)]), whole, `cut after byte ${at} of ${bytes.length}`)
      assert.deepEqual(said(Array.from(bytes, (byte) => Uint8Array.of(byte))), whole, 'byte by byte')
    })
  }

  test('an event is there with its last byte, whatever ends its lines', () => {
    for (const lineEnd of ['\n', '\r', '\r\n']) {
      const bytes = Buffer.from(`data: x${lineEnd}${lineEnd}`)
      // The LF of the last CRLF says nothing new.
      const lastByte = lineEnd === '\r\n' ? bytes.length - 1 : bytes.length
      const upTo = (count: number): number => said(Array.from(bytes.subarray(0, count), (byte) => Uint8Array.of(byte))).events.length
      assert.deepEqual([upTo(lastByte - 1), upTo(lastByte)], [0, 1], JSON.stringify(lineEnd))
    }
  })
})

/** The section of the standard, step by step, over a whole stream. */
function asWritten(bytes: Uint8Array): Said {
  const all: Said = { events: [], lastEventId: '', commentCount: 0, retries: [] }
  let [data, type, id] = ['', '', '']
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/)
  // What follows the last line end is no line.
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      all.lastEventId = id
      if (data !== '') all.events.push([type === '' ? 'message' : type, data.slice(0, -1)])
      ;[data, type] = ['', '']
      continue
    }
    const { field, value } = /^(?<field>[^:]*)(?:: ?(?<value>.*))?$/s.exec(line)!.groups as { field: string; value?: string }
    if (line.startsWith(':')) all.commentCount++
    else if (field === 'data') data += `${value ?? ''}\n`
    else if (field === 'event') type = value ?? ''
    else if (field === 'id' && !(value ?? '').includes('\0')) id = value ?? ''
    else if (field === 'retry' && /^[0-9]+$/.test(value ?? '')) all.retries.push(Number.parseInt(value!, 10))
  }
  return all
}

test('any stream in any chunks says what the standard says, step by step (property)', () => {
  const pieces = ['data', 'event', 'id', 'retry', ':', ' ', '\n', '\r', '\r\n', '\n\n', 'x', '1', '\0', 'é', '😀', '\uFEFF']
  const piece = fc.oneof(
    fc.constantFrom(...pieces).map((text) => Buffer.from(text)),
    fc.constantFrom(0xef, 0xbb, 0xbf, 0xe2, 0x82, 0xff, 0x80, 0xf0).map((byte) => Buffer.of(byte)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat({ max: 120 }), { maxLength: 6 }), (parts, cuts) => {
      const bytes = Buffer.concat(parts)
      const points = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
      assert.deepEqual(said(points.slice(1).map((point, index) => bytes.subarray(points[index], point))), asWritten(bytes))
    }),
    { seed: 1, numRuns: 5_000 },
  )
})
