import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { harnessError } from '../../src/core/errors.ts'
import { countFailure, failureClasses, faultClassOf, generatorFailures } from '../../src/core/failure-class.ts'

const withCode = (code: string, cause?: unknown): Error => Object.assign(new Error(code, { cause }), { code })

suite('faults', () => {
  const known: Record<string, string> = {
    EADDRNOTAVAIL: 'localPortsExhausted',
    EMFILE: 'clientEMFILE',
    ENFILE: 'clientEMFILE',
    ENOBUFS: 'clientENOBUFS',
    ECONNREFUSED: 'refused',
    ECONNRESET: 'reset',
    EPIPE: 'reset',
    UND_ERR_SOCKET: 'reset',
    ETIMEDOUT: 'timedOut',
    UND_ERR_CONNECT_TIMEOUT: 'timedOut',
    UND_ERR_HEADERS_TIMEOUT: 'timedOut',
    UND_ERR_BODY_TIMEOUT: 'timedOut',
    WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'messageTooBig',
    WS_ERR_INVALID_OPCODE: 'protocolError',
    HPE_INVALID_CONSTANT: 'protocolError',
    ESOMETHING: 'other',
  }
  for (const [code, fault] of Object.entries(known)) {
    test(`${code} is ${fault}, also as the cause of another error`, () => {
      assert.equal(faultClassOf(withCode(code)), fault)
      assert.equal(faultClassOf(new Error('outer', { cause: withCode(code) })), fault)
    })
  }

  test('a text that is not of the wire is a protocol error', () => {
    assert.equal(faultClassOf(harnessError('ERR_WIRE', 'wire: x.')), 'protocolError')
  })

  test('what is no error, or has no code, is other', () => {
    assert.deepEqual(
      [faultClassOf(undefined), faultClassOf('x'), faultClassOf({ code: 'EMFILE' }), faultClassOf(new Error('x'))],
      Array(4).fill('other'),
    )
  })

  test('faults of the generator are those that its own machine makes', () => {
    assert.deepEqual([...generatorFailures].sort(), ['clientEMFILE', 'clientENOBUFS', 'localPortsExhausted'])
    for (const fault of generatorFailures) assert.ok(failureClasses.includes(fault))
  })

  test('a table of counts names only what happened', () => {
    const counts = {}
    countFailure(counts, 'reset')
    countFailure(counts, 'reset')
    countFailure(counts, 'closed')
    assert.deepEqual(counts, { reset: 2, closed: 1 })
  })
})
