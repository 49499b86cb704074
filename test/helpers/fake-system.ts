import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemFiles, type SystemFiles } from '../../src/machine/system-files.ts'

/** Calls `use` with a system that holds these files and no others, by path. */
export function withSystem<Value>(files: Readonly<Record<string, string>>, use: (system: SystemFiles, root: string) => Value): Value {
  const root = mkdtempSync(join(tmpdir(), 'fake-system-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), `${text}\n`)
    }
    return use(systemFiles(root), root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
