import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Heartbeat } from '../../servers/heartbeat.ts'
import { fakeClock } from '../helpers/contract-fake-clock.ts'

function withHeartbeat(
  intervalMs: number,
  run: (heart: Heartbeat<number>, beats: Map<number, number>, advance: (ms: number) => void, perTick: number[]) => void,
): void {
  const clock = fakeClock()
  const beats = new Map<number, number>()
  const perTick: number[] = []
  let inTick = 0
  const heart = new Heartbeat<number>(intervalMs, (member) => {
    beats.set(member, (beats.get(member) ?? 0) + 1)
    inTick++
  })
  const advance = (ms: number): void => {
    for (let passed = 0; passed < ms; passed++) {
      inTick = 0
      clock.advance(1)
      if (inTick > 0) perTick.push(inTick)
    }
  }
  try {
    run(heart, beats, advance, perTick)
  } finally {
    heart.stop()
    clock.restore()
  }
}

suite('Heartbeat', () => {
  for (const intervalMs of [50, 100, 1_000, 15_000]) {
    test(`beats each of 100 members once per interval of ${intervalMs} ms`, () => {
      withHeartbeat(intervalMs, (heart, beats, advance) => {
        for (let member = 0; member < 100; member++) heart.add(member)
        advance(intervalMs)
        assert.deepEqual([beats.size, new Set(beats.values())], [100, new Set([1])])
        advance(2 * intervalMs)
        assert.deepEqual(new Set(beats.values()), new Set([3]))
      })
    })
  }

  test('spreads 1,000 members over its slots evenly: 50 beats of 20 in 15 s', () => {
    withHeartbeat(15_000, (heart, _beats, advance, perTick) => {
      for (let member = 0; member < 1_000; member++) heart.add(member)
      advance(15_000)
      assert.deepEqual(perTick, new Array(50).fill(20))
    })
  })

  test('a member that joins waits at most one interval, and one that leaves is not beaten again', () => {
    withHeartbeat(1_000, (heart, beats, advance) => {
      advance(370)
      heart.add(7)
      advance(1_000)
      assert.equal(beats.get(7), 1)
      heart.delete(7)
      heart.delete(7)
      advance(3_000)
      assert.equal(beats.get(7), 1)
      assert.deepEqual([...heart.members()], [])
    })
  })

  test('a sendHeartbeat may remove its member and others', () => {
    const clock = fakeClock()
    const beaten: number[] = []
    const heart = new Heartbeat<number>(50, (member) => {
      beaten.push(member)
      heart.delete(member)
      if (member === 1) heart.delete(2)
    })
    for (const member of [1, 2, 3]) heart.add(member)
    clock.advance(200)
    heart.stop()
    clock.restore()
    assert.deepEqual(beaten, [1, 3])
  })

  test('sends nothing once stopped, and still knows its members', () => {
    withHeartbeat(100, (heart, beats, advance) => {
      heart.add(1)
      heart.stop()
      advance(1_000)
      assert.deepEqual([beats.size, [...heart.members()]], [0, [1]])
    })
  })
})
