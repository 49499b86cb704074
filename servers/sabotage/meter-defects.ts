import { openSync, writeFileSync } from 'node:fs'
import { nowUs } from '../../src/core/clock.ts'
import { ChannelLog } from '../message-log.ts'
import { beforeLog, beforeRequest, planned, type PlantDefect } from './plant.ts'

/** Stalls while it handles the message of sequence `freezeAt`. */
const freeze: PlantDefect = (_app, { log }, plan) => {
  const freezeAt = planned(plan, 'freezeAt')
  const freezeUs = planned(plan, 'freezeMs') * 1_000
  beforeLog(log, (message, sequence, forward) => {
    const untilUs = nowUs() + freezeUs
    if (sequence === freezeAt) while (nowUs() < untilUs);
    forward(message)
  })
}

/**
 * Works for `busyUs` before each message: what it adds to a delivery is known (K27). With `afterUs` it works on once the
 * message is notified, so that two servers may do the same work and differ in nothing but when they deliver.
 */
const busy: PlantDefect = (_app, { log }, plan) => {
  const busyUs = planned(plan, 'busyUs')
  const afterUs = plan.has('afterUs') ? planned(plan, 'afterUs') : 0
  beforeLog(log, (message, _sequence, forward) => {
    spinUntil(nowUs() + busyUs)
    forward(message)
    // After the turn in which the log notifies of it.
    if (afterUs > 0) setImmediate(() => spinUntil(nowUs() + afterUs))
  })
}

/**
 * Serves one message at a time and is occupied by each for `serviceUs`, with all that its delivery takes: a queue whose
 * waits are known by Lindley's recursion (K29). Without it a busy server notifies of all messages of a turn at once.
 */
const queue: PlantDefect = (_app, { log }, plan) => {
  const serviceUs = planned(plan, 'serviceUs')
  const waiting: { arrivedAtUs: number; release: () => void }[] = []
  let freeAtUs = 0
  let isServing = false
  const serve = (): void => {
    const next = waiting.shift()
    isServing = next !== undefined
    if (next === undefined) return
    freeAtUs = Math.max(next.arrivedAtUs, freeAtUs) + serviceUs
    spinUntil(freeAtUs)
    next.release()
    // After the turn in which the log notifies of this message.
    setImmediate(serve)
  }
  beforeLog(log, (message, _sequence, forward) => {
    waiting.push({ arrivedAtUs: nowUs(), release: () => forward(message) })
    if (!isServing) {
      isServing = true
      setImmediate(serve)
    }
  })
}

/** Works for `perClientUs` before each client of a message (K31). */
const perClient: PlantDefect = (_app, _context, plan) => {
  const perClientUs = planned(plan, 'perClientUs')
  ChannelLog.prototype.notify = function (messages) {
    for (const listener of this.listeners) {
      spinUntil(nowUs() + perClientUs)
      listener.onMessages(messages)
    }
  }
}

/** Works between two looks at the clock: each look leaves a BigInt, and later messages would pay for their collection. */
function spinUntil(untilUs: number): void {
  for (let sum = 0; nowUs() < untilUs || sum < 0;) for (let step = 0; step < 1_000; step++) sum += step
}

/** Opens a descriptor for every n-th request, n = `every`, and never closes it. */
const leakDescriptor: PlantDefect = (app, _context, plan) => {
  const every = planned(plan, 'every')
  let requestCount = 0
  beforeRequest(app, () => {
    if (++requestCount % every === 0) openSync('/dev/null', 'r')
  })
}

/** Keeps `leakBytes` for every message. */
const leakMemory: PlantDefect = (_app, { log }, plan) => {
  const leakBytes = planned(plan, 'leakBytes')
  const kept: Buffer[] = []
  beforeLog(log, (message, _sequence, forward) => {
    kept.push(Buffer.alloc(leakBytes, kept.length))
    forward(message)
  })
}

/** Makes each message's line `extraBytes` longer, by a field that no reader uses. */
const extraBytes: PlantDefect = (_app, _context, plan) => {
  const padding = 'x'.repeat(planned(plan, 'extraBytes') - ',"pad":""'.length)
  const append = ChannelLog.prototype.append
  ChannelLog.prototype.append = function (data) {
    const message = append.call(this, data)
    return Object.assign(message, { line: `${message.line.slice(0, -1)},"pad":"${padding}"}` })
  }
}

/** Stamps each message when it comes, as a server that measures itself would, and writes the stamps to a file at the end. */
const stamp: PlantDefect = (app, { log }, plan) => {
  const stamps: [sequence: number, atUs: number][] = []
  beforeLog(log, (message, sequence, forward) => {
    stamps.push([sequence, nowUs()])
    forward(message)
  })
  app.addHook('preClose', (done) => {
    writeFileSync(plan.get('stampsFile')!, JSON.stringify(stamps))
    done()
  })
}

/** Defects that a meter must see: latency, loop, descriptors, memory, bytes. */
export const meterDefects: Readonly<Record<string, PlantDefect>> = {
  freeze,
  busy,
  queue,
  perClient,
  leakDescriptor,
  leakMemory,
  extraBytes,
  stamp,
}
