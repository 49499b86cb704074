import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { drawEpoch, formatCursor } from '../../src/core/cursor.ts'
import { gapLine, messageLine, parseLine, parsePollBody, pollBody } from '../../src/core/wire.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\uD800', '\u2028', '\uFEFF', '\r\n', '\0', '"', '\\', '{"gap":1}'),
)

suite('wire', () => {
  test('a line is the JSON that the design gives', () => {
    assert.equal(messageLine('abcd-17', 'a"b\n'), '{"cursor":"abcd-17","data":"a\\"b\\n"}')
    assert.equal(gapLine('abcd-12', 12), '{"cursor":"abcd-12","gap":12}')
    assert.equal(gapLine('abcd-0', null), '{"cursor":"abcd-0","gap":null}')
    assert.equal(
      pollBody('abcd-17', [gapLine('abcd-16', 12), messageLine('abcd-17', 'x')]),
      '{"cursor":"abcd-17","messages":[{"cursor":"abcd-16","gap":12},{"cursor":"abcd-17","data":"x"}]}',
    )
  })

  test('a line brings any text back, has no line end in it, and is the JSON of a standard serialiser (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 - 1 }), anyText, (position, data) => {
        const cursor = formatCursor(drawEpoch(), position)
        const line = messageLine(cursor, data)
        assert.deepEqual(parseLine(line), { cursor, data })
        assert.doesNotMatch(line, /[\r\n\0]/)
        assert.equal(line, JSON.stringify({ cursor, data }))
        // UTF-8 has no lone surrogate: it must be escaped before it meets a socket.
        assert.equal(Buffer.from(line).toString('utf8'), line)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('a poll body brings any messages back in order (property)', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 10 }), fc.option(fc.nat({ max: 5 })), (texts, gap) => {
        const cursor = 'abcd-9'
        const lines = [...(gap === 0 ? [] : [gapLine(cursor, gap)]), ...texts.map((text) => messageLine(cursor, text))]
        assert.deepEqual(parsePollBody(pollBody(cursor, lines)), {
          cursor,
          messages: [...(gap === 0 ? [] : [{ cursor, gap }]), ...texts.map((data) => ({ cursor, data }))],
        })
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  for (const text of [
    '',
    'x',
    'null',
    '3',
    '[]',
    '{}',
    '{"cursor":"abcd-1"}',
    '{"data":"x"}',
    '{"cursor":1,"data":"x"}',
    '{"cursor":"abcd-1","data":2}',
    '{"gap":1}',
    '{"cursor":"abcd-1","gap":"1"}',
    '{"cursor":"abcd-1","data":"x"',
  ]) {
    test(`refuses as a line: ${text === '' ? '(nothing)' : text}`, () => {
      assert.throws(() => parseLine(text), { code: 'ERR_WIRE' })
    })
  }

  for (const text of [
    '',
    'null',
    '[]',
    '{}',
    '{"cursor":"abcd-1"}',
    '{"messages":[]}',
    '{"cursor":1,"messages":[]}',
    '{"cursor":"abcd-1","messages":{}}',
    '{"cursor":"abcd-1","messages":[3]}',
    '{"cursor":"abcd-1","messages":[null]}',
    '{"cursor":"abcd-1","messages":[{"cursor":"abcd-1"}]}',
  ]) {
    test(`refuses as a poll body: ${text === '' ? '(nothing)' : text}`, () => {
      assert.throws(() => parsePollBody(text), { code: 'ERR_WIRE' })
    })
  }

  test('an error says what came, cut to a readable length', () => {
    assert.throws(
      () => parseLine('x'.repeat(500)),
      (error: Error) => error.message.includes('"xxx') && error.message.length < 300,
    )
  })
})
