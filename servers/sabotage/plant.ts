import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { harnessError } from '../../src/core/errors.ts'
import { sequenceOf } from '../../src/core/payload.ts'
import type { PublishedMessage } from '../../src/core/wire.ts'
import type { ServerContext } from '../contract.ts'
import type { MessageLog } from '../message-log.ts'

/**
 * Plants one defect into a server that is otherwise the transport's own.
 *
 * @param plan the query of the saboteur's module URL
 */
export type PlantDefect = (app: FastifyInstance, context: ServerContext, plan: URLSearchParams) => void

/** Shows every request of the transport before anybody else reads it: polls and streams, and upgrades, which pass Fastify by. */
export function beforeRequest(app: FastifyInstance, step: (request: IncomingMessage) => void): void {
  const look = (request: IncomingMessage): void => {
    if (request.url?.includes('channel=') === true) step(request)
  }
  app.server.prependListener('request', look)
  app.server.prependListener('upgrade', look)
}

/** Puts a step before the log that sees each message with its sequence and forwards what it likes. */
export function beforeLog(
  log: MessageLog,
  step: (message: PublishedMessage, sequence: number, forward: (message: PublishedMessage) => void) => void,
): void {
  const publish = log.publish.bind(log)
  log.publish = (messages) => {
    for (const message of messages) step(message, sequenceOf(message.data), (kept) => publish([kept]))
  }
}

/**
 * A whole number of at least 1 from the plan.
 *
 * @throws {HarnessError} ERR_HARNESS if it is missing or something else: a defect that never comes would look like one that was missed
 */
export function planned(plan: URLSearchParams, key: string): number {
  const value = Number(plan.get(key))
  if (Number.isInteger(value) && value > 0) return value
  throw harnessError('ERR_HARNESS', `saboteur: ${key}=${plan.get(key) ?? ''} in the plan; it must be a whole number of at least 1.`)
}
