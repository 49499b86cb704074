#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'
import { printFault, tolerateClosedPipes } from './output.ts'

tolerateClosedPipes()
try {
  process.exitCode = await runCommandLine(process.argv.slice(2))
} catch (fault) {
  process.exitCode = await printFault(fault)
}
