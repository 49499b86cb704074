import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { answerControl } from '../core/control.ts'
import type { HiccupControl, HiccupReading } from './hiccup-meter.ts'

/** Process entry: the hiccup meter, one bound thread for each processor that the trial uses. */
let workers: Worker[] = []
let readings: Promise<HiccupReading[]> = Promise.resolve([])

/** The next word of each worker. */
async function answers<Answer>(): Promise<Answer[]> {
  return Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [Answer])[0]))
}

const control: HiccupControl = {
  async start({ cpus }) {
    workers = cpus.map((cpu) => new Worker(new URL('./hiccup-worker.js', import.meta.url), { workerData: { cpu } }))
    return (await answers<{ isBound: boolean }>()).every(({ isBound }) => isBound)
  },
  window(order) {
    readings = answers<HiccupReading>()
    for (const worker of workers) worker.postMessage(order)
  },
  report: () => readings,
}
answerControl(control)
