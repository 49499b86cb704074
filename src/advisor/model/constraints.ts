import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { msPerSecond } from '../../core/units.ts'
import { idleLimitMs, pollIntervalFor, shortestPollMs, workloadFor } from './requirement-workload.ts'
import type { ModelTransport } from './workload.ts'

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
/** From so many messages a second on, a request each is no way to send. */
export const mostPostsPerSecond = 5

type Rule = (requirement: Requirement, profile: Profile) => Constraint[]

const rules: readonly Rule[] = [upstream, binary, connections, proxyRules, idle, headerAuth, cors, http2, pollInterval]

/** Every constraint that holds, hard ones first. */
export function constraintsOf(requirement: Requirement, profile: Profile): Constraint[] {
  const found = rules.flatMap((rule) => rule(requirement, profile))
  return [...found.filter(({ kind }) => kind === 'ruled out'), ...found.filter(({ kind }) => kind === 'caveat')]
}

function forEach(transports: readonly ModelTransport[], kind: Constraint['kind'], because: keyof Requirement, text: string): Constraint[] {
  return transports.map((transport) => ({ transport, kind, because, text }))
}

const oneWay = ['short-poll', 'long-poll', 'sse'] as const

function upstream({ upstream: rate }: Requirement): Constraint[] {
  if (rate === 0) return []
  if (rate >= mostPostsPerSecond)
    return forEach(
      oneWay,
      'ruled out',
      'upstream',
      `clients send ${rate}/s each, and it would need a request for each message; the limit taken is ${mostPostsPerSecond}/s`,
    )
  return forEach(oneWay, 'caveat', 'upstream', 'what clients send goes in requests beside it, without an order among them')
}

function binary({ binary: isBinary }: Requirement): Constraint[] {
  if (!isBinary) return []
  return forEach(['sse'], 'ruled out', 'binary', 'event streams are UTF-8 text (WHATWG HTML §9.2); base64 would cost a third more bytes')
}

function connections({ client, http, tabs, upstream: rate }: Requirement): Constraint[] {
  if (client !== 'browser' || http !== '1.1') return []
  const held = ['long-poll', 'sse'] as const
  const taken = `${tabs} tabs hold ${tabs} of the ${connectionsPerHost} connections that a browser opens to one host over HTTP/1.1`
  if (tabs >= connectionsPerHost || (rate > 0 && tabs >= connectionsPerHost - 1))
    return forEach(held, 'ruled out', 'tabs', `${taken}: nothing else gets through. HTTP/2 or a shared worker would lift it`)
  return tabs === 1 ? [] : forEach(held, 'caveat', 'tabs', `${taken}; pages, pictures and requests share the rest`)
}

function proxyRules({ proxy }: Requirement): Constraint[] {
  switch (proxy) {
    case 'none':
    case 'nginx-tuned':
      return []
    case 'nginx-default':
      return [
        ...forEach(
          ['websocket'],
          'ruled out',
          'proxy',
          'nginx passes no Upgrade unless it is told to (proxy_set_header Upgrade, Connection)',
        ),
        ...forEach(
          ['sse'],
          'caveat',
          'proxy',
          'nginx buffers answers unless each carries X-Accel-Buffering: no, as the servers measured here do',
        ),
      ]
    case 'buffering':
      return [
        ...forEach(['sse'], 'ruled out', 'proxy', 'the proxy keeps an answer until it is complete, and an event stream never is'),
        ...forEach(['websocket'], 'caveat', 'proxy', 'the proxy must pass Upgrade'),
      ]
    case 'no-upgrade':
      return forEach(['websocket'], 'ruled out', 'proxy', 'the proxy passes no Upgrade')
  }
}

/** What was asked for by name is not changed in silence: it is ruled out. */
function idle(requirement: Requirement): Constraint[] {
  const limit = idleLimitMs(requirement)
  if (limit === null) return []
  const { holdTime, heartbeat } = requirement
  const found: Constraint[] = []
  const seconds = (ms: number): string => `${ms / msPerSecond} s`
  if (holdTime !== undefined && holdTime >= limit)
    found.push(
      ...forEach(
        ['long-poll'],
        'ruled out',
        'holdTime',
        `a hold of ${seconds(holdTime)} is cut after ${seconds(limit)} of silence on the way`,
      ),
    )
  if (heartbeat !== undefined && heartbeat >= limit)
    found.push(
      ...forEach(
        ['sse', 'websocket'],
        'ruled out',
        'heartbeat',
        `heartbeats every ${seconds(heartbeat)} come after the ${seconds(limit)} of silence that cut a connection`,
      ),
    )
  return found
}

function headerAuth({ headerAuth: isNeeded, client }: Requirement): Constraint[] {
  if (!isNeeded || client !== 'browser') return []
  return [
    ...forEach(
      ['sse'],
      'ruled out',
      'headerAuth',
      "EventSource sends no headers of one's own; fetch with a stream reader, a cookie or a ticket in the URL would",
    ),
    ...forEach(
      ['websocket'],
      'ruled out',
      'headerAuth',
      "a browser's WebSocket sends no headers of one's own; a cookie, a ticket in the URL or a first message would do",
    ),
  ]
}

function cors({ browserCors, client, headerAuth: hasHeader }: Requirement): Constraint[] {
  if (browserCors !== 'cross-origin' || client !== 'browser') return []
  const found = forEach(['websocket'], 'caveat', 'browserCors', 'CORS does not hold for WebSocket: the server must check Origin itself')
  if (hasHeader)
    found.push(
      ...forEach(
        ['short-poll', 'long-poll'],
        'caveat',
        'browserCors',
        'a header of its own makes a preflight request, again whenever its cache ends (Access-Control-Max-Age)',
      ),
    )
  return found
}

function http2({ http }: Requirement): Constraint[] {
  if (http !== '2') return []
  return forEach(
    ['short-poll', 'long-poll', 'sse'],
    'caveat',
    'http',
    'the prices are those of HTTP/1.1: over HTTP/2 heads are compressed, and the processor differs',
  )
}

function pollInterval(requirement: Requirement, profile: Profile): Constraint[] {
  const { staleness, pollInterval: asked } = requirement
  const longest = pollIntervalFor(requirement, profile)
  const used = asked ?? longest
  if (used < shortestPollMs)
    return forEach(
      ['short-poll'],
      'ruled out',
      'staleness',
      `it would have to poll every ${Math.max(0, Math.round(used))} ms to be at most ${staleness} ms late`,
    )
  if (asked !== undefined && asked > longest)
    return forEach(
      ['short-poll'],
      'ruled out',
      'pollInterval',
      `at an interval of ${asked} ms messages are older than ${staleness} ms when they arrive`,
    )
  return []
}

/** The workload with the transports that remain. */
export function remaining(requirement: Requirement, profile: Profile, transports: readonly ModelTransport[]) {
  const constraints = constraintsOf(requirement, profile)
  const out = new Set(constraints.filter(({ kind }) => kind === 'ruled out').map(({ transport }) => transport))
  return { constraints, workload: workloadFor(requirement, profile), transports: transports.filter((transport) => !out.has(transport)) }
}
