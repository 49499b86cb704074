import { fileURLToPath } from 'node:url'

/** The load that every tool is asked for, as far as it can be asked. */
export interface Load {
  connectionCount: number
  requestsPerSecond: number
  seconds: number
}

/** What a tool says of its own run; null = it does not say. */
export interface ToolAnswer {
  p50Ms: number | null
  p90Ms: number | null
  p99Ms: number | null
  meanMs: number | null
  requestCount: number | null
}

export interface Tool {
  name: string
  /** Where its version comes from: a Debian package or one of npm. */
  source: { debian: string } | { npm: string }
  /** Whether it can be asked for a rate. */
  hasRate: boolean
  command(load: Load, url: string): string[]
  parse(output: string): ToolAnswer
  /** What it gets right, and what it was not made for. */
  fairWords: string
}

const msPerUnit: Record<string, number> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 }

/** A number with one of the units above, as wrk and h2load write it. */
function withUnit(text: string | undefined): number | null {
  const parts = /^([\d.]+)(us|ms|s|m)$/.exec(text ?? '')
  return parts === null ? null : Number(parts[1]) * msPerUnit[parts[2]!]!
}

function found(output: string, pattern: RegExp, factor = 1): number | null {
  const text = pattern.exec(output)?.[1]
  return text === undefined ? null : Number(text) * factor
}

function npmBin(name: string): string {
  return fileURLToPath(new URL(`../../../node_modules/.bin/${name}`, import.meta.url))
}

function autocannon(extra: string[]): Pick<Tool, 'command' | 'parse' | 'source' | 'hasRate'> {
  return {
    source: { npm: 'autocannon' },
    hasRate: true,
    command: ({ connectionCount, requestsPerSecond, seconds }, url) =>
      [npmBin('autocannon'), '-c', connectionCount, '-d', seconds, '-R', requestsPerSecond, ...extra, '-j', url].map(String),
    parse: (output) => {
      const { latency, '2xx': requestCount } = JSON.parse(output.slice(output.indexOf('{'))) as {
        latency: Record<'p50' | 'p90' | 'p99' | 'mean', number>
        '2xx': number
      }
      return { p50Ms: latency.p50, p90Ms: latency.p90, p99Ms: latency.p99, meanMs: latency.mean, requestCount }
    },
  }
}

/** The tools in the order of the table. Each speaks HTTP only; none can be asked for deliveries of SSE, WebSocket or held polls. */
export const tools: readonly Tool[] = [
  {
    name: 'wrk',
    source: { debian: 'wrk' },
    hasRate: false,
    command: ({ connectionCount, seconds }, url) => ['wrk', '-t1', `-c${connectionCount}`, `-d${seconds}s`, '--latency', url],
    parse: (output) => {
      const percentile = (q: string): number | null => withUnit(new RegExp(`^\\s+${q}%\\s+(\\S+)`, 'm').exec(output)?.[1])
      return {
        p50Ms: percentile('50'),
        p90Ms: percentile('90'),
        p99Ms: percentile('99'),
        meanMs: withUnit(/Latency\s+(\S+)/.exec(output)?.[1]),
        requestCount: found(output, /(\d+) requests in/),
      }
    },
    fairWords:
      'Made to find how much a server can handle; hardly any tool sends requests faster from one core. It runs flat out, in a closed loop, and then corrects its latencies by an interval that it estimates from the run itself.',
  },
  {
    name: 'hey',
    source: { debian: 'hey' },
    hasRate: true,
    command: ({ connectionCount, requestsPerSecond, seconds }, url) =>
      ['hey', '-z', `${seconds}s`, '-c', connectionCount, '-q', requestsPerSecond / connectionCount, url].map(String),
    parse: (output) => ({
      p50Ms: found(output, /50%\s+in\s+([\d.]+) secs/, 1_000),
      p90Ms: found(output, /90%\s+in\s+([\d.]+) secs/, 1_000),
      p99Ms: found(output, /99%\s+in\s+([\d.]+) secs/, 1_000),
      meanMs: found(output, /Average:\s+([\d.]+) secs/, 1_000),
      requestCount: found(output, /\[200\]\s+(\d+) responses/),
    }),
    fairWords:
      'A quick look at a service from one binary, with a clear histogram. Its rate limit holds each worker back, but a worker that waits for an answer does not send: limited, yet still a closed loop.',
  },
  {
    name: 'ab',
    source: { debian: 'apache2-utils' },
    hasRate: false,
    command: ({ connectionCount, seconds }, url) =>
      ['ab', '-k', '-q', '-c', connectionCount, '-t', seconds, '-n', 10_000_000, url].map(String),
    parse: (output) => ({
      p50Ms: found(output, /50%\s+(\d+)/),
      p90Ms: found(output, /90%\s+(\d+)/),
      p99Ms: found(output, /99%\s+(\d+)/),
      meanMs: found(output, /Time per request:\s+([\d.]+) \[ms\] \(mean\)/),
      requestCount: found(output, /Complete requests:\s+(\d+)/),
    }),
    fairWords:
      'Long established, one small program, and exact about what it counts. A closed loop without a rate: it says what its own requests met, not what a user at a random moment would have met.',
  },
  {
    name: 'h2load',
    source: { debian: 'nghttp2-client' },
    hasRate: true,
    command: ({ connectionCount, requestsPerSecond, seconds }, url) =>
      ['h2load', '--h1', '-t', 1, '-c', connectionCount, '-D', seconds, `--rps=${requestsPerSecond / connectionCount}`, url].map(String),
    parse: (output) => ({
      p50Ms: null,
      p90Ms: null,
      p99Ms: null,
      meanMs: withUnit(/time for request:\s+\S+\s+\S+\s+(\S+)/.exec(output)?.[1]),
      requestCount: found(output, /(\d+) done,/),
    }),
    fairWords:
      'The reference for HTTP/2 and HTTP/3, and it keeps the requested rate, one request at a time on each connection. It prints no percentiles in this version, and takes latency from when a request was really sent.',
  },
  {
    name: 'autocannon',
    ...autocannon([]),
    fairWords:
      'Easy to use from Node, in code and in CI; a closed loop held to a rate. With a rate it corrects for omission by adding samples; in the version tried the expected interval is given in seconds where latencies are in milliseconds (lib/run.js), so far too many are added.',
  },
  {
    name: 'autocannon -C',
    ...autocannon(['-C']),
    fairWords: 'The same without its correction: then a freeze is one slow request for each connection, and hardly moves a percentile.',
  },
  {
    name: 'loadtest',
    source: { npm: 'loadtest' },
    hasRate: true,
    command: ({ connectionCount, requestsPerSecond, seconds }, url) =>
      [npmBin('loadtest'), '-c', connectionCount, '-t', seconds, '--rps', requestsPerSecond, '-k', '--cores', 1, url].map(String),
    parse: (output) => ({
      p50Ms: found(output, /50%\s+(\d+) ms/),
      p90Ms: found(output, /90%\s+(\d+) ms/),
      p99Ms: found(output, /99%\s+(\d+) ms/),
      meanMs: found(output, /Mean latency:\s+([\d.]+) ms/),
      requestCount: found(output, /Completed requests:\s+(\d+)/),
    }),
    fairWords:
      'Sends at its rate whatever the server does, an open loop, and so sees the freeze. It times a request from when it was sent, and after the freeze sends what it had put off in one piece.',
  },
]
