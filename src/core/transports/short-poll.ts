import type { z } from 'zod'
import { durationMs } from '../duration.ts'
import { defineTransport, pollScript, sharedOptions } from '../transport.ts'

export const shortPoll = defineTransport(
  'short-poll',
  {
    pollIntervalMs: durationMs(10).default(2_000).describe('Time between two polls of one client, in ms.'),
    keepAlive: sharedOptions.keepAlive,
  },
  {
    traits: {
      title: 'Short polling',
      protocol: 'HTTP GET',
      direction: 'client asks',
      proxies: 'plain HTTP; passes',
      fits: 'infrequent updates',
      fitsAi: 'none',
      dependencies: [],
      holdsConnection: false,
    },
    isPolled: true,
    opensPerRequest: ({ keepAlive }) => !keepAlive,
    plannedDelayMs: ({ pollIntervalMs }) => pollIntervalMs,
    slotMs: ({ pollIntervalMs }) => pollIntervalMs,
    servedOptions: ['pollIntervalMs'],
    browserScript: ({ pollIntervalMs }) => pollScript(pollIntervalMs),
  },
)

export type ShortPollOptions = z.output<typeof shortPoll.options>
