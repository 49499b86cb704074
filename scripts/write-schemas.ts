import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { findingsText } from './findings.ts'
import { writeBetweenMarks } from './marked-text.ts'
import { schemaFiles } from './schema-files.ts'

for (const [path, text] of Object.entries(schemaFiles())) {
  writeFileSync(join(packageRoot(), path), text)
  console.log(path)
}
writeBetweenMarks(join(packageRoot(), 'README.md'), 'findings', findingsText())
console.log('README.md, what was found')
