import type { z } from 'zod'

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
  holds: boolean
}

/** A line of the registry. The runner hands the URLs to the hosts, which import them. */
export interface Transport {
  id: string
  options: z.ZodObject
  traits: TransportTraits
  serverUrl: string
  clientUrl: string
}
