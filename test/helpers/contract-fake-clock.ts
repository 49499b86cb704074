import { mock, type Mock } from 'node:test'

const nsPerMs = 1_000_000n

export interface FakeClock {
  /** Moves the clock and fires what comes due, 1 ms at a time. */
  advance(ms: number): void
  restore(): void
}

/** Makes the monotonic clock tell what `readNs` gives, until the mock is restored. */
export function fakeNow(readNs: () => bigint): Mock<() => bigint> {
  // oxlint-disable-next-line no-restricted-properties -- the fake takes the place of what src/core/clock.ts reads
  return mock.method(process.hrtime, 'bigint', readNs)
}

/** Puts a fake in place of the monotonic clock and of Node's timers; both start at `startMs`. */
export function fakeClock(startMs = 1_000_000): FakeClock {
  let nowNs = BigInt(startMs) * nsPerMs
  const clock = fakeNow(() => nowNs)
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  return {
    advance(ms) {
      for (let passed = 0; passed < ms; passed++) {
        nowNs += nsPerMs
        mock.timers.tick(1)
      }
    },
    restore() {
      clock.mock.restore()
      mock.timers.reset()
    },
  }
}
