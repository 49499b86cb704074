import { fileURLToPath } from 'node:url'
import type { Transport, TransportTraits } from '../core/transport.ts'
import type { z } from 'zod'
import { longPollOptions, shortPollOptions, sseOptions, websocketOptions } from './transport-options.ts'

function transport(id: string, options: z.ZodObject, traits: TransportTraits): Transport {
  return {
    id,
    options,
    traits,
    serverUrl: new URL(`../../servers/${id}.js`, import.meta.url).href,
    clientUrl: new URL(`../../clients/${id}.js`, import.meta.url).href,
  }
}

/** Every transport that the harness knows: one server file, one client file, one line here. */
export const registry: readonly Transport[] = [
  transport('short-poll', shortPollOptions, {
    title: 'Short polling',
    protocol: 'HTTP GET',
    direction: 'client asks',
    proxies: 'plain HTTP requests: passes',
    fits: 'infrequent updates',
    fitsAi: 'none',
    dependencies: [],
    holds: false,
  }),
  transport('long-poll', longPollOptions, {
    title: 'Long polling',
    protocol: 'HTTP GET, held',
    direction: 'client asks',
    proxies: 'plain HTTP; idle limits must exceed the hold time',
    fits: 'notifications, activity streams, job status',
    fitsAi: 'job completion, status',
    dependencies: [],
    holds: true,
  }),
  transport('sse', sseOptions, {
    title: 'SSE',
    protocol: 'HTTP, text/event-stream',
    direction: 'server to client',
    proxies: 'plain HTTP; response buffering must be off',
    fits: 'news feeds, tickers, logs, notifications',
    fitsAi: 'streaming output, continuous updates',
    dependencies: ['eventsource-parser'],
    holds: true,
  }),
  transport('websocket', websocketOptions, {
    title: 'WebSocket',
    protocol: 'WebSocket after an HTTP handshake',
    direction: 'both ways',
    proxies: 'needs Upgrade passed on; idle limits apply',
    fits: 'chat, games, collaborative editing, dashboards',
    fitsAi: 'streaming output, interactive chat',
    dependencies: ['ws'],
    holds: true,
  }),
]

/** Entry modules of the processes that host the two halves of a transport. The probe host is a client host with little to do. */
export const hostModules = {
  server: fileURLToPath(new URL('../../servers/host.js', import.meta.url)),
  clients: fileURLToPath(new URL('../../clients/host.js', import.meta.url)),
  probes: fileURLToPath(new URL('../../clients/host.js', import.meta.url)),
} as const

/** The transport of this id; the scenario schema has already refused any other. */
export function transportOf(id: string): Transport {
  return registry.find((entry) => entry.id === id)!
}
