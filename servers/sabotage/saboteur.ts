import type { FastifyPluginAsync } from 'fastify'
import { harnessError } from '../../src/core/errors.ts'
import type { ServerContext } from '../contract.ts'
import { connectionDefects } from './connection-defects.ts'
import { logDefects } from './log-defects.ts'
import { meterDefects } from './meter-defects.ts'
import type { PlantDefect } from './plant.ts'

/** Every defect that can be planted, by its name in the query. */
const defects: Readonly<Record<string, PlantDefect>> = { ...logDefects, ...connectionDefects, ...meterDefects }

/**
 * The server of a transport with planted defects, to show that the harness sees them (docs/detection-matrix.md, S1 to S14):
 * `saboteur.js?transport=sse&defect=drop&every=100`; several `defect=` are planted together. No scenario can choose it: it
 * is in no registry, and only calibration and tests hand its URL to a trial.
 *
 * @throws {HarnessError} ERR_HARNESS for a defect that does not exist or lacks a number of its plan
 */
export const transport: FastifyPluginAsync<ServerContext> = async (app, context) => {
  const { searchParams: plan } = new URL(import.meta.url)
  const id = plan.get('transport') ?? ''
  const plain = (await import(new URL(`../${id.replaceAll(/[^a-z-]/g, '')}.js`, import.meta.url).href)) as {
    transport: FastifyPluginAsync<ServerContext>
  }
  for (const name of plan.getAll('defect')) {
    const plant = defects[name]
    if (plant === undefined)
      throw harnessError('ERR_HARNESS', `saboteur: unknown defect "${name}"; allowed are ${Object.keys(defects).join(', ')}.`)
    plant(app, context, plan)
  }
  await app.register(plain.transport, context)
}
