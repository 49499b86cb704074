import { readResult } from '../src/cli/result-file.ts'
import { reasonsOfItsOwn } from '../test/helpers/machine-gates.ts'

/**
 * `node dist/scripts/check-result.js FILE…`: holds result documents to what no busy machine excuses. Throws at a broken
 * schema, a failed trial, a pair that was lost, repeated, damaged or out of order, and a gate that is not of the machine;
 * says what those of the machine found.
 */
for (const file of process.argv.slice(2)) {
  const { schemaVersion, trials, failedTrials } = readResult(file)
  console.log(`${file}: schema version ${schemaVersion}, ${trials.length} trials, ${failedTrials.length} failed`)
  if (failedTrials.length > 0) throw new Error(`trials failed: ${JSON.stringify(failedTrials)}`)
  for (const trial of trials) {
    const { lostCount, duplicatedCount, reorderedCount, unexpectedCount, corruptedCount } = trial.ledger
    const faults = { lostCount, duplicatedCount, reorderedCount, unexpectedCount, corruptedCount }
    const name = `${trial.contender}, block ${trial.block + 1}`
    if (Object.values(faults).some((count) => count > 0)) throw new Error(`${name}: ${JSON.stringify(faults)}`)
    const own = reasonsOfItsOwn(trial)
    if (own.length > 0) throw new Error(`${name}: ${JSON.stringify(own)}`)
    for (const { gate, status, message } of trial.validity.reasons)
      console.log(`  ${name} is ${status} by the machine: ${gate}: ${message}`)
  }
}
