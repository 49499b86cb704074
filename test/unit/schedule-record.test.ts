import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleBytes } from '../../src/analysis/schedule-file.ts'

test('the layout is that of schedule.bin: due, published, channel of each message, channel of each client, what is settled for it', () => {
  const bytes = scheduleBytes({
    dueAtUs: Float64Array.of(10, 20),
    publishedAtUs: Float64Array.of(11, Number.NaN),
    channelOfMessage: Uint32Array.of(0, 7),
    channelOfClient: Uint32Array.of(7, 0xffff_ffff, 0),
    settledCountOfClient: Uint32Array.of(0xffff_ffff, 0, 3),
  })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert.equal(bytes.byteLength, 2 * 20 + 2 * 3 * 4)
  assert.deepEqual(
    [0, 8, 16, 24].map((at) => view.getFloat64(at, true)),
    [10, 20, 11, Number.NaN],
  )
  assert.deepEqual(
    [32, 36, 40, 44, 48, 52, 56, 60].map((at) => view.getUint32(at, true)),
    [0, 7, 7, 0xffff_ffff, 0, 0xffff_ffff, 0, 3],
  )
})

test('the sender of each message stands before what is settled, where clients send', () => {
  const bytes = scheduleBytes({
    dueAtUs: Float64Array.of(10, 20),
    publishedAtUs: Float64Array.of(11, 21),
    channelOfMessage: Uint32Array.of(0, 0),
    channelOfClient: Uint32Array.of(0),
    senderOfMessage: Uint32Array.of(0, 0xffff_ffff),
    settledCountOfClient: Uint32Array.of(5),
  })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert.equal(bytes.byteLength, 2 * 20 + 4 + 2 * 4 + 4)
  assert.deepEqual(
    [44, 48, 52].map((at) => view.getUint32(at, true)),
    [0, 0xffff_ffff, 5],
  )
})
