/**
 * The timers that the libraries bring along, as set for every trial, in ms; 0 = off. A library that gives up on its own
 * (undici after 300 s without a byte) would cut held polls and quiet streams, so deadlines are the harness's alone.
 * Written into every result.
 */
export const libraryTimeouts = {
  undiciHeadersMs: 0,
  undiciBodyMs: 0,
  fastifyRequestMs: 0,
  fastifyConnectionMs: 0,
  /** Fastify's own default: an idle kept connection is closed after it. */
  fastifyKeepAliveMs: 72_000,
} as const
