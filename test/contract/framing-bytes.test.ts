import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { messageLine } from '../../src/core/wire.ts'
import { startBench, subjectOf, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')

/** `{"cursor":"abcd-1","data":""}` */
const emptyLineBytes = 29
/** `id: abcd-1`, `data: ` and three line ends. */
const eventFrameBytes = 19
const payloadSizes = [emptyLineBytes + 1, 100, 125, 126, 1_000, 65_535, 65_536]
/** A day: beats are spread over the interval, so that in one of 15 s the first may come at once. */
const neverMs = 86_400_000

/** The bytes of one message as a bare socket reads them, after the head of the answer. */
async function bytesOfOne(subject: Subject, data: string, expectedCount: number): Promise<Buffer> {
  const bench = await startBench(subject, { serverOptions: { heartbeatMs: neverMs } })
  const socket = connect({ host: '127.0.0.1', port: bench.server.port })
  let seen = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => (seen = Buffer.concat([seen, chunk])))
  socket.write(`GET /${subject.id}?channel=news HTTP/1.1\r\nhost: x\r\n${subject.handshake}\r\n`)
  const body = () => (seen.includes('\r\n\r\n') ? seen.subarray(seen.indexOf('\r\n\r\n') + 4) : Buffer.alloc(0))
  await until('the stream is open', () => seen.includes('\r\n\r\n'))
  await bench.server.publish({ channel: 'news', data })
  await until(
    'the message',
    () => body().length >= expectedCount,
    () => body().length,
  )
  // A byte too many would come before the answer of a publish that follows.
  await bench.server.publish({ channel: 'other', data: 'x' })
  socket.destroy()
  await once(socket, 'close')
  await bench.end()
  return body()
}

test('the smallest line is 29 bytes, and its event 19 more', () => {
  assert.equal(messageLine('abcd-1', '').length, emptyLineBytes)
  assert.equal(Buffer.byteLength('id: abcd-1\ndata: \n\n'), eventFrameBytes)
})

for (const lineBytes of payloadSizes) {
  const data = 'd'.repeat(lineBytes - emptyLineBytes)
  const lineIn = (epoch: string): string => messageLine(`${epoch}-1`, data)

  test(`SSE: a line of ${lineBytes} bytes costs its event, and chunk coding the digits of its length and 4`, async () => {
    const eventBytes = lineBytes + eventFrameBytes
    const digits = eventBytes.toString(16)
    const body = await bytesOfOne(sse, data, eventBytes + digits.length + 4)
    assert.equal(body.length, eventBytes + digits.length + 4)
    const text = body.toString('latin1')
    const [, epoch = ''] = /id: (\w{4})-1\n/u.exec(text) ?? []
    assert.equal(text, `${digits}\r\nid: ${epoch}-1\ndata: ${lineIn(epoch)}\n\n\r\n`)
  })

  test(`WebSocket: a frame of ${lineBytes} bytes has a head of 2, 4 or 10`, async () => {
    const headBytes = lineBytes <= 125 ? 2 : lineBytes <= 65_535 ? 4 : 10
    const body = await bytesOfOne(websocket, data, headBytes + lineBytes)
    assert.equal(body.length, headBytes + lineBytes)
    assert.equal(body[0], 0x81, 'one final text frame')
    assert.equal(body[1], lineBytes <= 125 ? lineBytes : lineBytes <= 65_535 ? 126 : 127)
    if (headBytes === 4) assert.equal(body.readUInt16BE(2), lineBytes)
    if (headBytes === 10) assert.equal(body.readBigUInt64BE(2), BigInt(lineBytes))
    const text = body.subarray(headBytes).toString('latin1')
    const [, epoch = ''] = /"(\w{4})-1"/u.exec(text) ?? []
    assert.equal(text, lineIn(epoch))
  })
}
