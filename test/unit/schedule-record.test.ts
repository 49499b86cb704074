import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleBytes } from '../../src/analysis/schedule-file.ts'

test('the layout is that of schedule.bin: due, published, channel of each message, channel of each client', () => {
  const bytes = scheduleBytes({
    dueAtUs: Float64Array.of(10, 20),
    publishedAtUs: Float64Array.of(11, Number.NaN),
    channelOfMessage: Uint32Array.of(0, 7),
    channelOfClient: Uint32Array.of(7, 0xffff_ffff, 0),
  })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert.equal(bytes.byteLength, 2 * 20 + 3 * 4)
  assert.deepEqual(
    [0, 8, 16, 24].map((at) => view.getFloat64(at, true)),
    [10, 20, 11, Number.NaN],
  )
  assert.deepEqual(
    [32, 36, 40, 44, 48].map((at) => view.getUint32(at, true)),
    [0, 7, 7, 0xffff_ffff, 0],
  )
})

test('the sender of each message stands last, where clients send', () => {
  const bytes = scheduleBytes({
    dueAtUs: Float64Array.of(10, 20),
    publishedAtUs: Float64Array.of(11, 21),
    channelOfMessage: Uint32Array.of(0, 0),
    channelOfClient: Uint32Array.of(0),
    senderOfMessage: Uint32Array.of(0, 0xffff_ffff),
  })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert.equal(bytes.byteLength, 2 * 20 + 4 + 2 * 4)
  assert.deepEqual(
    [44, 48].map((at) => view.getUint32(at, true)),
    [0, 0xffff_ffff],
  )
})
