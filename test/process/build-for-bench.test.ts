import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { lockPlace } from '../../src/machine/machine-lock.ts'
import { startProgram, testLock } from '../helpers/bench-process.ts'

/** A package of one module and a page, with the compiled lock of this one. */
const root = packageRoot()
const folder = mkdtempSync(join(tmpdir(), 'build-for-bench-'))
after(() => rmSync(folder, { recursive: true }))
const source = join(folder, 'src/one.ts')
const compiled = join(folder, 'dist/src/one.js')
const script = 'scripts/build-for-bench.mjs'
const bundle = join(folder, 'dist/src/report/page.bundle.js')

function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

for (const file of [script, 'scripts/bundle-page.mjs']) cpSync(join(root, file), join(folder, file))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
place(source, 'export const one = 1\n')
place(join(folder, 'src/report/page/main.ts'), "import { one } from '../../one.js'\nconsole.log('page', one)\n")
place(join(folder, 'package.json'), '{ "type": "module" }')
place(
  join(folder, 'tsconfig.build.json'),
  JSON.stringify({ compilerOptions: { rootDir: '.', outDir: 'dist', composite: true, module: 'nodenext' }, include: ['src'] }),
)
place(
  join(folder, 'dist/src/machine/machine-lock.js'),
  `export * from ${JSON.stringify(new URL('../../src/machine/machine-lock.js', import.meta.url).href)}\n`,
)

const build = () => startProgram(process.execPath, [join(folder, script)]).ended

describe('npm run bench', () => {
  it('builds what has changed, but never under a run', async () => {
    assert.equal((await build()).code, 0)
    assert.match(readFileSync(compiled, 'utf8'), /one = 1/)
    assert.match(readFileSync(bundle, 'utf8'), /"page",1/)

    const claim = await lockPlace(testLock).claim({ pid: process.pid, what: 'scenario other', since: '2026-11-28T05:01:12.345Z' })
    assert.ok('release' in claim)
    assert.equal((await build()).code, 0, 'nothing is to be built')
    writeFileSync(source, 'export const one = 2\n')
    const { code, stderr } = await build()
    assert.equal(code, 2)
    assert.match(stderr, /^ERR_LOCK_HELD: dist\/: /)
    assert.ok(stderr.includes(`pid ${process.pid}, scenario other, since 2026-11-28 05:01:12 UTC`), stderr)
    assert.match(readFileSync(compiled, 'utf8'), /one = 1/)

    claim.release()
    assert.equal((await build()).code, 0)
    assert.match(readFileSync(compiled, 'utf8'), /one = 2/)
    assert.match(readFileSync(bundle, 'utf8'), /"page",2/)
  })
})
