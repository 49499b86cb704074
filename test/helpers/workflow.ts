import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { packageRoot } from '../../src/core/package-root.ts'
import type { Ended } from './bench-process.ts'
import { runAsUser } from './fresh-clone.ts'

const env = z.record(z.string(), z.string()).default({})
const step = z
  .strictObject({
    name: z.string(),
    if: z.string().optional(),
    uses: z
      .string()
      .regex(/^actions\/[a-z-]+@v\d+$/)
      .optional(),
    with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    run: z.string().optional(),
    'working-directory': z.string().optional(),
    env,
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'a step uses an action or runs a script')
const job = z.strictObject({ 'runs-on': z.literal('ubuntu-24.04'), 'timeout-minutes': z.number(), steps: z.array(step).min(1) })

/** The part of GitHub's workflow syntax that the project uses. */
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()) }).optional(),
    pull_request: z.strictObject({ branches: z.array(z.string()) }).nullable(),
  }),
  permissions: z.strictObject({ contents: z.literal('read'), 'pull-requests': z.literal('write').optional() }),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  env,
  // bash --noprofile --norc -eo pipefail
  defaults: z.strictObject({ run: z.strictObject({ shell: z.literal('bash') }) }),
  jobs: z.record(z.string(), job),
})

export type Workflow = z.infer<typeof workflowSchema>
export type WorkflowStep = z.infer<typeof step>

export const workflowFiles = ['.github/workflows/ci.yml', 'docs/ci/compare-pull-request.yml'] as const

/** A workflow of this checkout; throws where YAML or syntax are wrong. */
export function readWorkflow(file: (typeof workflowFiles)[number]): Workflow {
  const document = parseDocument(readFileSync(join(packageRoot(), file), 'utf8'))
  assert.deepEqual([...document.errors, ...document.warnings], [], file)
  return workflowSchema.parse(document.toJS())
}

/** The steps that run a script, less those that only GitHub can run. Each of the latter has to be there. */
export function stepsToRun({ jobs }: Workflow, leftOut: Readonly<Record<string, string>>): (WorkflowStep & { run: string })[] {
  const scripts = Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap((entry) => (entry.run === undefined ? [] : [{ ...entry, run: entry.run }])),
  )
  const names = scripts.map(({ name }) => name)
  for (const name of Object.keys(leftOut)) assert.ok(names.includes(name), `no step "${name}"`)
  return scripts.filter(({ name }) => !(name in leftOut))
}

/** Runs a step as GitHub does with `shell: bash`. */
export function runStep(
  { run, env, ...place }: WorkflowStep & { run: string },
  workspace: string,
  shared: Record<string, string>,
): Promise<Ended> {
  const cwd = join(workspace, place['working-directory'] ?? '.')
  return runAsUser(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', run], cwd, { ...shared, ...env })
}
