import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { missingNames } from './kept-results.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { schemaFiles } from './schema-files.ts'
import { shortAnswer } from './short-answer.ts'

/** Writes all that is generated from the code, the scenario files and the kept results; returns a line for each file. */
export function writeGeneratedFiles(): string[] {
  const files = Object.entries(schemaFiles())
  for (const [path, text] of files) {
    mkdirSync(dirname(join(packageRoot(), path)), { recursive: true })
    writeFileSync(join(packageRoot(), path), text)
  }
  writeBetweenMarks(join(packageRoot(), 'README.md'), 'short-answer', shortAnswer())
  return [...files.map(([path]) => path), 'README.md, the short answer']
}

/** Which workloads of the short answer have no kept result, and how they get one; empty where all have. */
export function missingText(): string {
  const lines = missingNames().map((name) => `  npm run bench -- ${name}   then   npm run reference -- results/${name}/<started>`)
  return lines.length === 0 ? '' : `No result is kept of ${lines.length} workloads of the short answer in README.md:\n${lines.join('\n')}`
}
