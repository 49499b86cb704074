import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { countedCopies, MessageLog, type ChannelLog, type Listener, type LoggedMessage } from '../../servers/message-log.ts'
import { endMarker } from '../../src/core/payload.ts'
import { messageLine, pollBody, type WireGap } from '../../src/core/wire.ts'

function fill(log: MessageLog, channel: string, count: number): void {
  for (let index = 1; index <= count; index++) log.publish([{ channel, data: `${channel}${index}` }])
}

const positionsOf = (messages: readonly LoggedMessage[]): number[] => messages.map(({ position }) => position)

/** Sizes of the gaps before what is kept after a position. */
const gapsOf = (channel: ChannelLog, after: number): (number | null)[] =>
  channel.since(after).gaps.map(({ line }) => (JSON.parse(line) as WireGap).gap)

suite('MessageLog', () => {
  test('counts 1, 2, 3 … per channel, behind the epoch of the log', () => {
    const log = new MessageLog({ epoch: 'abcd' })
    log.publish([
      { channel: 'a', data: 'x' },
      { channel: 'b', data: 'y' },
      { channel: 'a', data: 'z' },
    ])
    assert.deepEqual(positionsOf(log.channel('a').since(0).messages), [1, 2])
    assert.deepEqual(positionsOf(log.channel('b').since(0).messages), [1])
    assert.equal(log.channel('a').since(0).messages[1]!.line, '{"cursor":"abcd-2","data":"z"}')
  })

  test('returns what is after a position, and nothing to one that is up to date', () => {
    const log = new MessageLog()
    fill(log, 'a', 5)
    const channel = log.channel('a')
    assert.deepEqual([channel.hasAfter(3), positionsOf(channel.since(3).messages), gapsOf(channel, 3)], [true, [4, 5], []])
    assert.deepEqual([channel.hasAfter(5), channel.since(5)], [false, { gaps: [], messages: [] }])
  })

  test('an empty channel has nothing for a reader that has read nothing', () => {
    const channel = new MessageLog().channel('a')
    const at = channel.positionOf(undefined)
    assert.deepEqual([at, channel.hasAfter(at), channel.since(at)], [0, false, { gaps: [], messages: [] }])
  })

  for (const [which, epoch, position] of [
    ['of a log of before, which it has not reached', 'efgh', 50],
    ['of a log of before, which it has passed', 'efgh', 1],
    ['of a log of before, as far as it is itself', 'efgh', 3],
    ['of a log of before that gave nothing yet', 'efgh', 0],
    ['that it never gave', 'abcd', 4],
  ] as const) {
    test(`a cursor ${which} is answered with a gap of unknown size and all that is kept`, () => {
      const log = new MessageLog({ epoch: 'abcd' })
      fill(log, 'a', 3)
      const channel = log.channel('a')
      const at = channel.positionOf({ epoch, position })
      assert.deepEqual([channel.hasAfter(at), positionsOf(channel.since(at).messages), gapsOf(channel, at)], [true, [1, 2, 3], [null]])
      assert.equal(channel.since(at).gaps[0]!.line, '{"cursor":"abcd-0","gap":null}')
    })
  }

  test('each fresh log draws an epoch of its own', () => {
    const lineOf = (log: MessageLog): string => {
      fill(log, 'a', 1)
      return log.channel('a').since(0).messages[0]!.line
    }
    assert.notEqual(lineOf(new MessageLog()), lineOf(new MessageLog()))
  })

  test('keeps a bounded window, and reports the exact size of the gap before it', () => {
    const log = new MessageLog({ keptCount: 10 })
    fill(log, 'a', 35)
    const channel = log.channel('a')
    // 26 … 35 are kept.
    assert.deepEqual(
      [gapsOf(channel, 0), positionsOf(channel.since(0).messages)],
      [[25], Array.from({ length: 10 }, (_, index) => 26 + index)],
    )
    assert.deepEqual(
      [24, 25, 26].map((after) => gapsOf(channel, after)),
      [[1], [], []],
    )
    assert.deepEqual(positionsOf(channel.since(33).messages), [34, 35])
  })

  test('the bound on bytes holds as well, and the newest message is kept whatever its size', () => {
    const lineBytes = messageLine('abcd-1', 'x'.repeat(78)).length
    assert.equal(lineBytes, 107)
    const log = new MessageLog({ keptBytes: 350 })
    for (let index = 0; index < 5; index++) log.publish([{ channel: 'a', data: 'x'.repeat(78) }])
    assert.deepEqual(positionsOf(log.channel('a').since(0).messages), [3, 4, 5])
    log.publish([{ channel: 'a', data: 'x'.repeat(1_000) }])
    assert.deepEqual([positionsOf(log.channel('a').since(0).messages), gapsOf(log.channel('a'), 0)], [[6], [5]])
  })

  test('agrees with a list that keeps everything, for any window, count and cursor (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }), (keptCount, count, after) => {
        const log = new MessageLog({ keptCount, epoch: 'abcd' })
        log.publish(Array.from({ length: count }, () => ({ channel: 'a', data: '' })))
        const channel = log.channel('a')
        const isKnown = after <= count
        const at = channel.positionOf({ epoch: 'abcd', position: after })
        const from = isKnown ? after : 0
        const all = Array.from({ length: count - from }, (_, index) => from + 1 + index)
        const gone = Math.max(0, all.length - keptCount)
        assert.deepEqual(positionsOf(channel.since(at).messages), all.slice(gone))
        assert.deepEqual(gapsOf(channel, at), [...(isKnown ? [] : [null]), ...(gone > 0 ? [gone] : [])])
        assert.equal(channel.hasAfter(at), all.length > 0 || !isKnown)
      }),
      { seed: 1, numRuns: 100 },
    )
  })

  test('keeps the burst of 10,000 messages that a scenario may ask for', () => {
    const log = new MessageLog()
    log.publish(Array.from({ length: 10_000 }, () => ({ channel: 'a', data: 'x'.repeat(256) })))
    assert.deepEqual([gapsOf(log.channel('a'), 0), log.channel('a').since(0).messages.length], [[], 10_000])
  })

  test('notifies each channel once per turn, with all its new messages in order', async () => {
    const log = new MessageLog()
    const told: [string, number[]][] = []
    for (const name of ['a', 'b'])
      log.channel(name).addListener({ onMessages: (messages) => told.push([name, positionsOf(messages)]), onError: () => undefined })
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

  test('whoever looks up a channel finds its listeners notified: nothing falls between reading the log and listening to it', () => {
    const log = new MessageLog()
    const told: number[] = []
    log.channel('a').addListener({ onMessages: (messages) => told.push(...positionsOf(messages)), onError: () => undefined })
    log.publish([{ channel: 'a', data: '1' }])
    log.channel('a')
    assert.deepEqual(told, [1])
  })

  test('a listener that throws gets its error, and does not keep the message from the others', async () => {
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
    channel.addListener({ onMessages: (messages) => told.push(...positionsOf(messages)), onError: () => undefined })
    log.publish([{ channel: 'a', data: 'x' }])
    await nextTurn()
    assert.deepEqual(told, [fault, 1])
  })

  test('the body of a poll holds the lines as they are, with a gap first, and is right for each cursor in turn', () => {
    const log = new MessageLog({ keptCount: 2, epoch: 'abcd' })
    fill(log, 'a', 3)
    const channel = log.channel('a')
    const [two, three] = [messageLine('abcd-2', 'a2'), messageLine('abcd-3', 'a3')]
    assert.equal(channel.answerAfter(2), `{"cursor":"abcd-3","messages":[${three}]}`)
    assert.equal(channel.answerAfter(0), `{"cursor":"abcd-3","messages":[{"cursor":"abcd-1","gap":1},${two},${three}]}`)
    assert.equal(channel.answerAfter(2), `{"cursor":"abcd-3","messages":[${three}]}`)
    fill(log, 'a', 1)
    assert.equal(channel.answerAfter(2), `{"cursor":"abcd-4","messages":[${three},${messageLine('abcd-4', 'a1')}]}`)
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
    const { gaps, messages } = log.channel('a').since(0)
    assert.deepEqual([gaps, positionsOf(messages)], [[], [1, 2, 3, 4, 5, 6, 7]])
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
    const log = new MessageLog({ epoch: 'abcd' })
    for (let number = 0; number < 20_000; number++) {
      const channel = log.channel(`unknown ${number}`)
      assert.deepEqual([channel.hasAfter(0), channel.since(0).messages.length, channel.answerAfter(0)], [false, 0, pollBody('abcd-0', [])])
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

  test('a channel with a message stays when its last listener has gone, and so does its count', () => {
    const log = new MessageLog()
    const only = listener()
    log.channel('a').addListener(only)
    fill(log, 'a', 3)
    log.channel('a').removeListener(only)
    assert.deepEqual([log.channelCount, log.channel('a').position], [1, 3])
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
    assert.deepEqual(positionsOf(log.channel('a').since(0).messages), [1])
  })

  test('who listens to what it asked for long ago is refused, and gets no channel beside the real one', () => {
    const log = new MessageLog()
    const stale = log.channel('a')
    fill(log, 'a', 1)
    assert.throws(() => stale.addListener(listener()), /ERR_HARNESS: log: channel "a" was asked for in an earlier turn/)
    assert.deepEqual(positionsOf(log.channel('a').since(0).messages), [1])
  })
})

suite('MessageLog with a batch window', () => {
  const heard = (log: MessageLog): number[][] => {
    const batches: number[][] = []
    log.channel('a').addListener({
      onMessages: (messages) => void batches.push(positionsOf(messages)),
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
    assert.deepEqual([batches, positionsOf(log.channel('a').since(0).messages)], [[[1, 2, 3]], [1, 2, 3]])
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

  test('ends at once when the server stops, or lets clients in after a restart', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const log = new MessageLog({ batchWindowMs: 60_000 })
    fill(log, 'a', 2)
    log.flush()
    assert.deepEqual(positionsOf(log.channel('a').since(0).messages), [1, 2])
    // The next window is a whole one: the end of the first does not cut it short.
    t.mock.timers.tick(30_000)
    fill(log, 'a', 1)
    t.mock.timers.tick(59_999)
    assert.equal(log.channel('a').position, 2)
    t.mock.timers.tick(1)
    assert.equal(log.channel('a').position, 3)
  })
})
