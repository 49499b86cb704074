import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { htmlReport } from '../../src/report/html.ts'
import { variants } from './fixture-variants.ts'

test('the page holds its policy, its data and nothing to load', async () => {
  for (const name of ['plain', 'hostile-names', 'all-null', 'interrupted', 'censored']) {
    const document = variants[name]!()
    const page = await htmlReport(document)
    // Plain booleans: a failed match would print the whole page.
    const has = (pattern: RegExp, text = page) => pattern.test(text)
    const outside = page.replace(/<script.*?<\/script>/gsu, '')
    assert.ok(
      has(
        /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src data:; font-src data:;/u,
      ),
      'policy',
    )
    assert.ok(!has(/(?:src|href|srcset|action)\s*=\s*["']?(?:https?:)?\/\//iu), 'an address to load')
    assert.ok(!has(/url\(\s*["']?(?!data:)|@import|<link rel="stylesheet"/iu, outside), 'a style to load')
    assert.equal(page.match(/<script/gu)?.length, 2, 'a script came in by a name')
    assert.equal(page.match(/<\/script/gu)?.length, 2)
    const data = /<script type="application\/json" id="figures">(.*?)<\/script>/su.exec(page)?.[1]
    const byId = (figures: { id: string }[]) => figures.toSorted((a, b) => a.id.localeCompare(b.id))
    assert.deepEqual(byId(JSON.parse(data ?? '')), byId(JSON.parse(JSON.stringify(figuresOf(document)))))
    const text = outside.replace(/<style.*?<\/style>/gsu, '')
    assert.ok(!has(/\b(?:NaN|Infinity|undefined|null)\b/u, text), 'something that is no number')
    assert.ok(!text.includes('\u001b'), 'an escape')
  }
})
