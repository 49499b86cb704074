import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { registry } from '../../src/core/transports/registry.ts'
import { startBench } from '../helpers/bench-process.ts'
import { noBrowser, withBrowser } from '../helpers/browser-page.ts'

suite('the page of bench serve', { skip: noBrowser }, () => {
  for (const { id } of registry)
    test(`${id}: shows what is published from it`, async () => {
      const running = startBench(['serve', id, '--port', '0', ...(id === 'short-poll' ? ['--poll-interval', '50ms'] : [])])
      await running.says('Press Ctrl-C to stop it.')
      const address = /^browser: +(\S+)$/m.exec(running.stdout())![1]!
      try {
        await withBrowser(async (_open, browser) => {
          const page = await browser.newPage()
          const faults: string[] = []
          page.on('pageerror', (error) => faults.push(error.message))
          await page.goto(`${address}?channel=caf%C3%A9`)
          await page.fill('input', 'Grüße <b>')
          await page.click('button')
          await page.waitForFunction(`document.querySelector('#log').textContent.includes('Grüße <b>')`)
          assert.deepEqual(faults, [])
        })
      } finally {
        running.child.kill('SIGINT')
      }
      assert.equal((await running.ended).code, 0)
    })
})
