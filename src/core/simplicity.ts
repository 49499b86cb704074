/**
 * Transports from the simplest to run and to debug on (docs/method.md#the-answer): plain requests; a stream in one direction, which a browser
 * reconnects and resumes by itself; held requests, whose hold time has to fit every timeout on the way; a protocol of its own.
 */
const simplestFirst = ['short-poll', 'sse', 'long-poll', 'websocket']

/** The place of a transport in that order, 0 for the simplest; undefined of one that has none. */
export function simplicityRank(transport: string): number | undefined {
  const rank = simplestFirst.indexOf(transport)
  return rank < 0 ? undefined : rank
}
