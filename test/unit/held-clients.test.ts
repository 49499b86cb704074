import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { heldCountOf } from '../../src/trial/held-clients.ts'

/** A server that reports these counts in turn, the last one for ever. */
function serverOf(...told: (number | null)[]) {
  let askedCount = 0
  return {
    waitingCount: () => Promise.resolve(told[Math.min(askedCount++, told.length - 1)]!),
    get askedCount() {
      return askedCount
    },
  }
}

suite('how many clients the server says that it holds', () => {
  test('is waited for as long as it comes nearer', async () => {
    assert.equal(await heldCountOf(serverOf(0, 20, 60, 99, 100), 100, 500), 100)
  })

  test('is reported as it is where it never gets there: sockets that were forgotten, and clients that count twice', async () => {
    assert.equal(await heldCountOf(serverOf(10, 60, 59, 60), 100, 60), 60)
    assert.equal(await heldCountOf(serverOf(200), 100, 60), 200)
    assert.equal(await heldCountOf(serverOf(0), 100, 60), 0)
  })

  test('agrees at once, and clients of the step before that are still leaving are waited for', async () => {
    const server = serverOf(100)
    assert.equal(await heldCountOf(server, 100, 5_000), 100)
    assert.equal(server.askedCount, 1)
    assert.equal(await heldCountOf(serverOf(103, 101, 100), 100, 500), 100)
  })

  test('is unknown where the server does not tell', async () => {
    assert.equal(await heldCountOf(serverOf(null), 100, 5_000), null)
  })
})
