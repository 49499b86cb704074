import type { PublishedMessage } from '../../src/core/wire.ts'
import { beforeLog, planned, type PlantDefect } from './plant.ts'

/**
 * Defects that touch every n-th message, n = `every`: the sequences whose remainder is given here. Remainders lie apart,
 * so that all four may be planted together and each keeps its exact count. The server's cursors count what reaches its log:
 * dropped and duplicated messages cancel out before the flipped one, whose pair the ledger knows by its cursor alone.
 */
const remainders = { drop: 1, duplicate: 3, flip: 5, swap: 7 } as const

function everyNth(remainder: number, act: (message: PublishedMessage, forward: (message: PublishedMessage) => void) => void): PlantDefect {
  return (_app, { log }, plan) => {
    const every = planned(plan, 'every')
    beforeLog(log, (message, sequence, forward) => {
      if (sequence % every === remainder) act(message, forward)
      else forward(message)
    })
  }
}

/** Exchanges every n-th message with the one that follows it. */
const swap: PlantDefect = (_app, { log }, plan) => {
  const every = planned(plan, 'every')
  let held: PublishedMessage | undefined
  beforeLog(log, (message, sequence, forward) => {
    if (sequence % every === remainders.swap) {
      held = message
      return
    }
    forward(message)
    if (held !== undefined) forward(held)
    held = undefined
  })
}

/** Holds back every hundredth message. */
const delay: PlantDefect = (_app, { log }, plan) => {
  const delayMs = planned(plan, 'delayMs')
  beforeLog(log, (message, sequence, forward) => {
    if (sequence % 100 === 0) setTimeout(() => forward(message), delayMs)
    else forward(message)
  })
}

/** Lets messages go in batches only. */
const coalesce: PlantDefect = (app, { log }, plan) => {
  let waiting: (() => void)[] = []
  beforeLog(log, (message, _sequence, forward) => waiting.push(() => forward(message)))
  const timer = setInterval(
    () => {
      const batch = waiting
      waiting = []
      for (const release of batch) release()
    },
    planned(plan, 'batchMs'),
  )
  app.addHook('preClose', (done) => {
    clearInterval(timer)
    done()
  })
}

/** Defects of what is delivered, planted between ingest and the message log, so that they are the same for all transports. */
export const logDefects: Readonly<Record<string, PlantDefect>> = {
  drop: everyNth(remainders.drop, () => undefined),
  duplicate: everyNth(remainders.duplicate, (message, forward) => {
    forward(message)
    forward(message)
  }),
  flip: everyNth(remainders.flip, ({ channel, data }, forward) => {
    const last = data.at(-1) === 'A' ? 'B' : 'A'
    forward({ channel, data: data.slice(0, -1) + last })
  }),
  swap,
  delay,
  coalesce,
}
