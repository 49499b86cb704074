import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { transportProfile } from './prediction.ts'
import { usualKeepAliveMs, workloadOf, type ModelTransport, type Workload } from './workload.ts'

/** What a requirement says about a transport before any number is compared. */
export interface Constraint {
  transport: ModelTransport
  /** "ruled out" = it cannot be used as required; "caveat" = it can, at a price that is not in the figures. */
  kind: 'ruled out' | 'caveat'
  /** What of the requirement it comes from. */
  because: keyof Requirement
  text: string
}

/** Connections that a browser opens to one host over HTTP/1.1 (Chromium, Firefox and WebKit). */
export const connectionsPerHost = 6
/** Streams of one HTTP/2 connection: what RFC 9113 §6.5.2 asks of a server at least, and many allow no more. */
const streamsPerConnection = 100
/** WebSockets that Firefox opens in all (network.websocket.max-connections); Chromium opens 255 to one host. */
const socketsPerBrowser = 200
const socketsOfChromium = 255
/** Head of a request that Node's parser takes by default (--max-http-header-size); above it, it answers 431. */
const mostHeadBytes = 16_384
/** From so many messages a second on, a request each is no way to send. */
export const mostPostsPerSecond = 5

const usualHoldMs = 25_000
const usualHeartbeatMs = 15_000
/** A held poll must end, and a beat come, well before what cuts it. */
const holdShare = 0.8
const heartbeatShare = 0.5
/** What nginx waits for the next byte of an answer (`proxy_read_timeout`). */
const nginxIdleMs = 60_000
/** Polling faster than this is a stream in disguise, and far from what was measured. */
export const shortestPollMs = 100

type Rule = (requirement: Requirement, profile: Profile) => Constraint[]

const rules: readonly Rule[] = [
  upstream,
  binary,
  connections,
  sockets,
  requestHead,
  proxyRules,
  idle,
  headerAuth,
  cors,
  http2,
  pollInterval,
]

/** Every constraint that holds, hard ones first. */
export function constraintsOf(requirement: Requirement, profile: Profile): Constraint[] {
  const found = rules.flatMap((rule) => rule(requirement, profile))
  return [...found.filter(({ kind }) => kind === 'ruled out'), ...found.filter(({ kind }) => kind === 'caveat')]
}

function ruledOut(because: keyof Requirement, text: string, ...transports: readonly ModelTransport[]): Constraint[] {
  return transports.map((transport) => ({ transport, kind: 'ruled out', because, text }))
}

function caveat(because: keyof Requirement, text: string, ...transports: readonly ModelTransport[]): Constraint[] {
  return transports.map((transport) => ({ transport, kind: 'caveat', because, text }))
}

/** 16,384 */
function grouped(bytes: number): string {
  return bytes.toLocaleString('en-US')
}

const oneWay = ['short-poll', 'long-poll', 'sse'] as const

function upstream({ upstream: rate }: Requirement): Constraint[] {
  if (rate === 0) return []
  if (rate >= mostPostsPerSecond)
    return ruledOut(
      'upstream',
      `clients send ${rate}/s each, and it would need a request for each message; the limit taken is ${mostPostsPerSecond}/s`,
      ...oneWay,
    )
  return caveat('upstream', 'what clients send goes in requests beside it, without an order among them', ...oneWay)
}

function binary({ binary: isBinary }: Requirement): Constraint[] {
  if (!isBinary) return []
  return ruledOut('binary', 'event streams are UTF-8 text (WHATWG HTML §9.2); base64 would cost a third more bytes', 'sse')
}

function connections({ client, http, tabs, upstream: rate }: Requirement): Constraint[] {
  if (client !== 'browser' || http !== '1.1') return []
  const held = ['long-poll', 'sse'] as const
  const taken = `${tabs} tabs hold ${tabs} of the ${connectionsPerHost} connections that a browser opens to one host over HTTP/1.1`
  if (tabs >= connectionsPerHost || (rate > 0 && tabs >= connectionsPerHost - 1))
    return ruledOut('tabs', `${taken}: nothing else gets through. HTTP/2 or a shared worker would lift it`, ...held)
  return tabs === 1 ? [] : caveat('tabs', `${taken}; pages, pictures and requests share the rest`, ...held)
}

