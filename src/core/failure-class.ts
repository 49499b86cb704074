/** What can go wrong for a simulated client, by the name under which it is counted. */
export const failureClasses = [
  'localPortsExhausted',
  'clientEMFILE',
  'clientENOBUFS',
  'refused',
  'reset',
  'timedOut',
  'handshakeFailed',
  'httpStatus',
  'streamEnded',
  'serverSilent',
  'messageTooBig',
  'protocolError',
  'closed',
  'other',
] as const

export type FailureClass = (typeof failureClasses)[number]

/**
 * Faults of the generator's own machine: never counted against the server. A retry cannot cure them. A deadline that runs
 * out is none of them: it counts only the time in which its client host ran, so the server had all of it to answer.
 */
export const generatorFailures: readonly FailureClass[] = ['localPortsExhausted', 'clientEMFILE', 'clientENOBUFS']

const byCode: Record<string, FailureClass> = {
  EADDRNOTAVAIL: 'localPortsExhausted',
  EMFILE: 'clientEMFILE',
  ENFILE: 'clientEMFILE',
  ENOBUFS: 'clientENOBUFS',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timedOut',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_CONNECT_TIMEOUT: 'timedOut',
  UND_ERR_HEADERS_TIMEOUT: 'timedOut',
  UND_ERR_BODY_TIMEOUT: 'timedOut',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'messageTooBig',
  ERR_WIRE: 'protocolError',
}

/** The class of an error that a library threw, by its code and by the codes of its causes. */
export function faultClassOf(error: unknown): FailureClass {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: string }
    const known = code === undefined ? undefined : byCode[code]
    if (known !== undefined) return known
    if (code?.startsWith('WS_ERR_') === true || code?.startsWith('HPE_') === true) return 'protocolError'
  }
  return 'other'
}

/** Adds one to a class, for a table of counts that names only what happened. */
export function countFailure(counts: Partial<Record<FailureClass, number>>, fault: FailureClass): void {
  counts[fault] = (counts[fault] ?? 0) + 1
}
