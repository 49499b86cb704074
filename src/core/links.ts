import { z } from 'zod'
import { withHeadline, type Headline } from './headline.ts'
import { bitsPerByte, minuteMs, msPerSecond } from './units.ts'

/**
 * A kind of thing that stands between clients and server, as a scenario plans it. Its process is `src/path/<id>.ts`. The
 * key in `links` is the key of its plan in a scenario and of its counts in a result.
 */
export interface LinkKind<Plan extends z.ZodType = z.ZodType> {
  plan: Plan
  /** What its process is called in results. */
  role: string
  /** How it is made, for readers of a result. */
  means: string
  /** Sockets that it holds for each connection of a client. */
  socketsPerConnection: number
  /** Longest time by which it delays on purpose, one way, in ms, beside what its rate takes. */
  transitMs(plan: z.output<Plan>): number
  /** Time that its rate takes for so many bytes, in ms; 0 = it has none. */
  sendMs(plan: z.output<Plan>, byteCount: number): number
  headline: Headline<z.output<Plan>>
}

/** One planned link of a path. */
export interface PlannedLink {
  id: LinkId
  kind: LinkKind
  plan: unknown
  transitMs: number
  sendMs(byteCount: number): number
}

const link = <Plan extends z.ZodType>(kind: LinkKind<Plan>): LinkKind<Plan> => kind

/** Every kind of link, in the order in which a path is laid from the clients to the server. */
export const links = {
  network: link({
    plan: z
      .strictObject({
        delayMs: z.number().min(0).max(minuteMs).describe('One-way delay, in ms: a round trip takes twice as long.'),
        jitterMs: z
          .number()
          .min(0)
          .max(minuteMs)
          .default(0)
          .describe(
            'Largest additional delay of a chunk, in ms; uniform and seeded. Never reorders: a chunk that would overtake another waits.',
          ),
        bandwidthBitsPerSecond: z
          .int()
          .min(1_000)
          .max(100_000_000_000)
          .optional()
          .describe('Bandwidth of each connection in each direction, in bit/s. Absent: unlimited.'),
      })
      .describe('A simulated network between clients and server. Absent: loopback only.'),
    role: 'relay',
    means:
      'A TCP relay of the harness between client hosts and server. netem is not used, because it has no bandwidth limit per connection.',
    socketsPerConnection: 2,
    transitMs: ({ delayMs, jitterMs }) => delayMs + jitterMs,
    sendMs: ({ bandwidthBitsPerSecond: rate }, byteCount) => (rate === undefined ? 0 : (byteCount * bitsPerByte * msPerSecond) / rate),
    headline: ({ delayMs, jitterMs, bandwidthBitsPerSecond: bandwidth }, { duration }) =>
      [
        `network ${duration(delayMs)} each way`,
        ...(jitterMs > 0 ? [`jitter up to ${duration(jitterMs)}`] : []),
        ...(bandwidth === undefined ? [] : [`${bandwidth / 1_000_000} Mbit/s per connection`]),
      ].join(', '),
  }),
} as const

export type LinkId = keyof typeof links
export type NetworkPlan = z.output<typeof links.network.plan>
type LinkPlans = { [Id in LinkId]: (typeof links)[Id]['plan'] }

const linkIds = Object.keys(links) as LinkId[]

/** A record with a value for each kind of link. */
function forEachLink<Value extends Record<LinkId, unknown>>(of: (kind: LinkKind) => unknown): Value {
  return Object.fromEntries(linkIds.map((id) => [id, of(links[id] as unknown as LinkKind)])) as Value
}

/** The keys of a scenario that plan links, each optional. */
export const linkPlanShape = forEachLink<{ [Id in LinkId]: z.ZodOptional<LinkPlans[Id]> }>(({ plan, headline }) =>
  withHeadline(plan.optional(), headline),
)

const connectionCount = z.int().min(0)
const linkResult = z.strictObject({ means: z.string(), connectionCount })

/** The keys of a trial's result about its links, each absent where there was none. */
export const linkResultShape = forEachLink<Record<LinkId, z.ZodOptional<typeof linkResult>>>(({ role, means }) =>
  z.strictObject({ means: z.enum([role]).describe(means), connectionCount }).optional(),
)

/** What the processes of links are called in results. */
export const linkRoles: readonly string[] = linkIds.map((id) => links[id].role)

/** The path from clients to server that a scenario plans, the link next to the clients first; empty = the loopback alone. */
export function plannedPath(scenario: { readonly [Id in LinkId]?: z.output<LinkPlans[Id]> | undefined }): PlannedLink[] {
  return linkIds.flatMap((id) => {
    const plan = scenario[id]
    const kind = links[id] as unknown as LinkKind
    if (plan === undefined) return []
    return [{ id, kind, plan, transitMs: kind.transitMs(plan), sendMs: (byteCount) => kind.sendMs(plan, byteCount) }]
  })
}
