import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { startBench } from './bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'studies-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a scenario with --json; stdout is the study and nothing else. */
export async function studyOf(name: string, scenario: object): Promise<{ document: StudyDocument; dir: string; code: number | null }> {
  const path = join(folder, `${name}.json`)
  writeFileSync(path, JSON.stringify({ title: name, question: 'Known?', ...scenario }))
  const { stdout, stderr, code } = await startBench([path, '--json', '--charts', 'off', '--out', join(folder, 'out')]).ended
  assert.notEqual(stdout, '', stderr)
  const [started] = readdirSync(join(folder, 'out', name))
  return { document: studySchema.parse(JSON.parse(stdout)), dir: join(folder, 'out', name, started!), code }
}
