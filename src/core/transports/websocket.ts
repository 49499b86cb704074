import { z } from 'zod'
import { defineTransport, heartbeatBeyondTrialMs, sharedOptions } from '../transport.ts'
import { bytesPerMiB } from '../units.ts'

export const websocket = defineTransport(
  'websocket',
  {
    heartbeatMs: sharedOptions.heartbeatMs,
    clientBufferBytes: sharedOptions.clientBufferBytes,
    perMessageDeflate: z.boolean().default(false).describe('Negotiate permessage-deflate.'),
    maxPayloadBytes: z
      .int()
      .min(125)
      .max(1_024 * bytesPerMiB)
      .default(4 * bytesPerMiB)
      .describe('Largest message that either side accepts.'),
  },
  {
    traits: {
      title: 'WebSocket',
      protocol: 'WebSocket after an HTTP handshake',
      direction: 'both ways',
      proxies: 'must forward Upgrade; idle timeouts apply',
      fits: 'chat, games, collaborative editing, dashboards',
      fitsAi: 'streaming output, interactive chat',
      dependencies: ['ws'],
      holdsConnection: true,
    },
    sizedOptions: { clientBufferBytes: 'queue', maxPayloadBytes: 'message' },
    mayCompress: ({ perMessageDeflate }) => perMessageDeflate,
    withoutHeartbeats: { heartbeatMs: heartbeatBeyondTrialMs },
    servedOptions: ['heartbeatMs', 'clientBufferBytes', 'perMessageDeflate', 'maxPayloadBytes'],
    // From Node 22 on it is there without the flag, which stays allowed.
    readCommand: (url) =>
      `node --no-warnings --experimental-websocket -e "new WebSocket('${url.replace(/^http/, 'ws')}').onmessage = ({ data }) => console.log(data)"`,
    browserScript: () => `const socket = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')))
socket.onopen = () => tell('open')
socket.onclose = ({ code, reason }) => tell('closed with ' + code + ' ' + reason)
socket.onmessage = ({ data }) => show(data)`,
  },
)

export type WebSocketOptions = z.output<typeof websocket.options>