function sockets({ client, tabs }: Requirement): Constraint[] {
  if (client !== 'browser' || tabs <= socketsPerBrowser) return []
  return caveat(
    'tabs',
    `Firefox opens at most ${socketsPerBrowser} WebSockets in all its tabs, Chromium ${socketsOfChromium} to one host: of ${tabs} tabs some get none. A shared worker would need one`,
    'websocket',
  )
}

function requestHead({ requestHead: bytes }: Requirement): Constraint[] {
  if (bytes === undefined || bytes <= mostHeadBytes) return []
  return caveat(
    'requestHead',
    `a head of ${grouped(bytes)} bytes is above the ${grouped(mostHeadBytes)} that Node takes by default, which answers 431 (--max-http-header-size lifts it)`,
    ...oneWay,
    'websocket',
  )
}

function proxyRules({ proxy }: Requirement): Constraint[] {
  switch (proxy) {
    case 'none':
    case 'nginx-tuned':
      return []
    case 'nginx-default':
      return [
        ...ruledOut('proxy', 'nginx passes no Upgrade unless it is told to (proxy_set_header Upgrade, Connection)', 'websocket'),
        ...caveat('proxy', 'nginx buffers answers unless each carries X-Accel-Buffering: no, as the servers measured here do', 'sse'),
      ]
    case 'buffering':
      return [
        ...ruledOut('proxy', 'the proxy keeps an answer until it is complete, and an event stream never is', 'sse'),
        ...caveat('proxy', 'the proxy must pass Upgrade', 'websocket'),
      ]
    case 'no-upgrade':
      return ruledOut('proxy', 'the proxy passes no Upgrade', 'websocket')
  }
}

/** What was asked for by name is not changed in silence: it is ruled out. */
function idle(requirement: Requirement): Constraint[] {
  const limit = idleLimitMs(requirement)
  if (limit === null) return []
  const { holdTime, heartbeat } = requirement
  const seconds = (ms: number): string => `${ms / msPerSecond} s`
  return [
    ...(holdTime !== undefined && holdTime >= limit
      ? ruledOut('holdTime', `a hold of ${seconds(holdTime)} is cut after ${seconds(limit)} of silence on the way`, 'long-poll')
      : []),
    ...(heartbeat !== undefined && heartbeat >= limit
      ? ruledOut(
          'heartbeat',
          `heartbeats every ${seconds(heartbeat)} come after the ${seconds(limit)} of silence that cut a connection`,
          'sse',
          'websocket',
        )
      : []),
  ]
}

function headerAuth({ headerAuth: isNeeded, client }: Requirement): Constraint[] {
  if (!isNeeded || client !== 'browser') return []
  return [
    ...ruledOut(
      'headerAuth',
      "EventSource sends no headers of one's own; fetch with a stream reader, a cookie or a ticket in the URL would",
      'sse',
    ),
    ...ruledOut(
      'headerAuth',
      "a browser's WebSocket sends no headers of one's own; a cookie, a ticket in the URL or a first message would do",
      'websocket',
    ),
  ]
}

function cors({ browserCors, client, headerAuth: hasHeader }: Requirement): Constraint[] {
  if (browserCors !== 'cross-origin' || client !== 'browser') return []
  const found = caveat('browserCors', 'CORS does not hold for WebSocket: the server must check Origin itself', 'websocket')
  if (hasHeader)
    found.push(
      ...caveat(
        'browserCors',
        'a header of its own makes a preflight request, again whenever its cache ends (Access-Control-Max-Age)',
        'short-poll',
        'long-poll',
      ),
    )
  return found
}

function http2({ http, client, tabs }: Requirement): Constraint[] {
  if (http !== '2') return []
  const found = caveat('http', 'the prices are those of HTTP/1.1: over HTTP/2 heads are compressed, and the processor differs', ...oneWay)
  if (client === 'browser' && tabs >= streamsPerConnection)
    found.push(
      ...caveat(
        'tabs',
        `${tabs} tabs hold ${tabs} streams of one connection, and many servers allow no more than ${streamsPerConnection} streams (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113 §6.5.2): the rest waits. A higher limit or a shared worker would lift it`,
        'long-poll',
        'sse',
      ),
    )
  return found
}

