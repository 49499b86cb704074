import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { bench } from './bench-process.ts'
import { assertRan } from './machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'studies-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a scenario with --json to its end; stdout is the study and nothing else. */
export async function studyOf(name: string, scenario: object): Promise<{ document: StudyDocument; dir: string }> {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ title: name, question: 'Known?', ...scenario }))
  const out = join(folder, 'out', name)
  const ended = await bench([path, '--json', '--charts', 'off', '--retries', '0', '--out', join(folder, 'out')])
  assertRan(ended, out)
  const [started] = readdirSync(out)
  return { document: studySchema.parse(JSON.parse(ended.stdout)), dir: join(out, started!) }
}
