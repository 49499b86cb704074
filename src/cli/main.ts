#!/usr/bin/env node
import { enterCallingFolder } from './calling-folder.ts'
import { runCommandLine } from './command-line.ts'
import { typedWords } from './flags.ts'
import { printError, tolerateClosedPipes } from './output.ts'

tolerateClosedPipes()
try {
  enterCallingFolder()
  process.exitCode = await runCommandLine(typedWords())
} catch (error) {
  process.exitCode = await printError(error)
}