function pollInterval(requirement: Requirement, profile: Profile): Constraint[] {
  const { staleness, pollInterval: asked } = requirement
  const longest = pollIntervalFor(requirement, profile)
  const used = asked ?? longest
  if (used < shortestPollMs)
    return ruledOut(
      'staleness',
      `it would have to poll every ${Math.max(0, Math.round(used))} ms to be at most ${staleness} ms late`,
      'short-poll',
    )
  if (asked !== undefined && asked > longest)
    return ruledOut('pollInterval', `at an interval of ${asked} ms messages are older than ${staleness} ms when they arrive`, 'short-poll')
  const keepAliveMs = keepAliveFor(requirement)
  if (used <= keepAliveMs) return []
  return caveat(
    asked === undefined ? 'staleness' : 'pollInterval',
    `polls come every ${Math.round(used / msPerSecond)} s, and a silent connection is closed after ${keepAliveMs / msPerSecond} s: each opens one of its own, whose TLS handshake is in no figure`,
    'short-poll',
  )
}

/** Silence after which a connection between two polls is closed: by the server, or by what is on the way. */
function keepAliveFor({ proxyIdle }: Requirement): number {
  return Math.min(usualKeepAliveMs, proxyIdle ?? Number.POSITIVE_INFINITY)
}

/** Silence after which something on the way cuts a connection, in ms; null = nothing does. */
function idleLimitMs({ proxy, proxyIdle }: Requirement): number | null {
  if (proxyIdle !== undefined) return proxyIdle
  return proxy === 'nginx-default' ? nginxIdleMs : null
}

/** Poll interval at which the oldest message is just young enough: staleness − half a round trip − what the tail of a poll takes. */
export function pollIntervalFor({ staleness, roundTrip }: Pick<Requirement, 'staleness' | 'roundTrip'>, profile: Profile): number {
  const transitUs = transportProfile(profile, 'short-poll')?.latency.transitP99Us.value ?? 0
  return staleness - roundTrip / 2 - transitUs / usPerMs
}

/** The workload that a requirement amounts to. Options that were not given are derived from what was. */
function workloadFor(requirement: Requirement, profile: Profile): Workload {
  const { fanOut, session, requestHead: head } = requirement
  const idle = idleLimitMs(requirement) ?? Number.POSITIVE_INFINITY
  return workloadOf({
    clientCount: requirement.clients,
    messagesPerSecondPerClient: requirement.messagesPerSecond,
    fanOut: fanOut === 'unicast' ? 1 : fanOut,
    payloadBytes: requirement.payload,
    pollIntervalMs: requirement.pollInterval ?? Math.max(shortestPollMs, pollIntervalFor(requirement, profile)),
    keepAliveMs: keepAliveFor(requirement),
    holdTimeMs: requirement.holdTime ?? Math.min(usualHoldMs, holdShare * idle),
    heartbeatMs: requirement.heartbeat ?? Math.min(usualHeartbeatMs, heartbeatShare * idle),
    upstreamPerSecondPerClient: requirement.upstream,
    upstreamBytes: requirement.upstreamPayload,
    sessionSeconds: session === undefined ? null : session / msPerSecond,
    roundTripMs: requirement.roundTrip,
    requestHeadBytes: head ?? null,
    targetUtilisationRatio: requirement.targetUtilisation,
    mostClientsPerInstance: requirement.clientsPerInstance ?? null,
  })
}

/** The workload with the transports that remain. */
export function remaining(requirement: Requirement, profile: Profile, transports: readonly ModelTransport[]) {
  const constraints = constraintsOf(requirement, profile)
  const out = new Set(constraints.filter(({ kind }) => kind === 'ruled out').map(({ transport }) => transport))
  return { constraints, workload: workloadFor(requirement, profile), transports: transports.filter((transport) => !out.has(transport)) }
}
