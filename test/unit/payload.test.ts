import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { minMessageBytes, payloadMaker, sequenceOf } from '../../src/core/payload.ts'

const sequences = fc.oneof(fc.nat({ max: 0x7fff_ffff }), fc.constantFrom(0, 1, 0x7fff_ffff))
const sizes = fc.oneof(fc.constant(minMessageBytes), fc.integer({ min: minMessageBytes, max: 2_000 }))

suite('payload', () => {
  test('node:zlib speaks the CRC-32 of the standard: check value of "123456789"', () => {
    assert.equal(crc32('123456789'), 0xcbf43926)
  })

  test('is exactly as long as asked for, in UTF-16 units and in UTF-8 bytes (property)', () => {
    fc.assert(
      fc.property(sizes, sequences, (messageBytes, sequence) => {
        const payload = payloadMaker(messageBytes, 7)(sequence)
        assert.deepEqual([payload.length, Buffer.byteLength(payload)], [messageBytes, messageBytes])
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  test('starts with its sequence in hex, and gives it back (property)', () => {
    fc.assert(
      fc.property(sizes, sequences, (messageBytes, sequence) => {
        const payload = payloadMaker(messageBytes, 7)(sequence)
        assert.equal(payload.slice(0, 8), sequence.toString(16).padStart(8, '0'))
        assert.equal(sequenceOf(payload), sequence)
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  test('the same seed gives the same text, another seed another, and neighbours differ in their padding', () => {
    assert.equal(payloadMaker(256, 7)(3), payloadMaker(256, 7)(3))
    assert.notEqual(payloadMaker(256, 7)(3).slice(16), payloadMaker(256, 8)(3).slice(16))
    assert.notEqual(payloadMaker(256, 7)(3).slice(16), payloadMaker(256, 7)(4).slice(16))
  })

  test('any single changed byte is noticed (property)', () => {
    fc.assert(
      fc.property(sizes, sequences, fc.nat(), fc.integer({ min: 1, max: 127 }), (messageBytes, sequence, place, change) => {
        const bytes = Buffer.from(payloadMaker(messageBytes, 7)(sequence))
        const at = place % bytes.length
        bytes[at] = bytes[at]! ^ change
        assert.equal(sequenceOf(bytes.toString('latin1')), -1, `byte ${at} ^ ${change}`)
      }),
      { seed: 3, numRuns: 3_000 },
    )
  })

  test('every change of every byte of the two hex fields is noticed', () => {
    const payload = payloadMaker(32, 7)(0xabc)
    for (let at = 0; at < minMessageBytes; at++) {
      for (let code = 0; code < 128; code++) {
        if (code === payload.charCodeAt(at)) continue
        const changed = payload.slice(0, at) + String.fromCharCode(code) + payload.slice(at + 1)
        assert.equal(sequenceOf(changed), -1, JSON.stringify(changed))
      }
    }
  })

  test('a text that is cut, extended, empty or foreign is no payload', () => {
    const payload = payloadMaker(64, 7)(5)
    for (const text of ['', 'x', payload.slice(0, -1), payload.slice(1), `${payload}x`, 'hello, this is no payload at all'])
      assert.equal(sequenceOf(text), -1, text)
  })
})
