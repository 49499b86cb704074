/** Messages that clients send, in due order. */
export interface SendSpec {
  /** Due instants in µs after the start of the schedule. */
  offsetsUs: Float64Array
  sequences: Uint32Array
  /** Index of the client that sends each. */
  clients: Uint32Array
  messageBytes: number
}

/** When messages left, in the order of the order; NaN = never. */
export interface SentReport {
  sequences: Uint32Array
  atUs: Float64Array
}

/** What clients sent beside their transport's own requests. `sent = completed + failed + inFlightAtEnd`, exactly. */
export interface UpstreamCounts {
  /** Messages sent and jobs asked for. */
  sentCount: number
  /** Answered as they should be; on a transport's own connection, which has no answer: handed to an open one. */
  completedCount: number
  failedCount: number
}

/** Sessions of one host: clients that arrive with a job, wait for its messages and leave. */
export interface SessionSpec {
  /** Numbers of its sessions in the trial, and when each arrives, in µs after the start of the schedule, ascending. */
  sessions: Uint32Array
  arrivalsUs: Float64Array
  jobsInRow: number
  messagesPerJob: number
  /** Time between two messages of a job, in µs. */
  gapUs: number
  /** From request to first message, in µs; job = session × jobsInRow + its place in the row. */
  durationsUs: Float64Array
  /** Sequence of the first message of the trial's first job. */
  firstSequence: number
}

/** The jobs that were asked for, in columns. */
export interface JobsReport {
  /** Number of the job in the trial: its client and its channel. */
  jobs: Uint32Array
  /** When its request was due, and when it left. */
  dueAtUs: Float64Array
  sentAtUs: Float64Array
  /** Time to subscribed of its client; NaN = it never was. */
  subscribedAfterUs: Float64Array
  /** Requests of its transport, from its start until it had the last message. */
  requestCounts: Uint32Array
}
