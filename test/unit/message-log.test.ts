import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { countedCopies, MessageLog, type Listener, type LoggedMessage } from '../../servers/message-log.ts'
import { endMarker } from '../../src/core/payload.ts'
import { messageLine, pollBody } from '../../src/core/wire.ts'

function fill(log: MessageLog, channel: string, count: number): void {
  for (let index = 1; index <= count; index++) log.publish([{ channel, data: `${channel}${index}` }])
}

const cursorsOf = (messages: readonly LoggedMessage[]): number[] => messages.map((message) => message.cursor)

suite('MessageLog', () => {
  test('counts cursors 1, 2, 3 … per channel', () => {
    const log = new MessageLog()
    log.publish([
      { channel: 'a', data: 'x' },
      { channel: 'b', data: 'y' },
      { channel: 'a', data: 'z' },
    ])
    assert.deepEqual(cursorsOf(log.channel('a').since(0).messages), [1, 2])
    assert.deepEqual(cursorsOf(log.channel('b').since(0).messages), [1])
    assert.equal(log.channel('a').since(0).messages[1]!.line, '{"cursor":2,"data":"z"}')
  })

  test('tells what is after a cursor, and nothing to one that is up to date', () => {
    const log = new MessageLog()
    fill(log, 'a', 5)
    const channel = log.channel('a')
    assert.deepEqual([channel.hasAfter(3), cursorsOf(channel.since(3).messages), channel.since(3).gapCount], [true, [4, 5], 0])
    assert.deepEqual([channel.hasAfter(5), channel.since(5)], [false, { gapCount: 0, messages: [] }])
  })

  test('an empty channel has nothing to tell to any cursor', () => {
    const channel = new MessageLog().channel('a')
    for (const after of [0, 1, 99])
      assert.deepEqual([channel.hasAfter(after), channel.since(after)], [false, { gapCount: 0, messages: [] }])
  })

  test('a cursor from before a restart is answered with all that is kept', () => {
    const log = new MessageLog()
    fill(log, 'a', 3)
    assert.deepEqual(
      [log.channel('a').hasAfter(50), cursorsOf(log.channel('a').since(50).messages), log.channel('a').since(50).gapCount],
      [true, [1, 2, 3], 0],
    )
  })

  test('keeps a bounded window, and tells the exact size of the gap before it', () => {
    const log = new MessageLog({ keptCount: 10 })
    fill(log, 'a', 35)
    const channel = log.channel('a')
    // 26 … 35 are kept.
    assert.deepEqual(
      [channel.since(0).gapCount, cursorsOf(channel.since(0).messages)],
      [25, Array.from({ length: 10 }, (_, index) => 26 + index)],
    )
    assert.deepEqual([channel.since(24).gapCount, channel.since(25).gapCount, channel.since(26).gapCount], [1, 0, 0])
    assert.deepEqual(cursorsOf(channel.since(33).messages), [34, 35])
  })

  test('the bound on bytes holds as well, and the newest message is kept whatever its size', () => {
    const lineBytes = messageLine(1, 'x'.repeat(78)).length
    assert.equal(lineBytes, 100)
    const log = new MessageLog({ keptBytes: 350 })
    for (let index = 0; index < 5; index++) log.publish([{ channel: 'a', data: 'x'.repeat(78) }])
    assert.deepEqual(cursorsOf(log.channel('a').since(0).messages), [3, 4, 5])
    log.publish([{ channel: 'a', data: 'x'.repeat(1_000) }])
    assert.deepEqual([cursorsOf(log.channel('a').since(0).messages), log.channel('a').since(0).gapCount], [[6], 5])
  })

  test('agrees with a list that keeps everything, for any window, count and cursor (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }), (keptCount, count, after) => {
        const log = new MessageLog({ keptCount })
        log.publish(Array.from({ length: count }, () => ({ channel: 'a', data: '' })))
        const from = after > count ? 0 : after
        const all = Array.from({ length: count - from }, (_, index) => from + 1 + index)
        const { gapCount, messages } = log.channel('a').since(after)
        assert.deepEqual(cursorsOf(messages), all.slice(Math.max(0, all.length - keptCount)))
        assert.equal(gapCount, Math.max(0, all.length - keptCount))
        assert.equal(log.channel('a').hasAfter(after), all.length > 0)
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  test('keeps the burst of 10,000 messages that a scenario may ask for', () => {
    const log = new MessageLog()
    log.publish(Array.from({ length: 10_000 }, () => ({ channel: 'a', data: 'x'.repeat(256) })))
    assert.deepEqual([log.channel('a').since(0).gapCount, log.channel('a').since(0).messages.length], [0, 10_000])
  })

  test('tells each channel once per turn, with all its new messages in order', async () => {
    const log = new MessageLog()
    const told: [string, number[]][] = []
    for (const name of ['a', 'b'])
      log.channel(name).addListener({ onMessages: (messages) => told.push([name, cursorsOf(messages)]), onError: () => undefined })
    log.publish([
      { channel: 'a', data: '1' },
      { channel: 'b', data: '2' },
    ])
    log.publish([{ channel: 'a', data: '3' }])
    assert.deepEqual(told, [])
    await nextTurn()
    assert.deepEqual(told, [
      ['a', [1, 2]],
      ['b', [1]],
    ])
  })

  test('who looks at a channel finds its listeners told: nothing falls between reading the log and listening to it', () => {
    const log = new MessageLog()
    const told: number[] = []
    log.channel('a').addListener({ onMessages: (messages) => told.push(...cursorsOf(messages)), onError: () => undefined })
    log.publish([{ channel: 'a', data: '1' }])
    log.channel('a')
    assert.deepEqual(told, [1])
  })

  test('a listener that throws is told so, and does not keep the message from the others', async () => {
    const log = new MessageLog()
    const told: unknown[] = []
    const fault = new Error('planted')
    const bad: Listener = {
      onMessages: () => {
        throw fault
      },
      onError: (thrown) => told.push(thrown),
    }
    const channel = log.channel('a')
    channel.addListener(bad)
    channel.addListener({ onMessages: (messages) => told.push(...cursorsOf(messages)), onError: () => undefined })
    log.publish([{ channel: 'a', data: 'x' }])
    await nextTurn()
    assert.deepEqual(told, [fault, 1])
  })

  test('the body of a poll holds the lines as they are, with a gap first, and is right for each cursor in turn', () => {
    const log = new MessageLog({ keptCount: 2 })
    fill(log, 'a', 3)
    const channel = log.channel('a')
    const [two, three] = [messageLine(2, 'a2'), messageLine(3, 'a3')]
    assert.equal(channel.answerAfter(2), `{"cursor":3,"messages":[${three}]}`)
    assert.equal(channel.answerAfter(0), `{"cursor":3,"messages":[{"gap":1},${two},${three}]}`)
    assert.equal(channel.answerAfter(2), `{"cursor":3,"messages":[${three}]}`)
    fill(log, 'a', 1)
    assert.equal(channel.answerAfter(2), `{"cursor":4,"messages":[${three},${messageLine(4, 'a1')}]}`)
  })

  test('the body is made once for all who ask for the same', () => {
    const log = new MessageLog()
    fill(log, 'a', 2)
    const first = log.channel('a').since(0).messages[0]!
    assert.equal(log.channel('a').since(0).messages[0], first)
    assert.equal(log.channel('a'), log.channel('a'))
  })
})

suite('MessageLog and the end marker of a trial', () => {
  test('delivers it as any message, and lets it drive nothing out', () => {
    const log = new MessageLog({ keptCount: 3 })
    fill(log, 'a', 3)
    for (let round = 0; round < 4; round++) log.publish([{ channel: 'a', data: endMarker }])
    const { gapCount, messages } = log.channel('a').since(0)
    assert.deepEqual([gapCount, cursorsOf(messages)], [0, [1, 2, 3, 4, 5, 6, 7]])
    assert.equal(countedCopies(log.channel('a'), messages), 3)
    assert.deepEqual(log.goneCounts(), {})
  })

  test('says how many messages have left each window', () => {
    const log = new MessageLog({ keptCount: 3 })
    fill(log, 'a', 5)
    fill(log, 'b', 3)
    fill(log, 'c', 4)
    assert.deepEqual(log.goneCounts(), { a: 2, c: 1 })
  })
})

suite('channels that nobody uses', () => {
  const listener = (): Listener => ({ onMessages: () => undefined, onError: () => undefined })

  test('reading a channel keeps nothing, however many names are read', () => {
    const log = new MessageLog()
    for (let number = 0; number < 20_000; number++) {
      const channel = log.channel(`unknown ${number}`)
      assert.deepEqual([channel.hasAfter(0), channel.since(0).messages.length, channel.answerAfter(0)], [false, 0, pollBody(0, [])])
    }
    assert.equal(log.channelCount, 0)
  })

  test('an empty channel is kept while somebody listens, and let go with the last', () => {
    const log = new MessageLog()
    const [first, second] = [listener(), listener()]
    log.channel('a').addListener(first)
    log.channel('a').addListener(second)
    assert.deepEqual([log.channelCount, log.channel('a').listeners.size], [1, 2])
    log.channel('a').removeListener(first)
    assert.equal(log.channelCount, 1)
    log.channel('a').removeListener(second)
    assert.equal(log.channelCount, 0)
  })

  test('a channel with a message stays when its last listener has gone, and so does its cursor', () => {
    const log = new MessageLog()
    const only = listener()
    log.channel('a').addListener(only)
    fill(log, 'a', 3)
    log.channel('a').removeListener(only)
    assert.deepEqual([log.channelCount, log.channel('a').cursor], [1, 3])
  })

  test('who left and leaves again takes no channel from those who came meanwhile', () => {
    const log = new MessageLog()
    const [gone, here] = [listener(), listener()]
    const before = log.channel('a')
    before.addListener(gone)
    before.removeListener(gone)
    log.channel('a').addListener(here)
    before.removeListener(gone)
    assert.deepEqual([log.channelCount, log.channel('a').listeners.has(here)], [1, true])
  })

  test('a message published to a channel that was only read is there for the next reader', () => {
    const log = new MessageLog()
    assert.equal(log.channel('a').hasAfter(0), false)
    fill(log, 'a', 1)
    assert.deepEqual(cursorsOf(log.channel('a').since(0).messages), [1])
  })

  test('who listens to what it asked for long ago is refused, and gets no channel beside the real one', () => {
    const log = new MessageLog()
    const stale = log.channel('a')
    fill(log, 'a', 1)
    assert.throws(() => stale.addListener(listener()), /ERR_HARNESS: log: channel "a" was asked for in an earlier turn/)
    assert.deepEqual(cursorsOf(log.channel('a').since(0).messages), [1])
  })
})

suite('MessageLog with a batch window', () => {
  const heard = (log: MessageLog): number[][] => {
    const batches: number[][] = []
    log.channel('a').addListener({
      onMessages: (messages) => void batches.push(cursorsOf(messages)),
      onError: (fault) => assert.fail(String(fault)),
    })
    return batches
  }

  test('keeps from everybody what comes within the window, and hands it over as one batch', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const log = new MessageLog({ batchWindowMs: 50 })
    const batches = heard(log)
    fill(log, 'a', 2)
    t.mock.timers.tick(49)
    fill(log, 'a', 1)
    await nextTurn()
    assert.deepEqual([batches, log.channel('a').since(0).messages.length, log.channel('a').hasAfter(0)], [[], 0, false])
    t.mock.timers.tick(1)
    await nextTurn()
    assert.deepEqual([batches, cursorsOf(log.channel('a').since(0).messages)], [[[1, 2, 3]], [1, 2, 3]])
    fill(log, 'a', 1)
    t.mock.timers.tick(50)
    await nextTurn()
    assert.deepEqual(batches, [[1, 2, 3], [4]])
  })

  test('somebody who joins within the window gets the batch once', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const log = new MessageLog({ batchWindowMs: 10 })
    fill(log, 'a', 3)
    const batches = heard(log)
    t.mock.timers.tick(10)
    await nextTurn()
    assert.deepEqual(batches, [[1, 2, 3]])
  })

  test('ends at once when the server stops', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const log = new MessageLog({ batchWindowMs: 60_000 })
    fill(log, 'a', 2)
    log.flush()
    assert.deepEqual(cursorsOf(log.channel('a').since(0).messages), [1, 2])
  })
})
