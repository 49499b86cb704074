import { modelTransports } from '../advisor/model/workload.ts'
import { registry } from '../core/transports/registry.ts'
import { claimTransports } from './claims/claim-table.ts'

/** Transports that a list does not know, in one line; no line when it knows them all. */
export function missingTransports(what: string, known: readonly string[], transports: readonly { id: string }[] = registry): string[] {
  const missing = transports.filter(({ id }) => !known.includes(id)).map(({ id }) => id)
  return missing.length === 0 ? [] : [`${what}: ${missing.join(', ')}.`]
}

/** Shown wherever the cost model lists transports. */
export function withoutModel(): string[] {
  return missingTransports('No cost model', modelTransports)
}

/** Said beside the table of claims. */
export function withoutClaim(): string[] {
  return missingTransports('No claim in this table, and no cost model', claimTransports)
}
