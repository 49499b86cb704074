#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'
import { printError, tolerateClosedPipes } from './output.ts'

tolerateClosedPipes()
try {
  process.exitCode = await runCommandLine(process.argv.slice(2))
} catch (error) {
  process.exitCode = await printError(error)
}
