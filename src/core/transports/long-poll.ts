import { z } from 'zod'
import { durationMs } from '../duration.ts'
import { defineTransport, pollScript, sharedOptions } from '../transport.ts'
import { minuteMs } from '../units.ts'

/** Holds that end more often than this are always some of them between two polls. */
const longHoldMs = 1_000

export const longPoll = defineTransport(
  'long-poll',
  {
    holdTimeMs: durationMs(50).default(25_000).describe('Longest time that the server holds an empty poll, in ms.'),
    keepAlive: sharedOptions.keepAlive,
    cursor: z
      .boolean()
      .default(true)
      .describe('False = the naive server, whose clients lose what is published between two of their polls.'),
    repollDelayMs: durationMs(0, minuteMs).default(0).describe('How long a client waits after a response before it polls again, in ms.'),
  },
  {
    traits: {
      title: 'Long polling',
      protocol: 'HTTP GET, held',
      direction: 'client asks',
      proxies: 'plain HTTP; idle timeouts must exceed the hold time',
      fits: 'notifications, activity streams, job status',
      fitsAi: 'job completion, status',
      dependencies: [],
      holdsConnection: true,
    },
    isPolled: true,
    opensPerRequest: ({ keepAlive }) => !keepAlive,
    plannedDelayMs: ({ repollDelayMs }) => repollDelayMs,
    isAlwaysHeld: ({ holdTimeMs, repollDelayMs }) => repollDelayMs === 0 && holdTimeMs >= longHoldMs,
    servedOptions: ['holdTimeMs', 'cursor', 'repollDelayMs'],
    browserScript: ({ repollDelayMs }) => pollScript(repollDelayMs),
  },
)

export type LongPollOptions = z.output<typeof longPoll.options>
