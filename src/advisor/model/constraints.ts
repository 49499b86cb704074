import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { transportProfile } from './prediction.ts'
import { usualKeepAliveMs, workloadOf, type ModelTransport, type Workload } from './workload.ts'

/** What a requirement says about a transport before any number is compared. */
export interface Constraint {
  transport: ModelTransport
  /** "ruled out" = it cannot be used as required; "caveat" = it can, at a cost that is not in the figures. */
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
/** A held poll must end, and a heartbeat come, well before what cuts the connection. */
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
      `each client sends ${rate} messages/s, and each would need its own request; the limit assumed is ${mostPostsPerSecond}/s`,
      ...oneWay,
    )
  return caveat('upstream', 'clients send in separate requests, whose order is not guaranteed', ...oneWay)
}

function binary({ binary: isBinary }: Requirement): Constraint[] {
  if (!isBinary) return []
  return ruledOut('binary', 'event streams are UTF-8 text (WHATWG HTML §9.2); base64 adds a third more bytes', 'sse')
}

function connections({ client, http, tabs, upstream: rate }: Requirement): Constraint[] {
  if (client !== 'browser' || http !== '1.1') return []
  const held = ['long-poll', 'sse'] as const
  const taken = `${tabs} tabs hold ${tabs} of the ${connectionsPerHost} connections that a browser opens to one host over HTTP/1.1`
  if (tabs >= connectionsPerHost || (rate > 0 && tabs >= connectionsPerHost - 1))
    return ruledOut('tabs', `${taken}: nothing else gets through. HTTP/2 or a shared worker would avoid this`, ...held)
  return tabs === 1 ? [] : caveat('tabs', `${taken}; pages, images and requests share the rest`, ...held)
}

function sockets({ client, tabs }: Requirement): Constraint[] {
  if (client !== 'browser' || tabs <= socketsPerBrowser) return []
  return caveat(
    'tabs',
    `Firefox opens at most ${socketsPerBrowser} WebSockets in all its tabs, Chromium ${socketsOfChromium} to one host: of ${tabs} tabs some get none. A shared worker needs only one`,
    'websocket',
  )
}

function requestHead({ requestHead: bytes }: Requirement): Constraint[] {
  if (bytes === undefined || bytes <= mostHeadBytes) return []
  return caveat(
    'requestHead',
    `request headers of ${grouped(bytes)} bytes exceed the ${grouped(mostHeadBytes)} that Node accepts by default; it answers 431 (--max-http-header-size raises the limit)`,
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
        ...ruledOut('proxy', 'nginx does not forward Upgrade unless configured to (proxy_set_header Upgrade, Connection)', 'websocket'),
        ...caveat('proxy', 'nginx buffers responses unless each has X-Accel-Buffering: no, which the servers measured here set', 'sse'),
      ]
    case 'buffering':
      return [
        ...ruledOut('proxy', 'the proxy buffers a response until it is complete, and an event stream never is', 'sse'),
        ...caveat('proxy', 'the proxy must forward Upgrade', 'websocket'),
      ]
    case 'no-upgrade':
      return ruledOut('proxy', 'the proxy does not forward Upgrade', 'websocket')
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
      ? ruledOut('holdTime', `a hold of ${seconds(holdTime)} is cut after an idle time of ${seconds(limit)} on the way`, 'long-poll')
      : []),
    ...(heartbeat !== undefined && heartbeat >= limit
      ? ruledOut(
          'heartbeat',
          `heartbeats every ${seconds(heartbeat)} come too late: an idle time of ${seconds(limit)} cuts a connection`,
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
      'EventSource cannot send custom headers; use fetch with a stream reader, a cookie or a ticket in the URL',
      'sse',
    ),
    ...ruledOut(
      'headerAuth',
      "a browser's WebSocket cannot send custom headers; use a cookie, a ticket in the URL or a first message",
      'websocket',
    ),
  ]
}

function cors({ browserCors, client, headerAuth: hasHeader }: Requirement): Constraint[] {
  if (browserCors !== 'cross-origin' || client !== 'browser') return []
  const found = caveat('browserCors', 'CORS does not apply to WebSocket: the server must check Origin itself', 'websocket')
  if (hasHeader)
    found.push(
      ...caveat(
        'browserCors',
        'a custom header causes a preflight request, repeated whenever its cache expires (Access-Control-Max-Age)',
        'short-poll',
        'long-poll',
      ),
    )
  return found
}

function http2({ http, client, tabs }: Requirement): Constraint[] {
  if (http !== '2') return []
  const found = caveat('http', 'the costs are those of HTTP/1.1: over HTTP/2 headers are compressed, and CPU use differs', ...oneWay)
  if (client === 'browser' && tabs >= streamsPerConnection)
    found.push(
      ...caveat(
        'tabs',
        `${tabs} tabs hold ${tabs} streams of one connection, and many servers allow no more than ${streamsPerConnection} streams (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113 §6.5.2): the others have to wait. A higher limit or a shared worker would avoid this`,
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
    `polls are ${Math.round(used / msPerSecond)} s apart, and an idle connection is closed after ${keepAliveMs / msPerSecond} s: each poll opens a new one, and no figure includes its TLS handshake`,
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
