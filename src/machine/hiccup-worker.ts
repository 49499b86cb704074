import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { nowUs } from '../core/clock.ts'
import type { HiccupReading } from './hiccup-meter.ts'
import type { WindowRequest } from '../core/control.ts'
import { stallFigures } from '../core/process-meter.ts'
import { usPerMs } from '../core/units.ts'

/**
 * One thread of the hiccup meter, bound to one processor: it sleeps, and records by how much it woke too late (jHiccup).
 * It blocks on a word that is never written, so that only the kernel wakes it and no event loop is involved.
 */

/** 1 ms would cost 2 % of each processor on a virtual machine, 10 ms cost 0.3 %; a stall of 20 ms is then read as 10 ms at least. */
const periodMs = 10

const { cpu } = workerData as { cpu: number }
const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
const thread = readlinkSync('/proc/thread-self').split('/').at(-1)!
const isBound = spawnSync('taskset', ['-cp', String(cpu), thread], { stdio: 'ignore' }).status === 0

parentPort!.on('message', ({ fromAtUs, untilAtUs }: WindowRequest) => {
  sleepUntilUs(fromAtUs)
  const intervalsUs: number[] = []
  for (let atUs = Math.max(fromAtUs, nowUs() - periodMs * usPerMs); atUs < untilAtUs;) {
    Atomics.wait(word, 0, 0, periodMs)
    const wokeAtUs = nowUs()
    intervalsUs.push(wokeAtUs - atUs)
    atUs = wokeAtUs
  }
  const { maxUs, p99Us } = stallFigures(intervalsUs, periodMs * usPerMs)
  parentPort!.postMessage({ cpu, maxUs, p99Us } satisfies HiccupReading)
})
parentPort!.postMessage({ isBound })

function sleepUntilUs(atUs: number): void {
  for (let leftUs = atUs - nowUs(); leftUs > 0; leftUs = atUs - nowUs()) Atomics.wait(word, 0, 0, Math.ceil(leftUs / usPerMs))
}
