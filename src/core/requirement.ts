import { z } from 'zod'
import { hourMs } from './units.ts'
import { durationMs } from './duration.ts'

const dayMs = 24 * hourMs
const mostClients = 100_000_000

/** What may stand between clients and servers. */
const proxies = ['none', 'nginx-default', 'nginx-tuned', 'buffering', 'no-upgrade'] as const

/** Figures that a weight may be given to. */
export const weightedFigures = ['latency', 'cpu', 'memory', 'egress', 'requests'] as const

export type WeightedFigure = (typeof weightedFigures)[number]

/** What a project needs of its transport: what `bench choose` asks, as flags or as a file. */
export const requirementSchema = z.strictObject({
  $schema: z.string().optional(),
  clients: z.int().min(1).max(mostClients).describe('Clients connected at once.'),
  messagesPerSecond: z.number().min(0).max(100_000).describe('Messages that each client should receive per second, on average.'),
  payload: z.int().min(1).max(1_048_576).default(256).describe('Bytes of a message.'),
  staleness: durationMs(1, dayMs).describe('Maximum age of a message when it arrives, in ms.'),
  fanOut: z
    .union([z.enum(['broadcast', 'unicast']), z.int().min(1).max(mostClients)])
    .default('unicast')
    .describe('How many clients receive each message: all (broadcast), one (unicast), or this number.'),
  upstream: z.number().min(0).max(10_000).default(0).describe('Messages that one client sends per second.'),
  upstreamPayload: z.int().min(1).max(1_048_576).default(64).describe('Bytes of such a message.'),
  binary: z.boolean().default(false).describe('Messages are binary, not text.'),
  client: z.enum(['browser', 'service']).default('browser').describe('Browser limits apply to "browser" only.'),
  tabs: z.int().min(1).max(1_000).default(1).describe('Tabs of one browser that are open on the site at once.'),
  http: z.enum(['1.1', '2']).default('1.1').describe('Version of HTTP that reaches the client.'),
  proxy: z.enum(proxies).default('none').describe('What is between client and server.'),
  proxyIdle: durationMs(1_000, dayMs).optional().describe('Idle time after which a proxy or network cuts a connection, in ms.'),
  browserCors: z.enum(['same-origin', 'cross-origin']).default('same-origin').describe('Where the page comes from.'),
  headerAuth: z.boolean().default(false).describe('The credential must be sent in a custom request header.'),
  pollInterval: durationMs(10, dayMs).optional().describe('Absent = as long as the staleness allows, in ms.'),
  holdTime: durationMs(50, hourMs).optional().describe('Absent = 25 s, or 80 % of what the proxy allows, in ms.'),
  heartbeat: durationMs(50, hourMs).optional().describe('Absent = 15 s, or half of what the proxy allows, in ms.'),
  roundTrip: durationMs(0, 60_000).default(0).describe('Round trip between client and server, in ms; 0 = as on the loopback.'),
  session: durationMs(1_000, dayMs)
    .optional()
    .describe('Mean time that a client stays connected, in ms. Absent = connecting is not counted.'),
  requestHead: z
    .int()
    .min(1)
    .max(65_536)
    .optional()
    .describe('Bytes of the head of each request, including cookies. Absent = those of the client of the harness.'),
  clientsPerInstance: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Largest number of clients planned per server process. Absent = as many as one was measured with.'),
  targetUtilisation: z.number().gt(0).max(0.95).default(0.6).describe('Largest share of one CPU that a server process is planned to use.'),
})

export type Requirement = z.output<typeof requirementSchema>
