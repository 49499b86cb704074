import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package-root.ts'
import { schemaFiles } from './schema-files.ts'

for (const [path, text] of Object.entries(schemaFiles())) {
  writeFileSync(join(packageRoot(), path), text)
  console.log(path)
}
