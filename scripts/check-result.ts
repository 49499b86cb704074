import { readResult } from '../src/cli/result-file.ts'

/** Checks result documents against the schema: `node dist/scripts/check-result.js FILE…`. Throws at the first that breaks it. */
for (const file of process.argv.slice(2)) {
  const { schemaVersion, trials, failedTrials } = readResult(file)
  console.log(`${file}: schema version ${schemaVersion}, ${trials.length} trials, ${failedTrials.length} failed`)
}
