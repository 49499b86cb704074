import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { gapLine, messageLine, parseLine, parsePollBody, pollBody } from '../../src/core/wire.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '\uD800', '\u2028', '\uFEFF', '\r\n', '\0', '"', '\\', '{"gap":1}'),
)

suite('wire', () => {
  test('a line is the JSON that the design gives', () => {
    assert.equal(messageLine(17, 'a"b\n'), '{"cursor":17,"data":"a\\"b\\n"}')
    assert.equal(gapLine(12), '{"gap":12}')
    assert.equal(pollBody(17, [gapLine(12), messageLine(17, 'x')]), '{"cursor":17,"messages":[{"gap":12},{"cursor":17,"data":"x"}]}')
  })

  test('a line brings any text back, has no line end in it, and is the JSON of a standard serialiser (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), anyText, (cursor, data) => {
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
      fc.property(fc.array(anyText, { maxLength: 10 }), fc.nat({ max: 5 }), (texts, gap) => {
        const lines = [...(gap > 0 ? [gapLine(gap)] : []), ...texts.map((text, index) => messageLine(index + 1, text))]
        assert.deepEqual(parsePollBody(pollBody(texts.length, lines)), {
          cursor: texts.length,
          messages: [...(gap > 0 ? [{ gap }] : []), ...texts.map((data, index) => ({ cursor: index + 1, data }))],
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
    '{"cursor":1}',
    '{"data":"x"}',
    '{"cursor":"1","data":"x"}',
    '{"cursor":1,"data":2}',
    '{"gap":"1"}',
    '{"cursor":1,"data":"x"',
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
    '{"cursor":1}',
    '{"messages":[]}',
    '{"cursor":1,"messages":{}}',
    '{"cursor":1,"messages":[3]}',
    '{"cursor":1,"messages":[null]}',
    '{"cursor":1,"messages":[{"cursor":1}]}',
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
