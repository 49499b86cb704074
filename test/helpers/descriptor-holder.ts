import { openSync } from 'node:fs'
import { answerControl } from '../../src/core/control.ts'
import { nowUs } from '../../src/core/clock.ts'

const tickMs = 1

/** A process that opens descriptors, and sees when its event loop stalls. */
export interface HolderControl {
  open(order: { count: number }): void
  /** Longest time between two ticks of 1 ms in so many ms, in µs. */
  watch(order: { forMs: number }): Promise<number>
}

const control: HolderControl = {
  open: ({ count }) => {
    for (let opened = 0; opened < count; opened++) openSync('/dev/null', 'r')
  },
  watch: ({ forMs }) =>
    new Promise((resolve) => {
      const startedAtUs = nowUs()
      let lastAtUs = startedAtUs
      let longestUs = 0
      const timer = setInterval(() => {
        const atUs = nowUs()
        longestUs = Math.max(longestUs, atUs - lastAtUs)
        lastAtUs = atUs
        if (atUs - startedAtUs < forMs * 1_000) return
        clearInterval(timer)
        resolve(longestUs)
      }, tickMs)
    }),
}
answerControl(control)
