import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  corruptedFlag,
  DeliveryColumns,
  DeliveryRecorder,
  readDeliveries,
  renumberDeliveries,
  type DeliveryRecord,
} from '../../src/core/recorder.ts'

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const record = fc.record(
  { message: uint32, client: uint32, receivedAtUs: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) },
  { noNullPrototype: true },
)

suite('DeliveryRecorder', () => {
  test('brings records back in order, at 16 bytes each (property)', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 50 }), (records) => {
        const recorder = new DeliveryRecorder()
        for (const { message, client, receivedAtUs } of records) recorder.add(message, client, receivedAtUs)
        assert.deepEqual([recorder.count, recorder.bytes().byteLength], [records.length, 16 * records.length])
        assert.deepEqual([...readDeliveries(recorder.bytes())], records)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('the layout is that of deliveries.bin: message, client, instant, little-endian', () => {
    const recorder = new DeliveryRecorder()
    recorder.add(0x01020304, 5, 1.5)
    assert.equal(Buffer.from(recorder.bytes()).toString('hex'), '0403020105000000000000000000f83f')
  })

  for (const count of [65_535, 65_536, 65_537, 131_072, 140_000]) {
    test(`keeps all of ${count} records, across its chunks of 65,536`, () => {
      const recorder = new DeliveryRecorder()
      for (let index = 0; index < count; index++) recorder.add(index, index % 7, index * 3)
      assert.equal(recorder.count, count)
      let index = 0
      for (const read of readDeliveries(recorder.bytes())) {
        if (read.message !== index || read.client !== index % 7 || read.receivedAtUs !== index * 3)
          assert.fail(`record ${index}: ${JSON.stringify(read)}`)
        index++
      }
      assert.equal(index, count)
    })
  }

  test('is empty at first, and reading may begin at any offset of a larger buffer', () => {
    assert.deepEqual(
      [new DeliveryRecorder().count, new DeliveryRecorder().bytes().byteLength, [...readDeliveries(new Uint8Array(0))]],
      [0, 0, []],
    )
    const recorder = new DeliveryRecorder()
    recorder.add(9, 8, 7)
    const larger = new Uint8Array(21)
    larger.set(recorder.bytes(), 5)
    const expected: DeliveryRecord = { message: 9, client: 8, receivedAtUs: 7 }
    assert.deepEqual([...readDeliveries(larger.subarray(5))], [expected])
  })

  test('a block that ends within a record is refused', () => {
    assert.throws(() => new DeliveryColumns(new Uint8Array(17)), { code: 'ERR_LEDGER' })
    assert.throws(() => [...readDeliveries(new Uint8Array(8))], { code: 'ERR_LEDGER' })
  })

  test('intact messages get other numbers in a block of their own, and corrupted ones keep their cursor', () => {
    const recorder = new DeliveryRecorder()
    recorder.add(3, 1, 10)
    recorder.add((corruptedFlag | 3) >>> 0, 2, 20)
    const before = recorder.bytes()
    const after = [...readDeliveries(renumberDeliveries(before, (message) => message + 40))]
    assert.deepEqual(after, [
      { message: 43, client: 1, receivedAtUs: 10 },
      { message: (corruptedFlag | 3) >>> 0, client: 2, receivedAtUs: 20 },
    ])
    assert.equal([...readDeliveries(before)][0]!.message, 3)
  })

  test('a corrupted delivery keeps the cursor beside the flag', () => {
    const recorder = new DeliveryRecorder()
    recorder.add((corruptedFlag | 17) >>> 0, 3, 1)
    const [read] = readDeliveries(recorder.bytes())
    assert.deepEqual([read!.message >= corruptedFlag, read!.message - corruptedFlag], [true, 17])
  })
})
