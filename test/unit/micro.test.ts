import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { operations } from '../../src/micro/framing-operations.ts'
import { PollPipe } from '../../src/micro/poll-pipe.ts'
import { figuresOf } from '../../src/micro/run-micro.ts'
import { checkMicroBenchmark } from '../../src/micro/micro-benchmark.ts'
import { namesOf, openFile } from '../../src/scenario/open-file.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'measure-test-'))
after(() => rmSync(folder, { recursive: true }))

function file(content: object): string {
  const path = join(folder, 'mine.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

suite('framing operations', () => {
  // RFC 6455 §5.2: two bytes of head up to 125, four up to 65,535, ten beyond; four more for the mask.
  for (const [messageBytes, head] of [
    [32, 2],
    [256, 4],
    [65_536, 10],
  ] as const) {
    test(`of ${messageBytes} bytes make as many bytes as the standards say`, () => {
      const bytesOf = new Map(operations(messageBytes).map(({ label, bytes }) => [label, bytes]))
      const line = '{"cursor":"abcd-1","data":""}'.length + messageBytes
      assert.equal(bytesOf.get('line of JSON, encode'), line)
      // id: abcd-1\n, data: …\n and an empty line (WHATWG HTML §9.2.6).
      assert.equal(bytesOf.get('event, encode'), 11 + 6 + line + 2)
      assert.equal(bytesOf.get('frame, server to client'), line + head)
      assert.equal(bytesOf.get('frame and mask, client to server'), line + head + 4)
    })
  }

  test('run without a fault, twice', () => {
    for (const { run } of operations(64)) {
      run()
      run()
    }
  })
})

suite('a poll in memory', () => {
  test('brings the body that the server joins, or nothing', async () => {
    const full = new PollPipe(['{"cursor":"abcd-1","data":"x"}'])
    assert.equal(await full.poll(), '{"cursor":"abcd-1","messages":[{"cursor":"abcd-1","data":"x"}]}')
    const empty = new PollPipe([])
    assert.equal(await empty.poll(), '')
    // The same request; an answer without a body is as long as the other one's headers less what tells of a body.
    assert.equal(full.bytes.up, empty.bytes.up)
    await Promise.all([full.close(), empty.close()])
  })
})

suite('a micro-benchmark', () => {
  test('reports one figure for all rounds', () => {
    const round = (value: number) => [{ label: 'a', group: 'g', unit: 'ns', value }]
    assert.deepEqual(figuresOf([round(5), round(1), round(3)]), [
      { label: 'a', group: 'g', unit: 'ns', values: [5, 1, 3], median: 3, low: 1, high: 5 },
    ])
    assert.deepEqual(figuresOf([]), [])
  })

  test('is distinguished from a scenario by its file', () => {
    assert.deepEqual(namesOf('micro-benchmark'), ['framing-micro', 'http-saturation'])
    assert.equal(openFile('notifications').kind, 'scenario')
    const { quick: _, ...whole } = checkMicroBenchmark(openFile('http-saturation'))
    assert.deepEqual(checkMicroBenchmark(openFile('http-saturation'), true), { ...whole, measuredMs: 2_000, roundCount: 2 })
  })

  test('is refused with its place when it cannot run, in both forms', () => {
    const plain = { title: 'x', question: 'y', measure: 'framing-micro', messageBytes: [64] }
    assert.throws(
      () => checkMicroBenchmark(openFile(file({ ...plain, messageBytes: [8] }))),
      /ERR_SCENARIO_INVALID: .*mine\.json: messageBytes\[0\]: must be a whole number from 32 to 1048576, got 8\./,
    )
    assert.throws(() => checkMicroBenchmark(openFile(file({ ...plain, clientCount: 3 }))), /clientCount: unknown key/)
    assert.throws(
      () => checkMicroBenchmark(openFile(file({ ...plain, quick: { roundCount: 0 } }))),
      /quick\.roundCount: must be a whole number from 1 to 100, got 0\./,
    )
    assert.throws(() => checkMicroBenchmark(openFile(file(plain)), true), /ERR_USAGE: --quick: .*mine\.json has no quick form/)
    assert.throws(() => checkMicroBenchmark(openFile(file({ ...plain, measure: 'framing' }))), /measure: must be/)
    assert.throws(() => loadScenario('framing-micro'), /ERR_SCENARIO_INVALID/)
  })
})
