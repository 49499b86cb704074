import { z } from 'zod'
import { microBenchmarkResultSchema } from '../src/core/micro-benchmark.ts'
import { profileSchema } from '../src/core/profile-result.ts'
import { requirementSchema } from '../src/core/requirement.ts'
import { resultSchema } from '../src/core/result.ts'
import { runComparisonSchema } from '../src/core/run-comparison.ts'
import { studySchema } from '../src/core/study-result.ts'
import { microBenchmarkJsonSchema } from '../src/micro/micro-benchmark.ts'
import { scenarioJsonSchema } from '../src/scenario/scenario-file.ts'
import { claimsPages } from './claims-page.ts'
import { findingsPage } from './findings.ts'
import { metricsPage } from './metrics-page.ts'
import { scenarioPage } from './scenario-page.ts'

/** What is generated from the code, the scenario files and the kept results, by its path: JSON Schemas (draft 2020-12) and pages. */
export function schemaFiles(): Record<string, string> {
  return {
    'scenarios/scenario.schema.json': textOf({
      title: 'Scenario of transport-bench',
      anyOf: [scenarioJsonSchema(), microBenchmarkJsonSchema()],
    }),
    'results/result.schema.json': textOf({
      title: 'Result document of transport-bench',
      ...z.toJSONSchema(resultSchema, { io: 'output' }),
    }),
    'results/study.schema.json': textOf({
      title: 'Study document of transport-bench: a sweep or a search',
      ...z.toJSONSchema(studySchema, { io: 'output' }),
    }),
    'results/comparison.schema.json': textOf({
      title: 'What "bench compare --json" prints',
      ...z.toJSONSchema(runComparisonSchema, { io: 'output' }),
    }),
    'results/profile.schema.json': textOf({
      title: 'Profile of transport-bench: the cost model of a machine',
      ...z.toJSONSchema(profileSchema, { io: 'output' }),
    }),
    'results/workload.schema.json': textOf({
      title: 'Workload of "bench choose --file"; durations may also be texts such as "2s"',
      ...z.toJSONSchema(requirementSchema, { io: 'input' }),
    }),
    'results/measure.schema.json': textOf({
      title: 'What a measure of transport-bench found',
      ...z.toJSONSchema(microBenchmarkResultSchema, { io: 'output' }),
    }),
    'docs/scenarios.md': scenarioPage(),
    'docs/findings.md': findingsPage(),
    ...claimsPages(),
    'docs/metrics.md': metricsPage(),
  }
}

function textOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}
