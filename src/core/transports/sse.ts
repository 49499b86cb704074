import { z } from 'zod'
import { defineTransport, heartbeatBeyondTrialMs, sharedOptions } from '../transport.ts'

export const sse = defineTransport(
  'sse',
  {
    heartbeatMs: sharedOptions.heartbeatMs,
    clientBufferBytes: sharedOptions.clientBufferBytes,
    compression: z.boolean().default(false).describe('gzip, flushed after each message.'),
  },
  {
    traits: {
      title: 'SSE',
      protocol: 'HTTP, text/event-stream',
      direction: 'server to client',
      proxies: 'plain HTTP; response buffering must be off',
      fits: 'news feeds, tickers, logs, notifications',
      fitsAi: 'streaming output, continuous updates',
      dependencies: ['eventsource-parser'],
      holdsConnection: true,
    },
    sizedOptions: { clientBufferBytes: 'queue' },
    mayCompress: ({ compression }) => compression,
    withoutHeartbeats: { heartbeatMs: heartbeatBeyondTrialMs },
    servedOptions: ['heartbeatMs', 'clientBufferBytes', 'compression'],
    browserScript: () => `const source = new EventSource(path)
source.onopen = () => tell('open')
source.onerror = () => tell('closed; the browser reconnects')
source.onmessage = ({ data }) => show(data)
source.addEventListener('gap', ({ data }) => show(data))`,
  },
)

export type SseOptions = z.output<typeof sse.options>
