import { readResult } from '../src/cli/result-file.ts'
import { verdictOn } from './result-verdict.ts'

/**
 * `node dist/scripts/check-result.js FILE…`: checks result documents against the schema and against what must be right on any
 * machine. Exit 1 and a message for anything else; findings of machine gates are printed and pass.
 */
for (const file of process.argv.slice(2)) {
  const document = readResult(file)
  const { faults, remarks } = verdictOn(document)
  console.log(`${file}: schema version ${document.schemaVersion}, ${document.trials.length} trials, ${document.failedTrials.length} failed`)
  for (const remark of remarks) console.log(`  the machine: ${remark}`)
  for (const fault of faults) console.log(`  FAULT: ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}
