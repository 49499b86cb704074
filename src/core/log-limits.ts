import { bytesPerMiB } from './units.ts'

/** How much the log of a server keeps of each channel for polls and resumes; the tighter of both wins. The newest message is always kept. */
export interface LogLimits {
  keptCount: number
  /** Bound on the length of the kept lines, in UTF-16 units: bytes as long as they are ASCII. */
  keptBytes: number
}

/** What a log keeps by default: enough for small messages, and little enough for many channels. */
export const leastLogLimits: LogLimits = { keptCount: 10_000, keptBytes: 16 * bytesPerMiB }
