import { z } from 'zod'
import { durationMs } from './duration.ts'
import { bytesPerMiB, hourMs, minuteMs } from './units.ts'

/** What a transport is, apart from what it costs: cells of the trade-off table that no trial can measure. */
export interface TransportTraits {
  /** Name in running text: "Long polling". */
  title: string
  protocol: string
  direction: string
  /** How firewalls and proxies take it, by its protocol. */
  proxies: string
  /** What it is commonly used for. */
  fits: string
  /** What it is commonly said to be best for in AI and LLM services. */
  fitsAi: string
  /** npm packages that a server and a client of it need beyond the platform. */
  dependencies: readonly string[]
  /** True when the server holds something for each waiting client: a poll, a stream, a socket. */
  holdsConnection: boolean
}

/** What every contender may set, whatever its transport: its label, how its clients retry, whether its server gathers. */
const common = {
  label: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('Name of the contender in tables and charts. Absent: made from transport and options.'),
  backoffBaseMs: durationMs(1).default(1_000).describe('Wait before the first retry after a fault, in ms.'),
  backoffFactor: z.number().min(1).max(10).default(2),
  backoffCapMs: durationMs(1).default(30_000).describe('Longest wait between two attempts, in ms.'),
  backoffJitterRatio: z.number().min(0).max(1).default(0.2).describe('Share by which proportional jitter lengthens or shortens a wait.'),
  backoffJitter: z
    .enum(['proportional', 'full'])
    .default('proportional')
    .describe(
      'How waits vary: by backoffJitterRatio up and down, or "full": uniformly between 0 and the wait (the ratio then has no effect).',
    ),
  batchWindowMs: durationMs(0, minuteMs)
    .default(0)
    .describe(
      'How long the server collects messages before it sends any of them, from the first of a batch, in ms; 0 = it does not batch.',
    ),
  timeoutMarginMs: durationMs(50, 10 * minuteMs)
    .default(5_000)
    .describe('How long a client waits beyond the longest time that a healthy server takes, in ms.'),
}

/** Options of several transports, each with one meaning. */
export const sharedOptions = {
  heartbeatMs: durationMs(50).default(15_000).describe('Time between two heartbeats to one client, in ms.'),
  clientBufferBytes: z
    .int()
    .min(1_024)
    .max(1_024 * bytesPerMiB)
    .default(bytesPerMiB)
    .describe(
      'Bytes queued for one client above which the server disconnects it as a slow consumer. Absent: 1 MiB, or 2 s of its messages if that is more.',
    ),
  keepAlive: z.boolean().default(true).describe('False = each poll opens its own connection (Connection: close, RFC 9112 §9.6).'),
}

/** Options by which the server of every transport goes. */
export const commonServedOptions = ['batchWindowMs'] as const

/** For `withoutHeartbeats`. */
export const heartbeatBeyondTrialMs = hourMs

/** The options of every contender, with defaults filled in. */
export type CommonOptions = z.output<z.ZodObject<typeof common>>

/** A transport with its options and the label under which it is shown. */
export interface Contender extends CommonOptions {
  transport: string
  label: string
  [option: string]: unknown
}

/**
 * A transport, as everybody knows it who is neither its server nor its client. Who wants to know something of a contender
 * asks here, and looks for no option by its name.
 */
export interface Transport<Id extends string = string, Options extends z.ZodObject = z.ZodObject> extends Required<Answers<Options>> {
  /** Names both files and the path that the server mounts. */
  id: Id
  /** What a contender of it may set. */
  options: Options
}

interface Answers<Options extends z.ZodObject> {
  traits: TransportTraits
  /** Longest time in ms by which it delays a delivery on purpose, whatever the load, beside the batch window. Absent: by nothing. */
  plannedDelayMs?(contender: z.output<Options>): number
  /** True when a client asks anew for each answer, which then holds all that came since the last. Absent: it is sent each message. */
  isPolled?: boolean
  /** True when each of its requests opens a connection of its own. Absent: they share one. */
  opensPerRequest?(contender: z.output<Options>): boolean
  /**
   * Options that must hold one message, or what may queue for a client that reads. Where a scenario does not set them, the
   * traffic does: what it needs, and never less than the default. Absent: it has none.
   */
  sizedOptions?: Partial<Record<keyof z.output<Options>, 'message' | 'queue'>>
  /** Distance of the instants at which a client asks by the clock, in ms; undefined where it does not. Absent: it does not. */
  slotMs?(contender: z.output<Options>): number | undefined
  /** True when the server holds something for each client at every moment without a message, so that its count of them must be theirs. Absent: as its trait `holdsConnection`. */
  isAlwaysHeld?(contender: z.output<Options>): boolean
  /** True when client and server may agree on compression. Absent: they never do. */
  mayCompress?(contender: z.output<Options>): boolean
  /** Options with which no heartbeat falls into a trial, so that all bytes follow from the messages. Absent: it has none. */
  withoutHeartbeats?: Partial<z.input<Options>>
  /** What `bench serve` takes beside `commonServedOptions`: options of the server, and of the page that it shows. Absent: nothing. */
  servedOptions?: readonly (keyof z.output<Options> & string)[]
  /** A command line that shows what a server at this URL sends. Absent: curl. */
  readCommand?(url: string): string
  /**
   * The body of a script that reads in a browser, as a module: `path` is what to ask for, `show(text)` shows a message,
   * `tell(text)` shows the state of the connection, `pause(ms)` waits. Absent: the page shows the command line alone.
   */
  browserScript?(contender: z.output<Options>): string
}

/** For `browserScript`: asks again after each answer, and after a pause where the server is not there. */
export function pollScript(pauseMs: number): string {
  return `let after = ''
for (;;) {
  try {
    const response = await fetch(path + after)
    tell('answered ' + response.status)
    if (response.status === 200) {
      const { cursor, messages } = await response.json()
      after = '&after=' + encodeURIComponent(cursor)
      for (const message of messages) show(JSON.stringify(message))
    }
    await pause(response.ok ? ${pauseMs} : 2000)
  } catch (error) {
    tell(String(error))
    await pause(2000)
  }
}`
}

type OptionsOf<Id extends string, Own extends z.ZodRawShape> = z.ZodObject<
  { transport: z.ZodLiteral<Id> } & typeof common & Own,
  z.core.$strict
>

/**
 * A transport from its id, the options that it has beside the common ones, and what it answers.
 *
 * @param own every option with a default, a range and a description, and its unit in its name
 */
export function defineTransport<Id extends string, Own extends z.ZodRawShape>(
  id: Id,
  own: Own,
  answers: Answers<OptionsOf<Id, Own>>,
): Transport<Id, OptionsOf<Id, Own>> {
  return {
    id,
    options: z.strictObject({ transport: z.literal(id), ...common, ...own }),
    plannedDelayMs: () => 0,
    isPolled: false,
    opensPerRequest: () => false,
    sizedOptions: {},
    slotMs: () => undefined,
    isAlwaysHeld: () => answers.traits.holdsConnection,
    mayCompress: () => false,
    withoutHeartbeats: {},
    readCommand: (url) => `curl -N '${url}'`,
    browserScript: () => '',
    servedOptions: [],
    ...answers,
  }
}
