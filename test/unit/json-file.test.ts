import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findProfile } from '../../src/advisor/profile-folder.ts'
import { readRequirement } from '../../src/advisor/requirement-input.ts'
import { readReported, readResult, readResultAt } from '../../src/cli/result-file.ts'
import { HarnessError, type ErrorCode } from '../../src/core/errors.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { checkMicroBenchmark } from '../../src/micro/micro-benchmark.ts'
import { readJsonFile } from '../../src/scenario/json-file.ts'
import { openFile } from '../../src/scenario/open-file.ts'
import { loadScenario } from '../../src/scenario/scenario-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'json-file-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'given.json')

const kept = (file: string) => readFileSync(join(packageRoot(), file), 'utf8')

/** Every kind of file that a user hands over, with the code of its faults and a key that each of them has. */
const kinds: { kind: string; code: ErrorCode; text: string; key: string; read: () => unknown }[] = [
  { kind: 'scenario', code: 'ERR_SCENARIO_INVALID', text: kept('scenarios/smoke.json'), key: 'title', read: () => loadScenario(path) },
  {
    kind: 'measure',
    code: 'ERR_SCENARIO_INVALID',
    text: kept('scenarios/framing-micro.json'),
    key: 'title',
    read: () => checkMicroBenchmark(openFile(path)),
  },
  {
    kind: 'workload',
    code: 'ERR_WORKLOAD_INVALID',
    text: '{"clients":1000,"messagesPerSecond":0.2,"staleness":"2s"}',
    key: 'clients',
    read: () => readRequirement({ file: path }),
  },
  {
    kind: 'result',
    code: 'ERR_RESULT_INVALID',
    text: kept('results/reference/notifications/result.json'),
    key: 'schemaVersion',
    read: () => readResultAt(path),
  },
  {
    kind: 'study',
    code: 'ERR_RESULT_INVALID',
    text: kept('results/reference/idle-connections/study.json'),
    key: 'studyVersion',
    read: () => readReported(path),
  },
  {
    kind: 'profile',
    code: 'ERR_PROFILE_INVALID',
    text: kept('results/profiles/reference.json'),
    key: 'schemaVersion',
    read: () => findProfile(folder, '', path),
  },
]

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    assert.ok(error instanceof HarnessError, String(error))
    assert.equal(error.exitCode, 2)
    return error.message.replaceAll(path, 'FILE')
  }
  return assert.fail('nothing was refused')
}

for (const { kind, code, text, key, read } of kinds) {
  describe(`a ${kind} that a user hands over`, () => {
    it('may begin with a byte-order mark', () => {
      writeFileSync(path, text)
      const plain = JSON.stringify(read())
      writeFileSync(path, `\ufeff${text}`)
      assert.equal(JSON.stringify(read()), plain)
    })

    it('is refused with a key given twice, by line and column', () => {
      writeFileSync(path, text.replace(/\}\s*$/, `,\n  "${key}": 1\n}`))
      const line = text.trimEnd().slice(0, -1).split('\n').length + 1
      const first = new RegExp(
        `^${code}: FILE: line ${line}, column 3: ${key} appears twice, first in line \\d+, column \\d+\\. Keep one of them\\.$`,
      )
      assert.match(refusal(read), first)
    })

    it('is refused as UTF-16 by that name', () => {
      writeFileSync(path, `\ufeff${text}`, 'utf16le')
      assert.match(refusal(read), new RegExp(`^${code}: FILE: is not a .*: it is UTF-16, .* but must be UTF-8\\. `))
    })

    it('is refused with a comment, by line and column', () => {
      writeFileSync(path, `\n\n  // why\n${text}`)
      assert.match(refusal(read), new RegExp(`^${code}: FILE: is not a .*: line 3, column 3: a comment, which JSON does not allow\\. `))
    })
  })
}

describe('a file of JSON', () => {
  const words = { code: 'ERR_SCENARIO_INVALID', wrong: 'WRONG', wayOut: 'WAY OUT.' } as const
  const read = () => readJsonFile(path, words)
  const refused = (content: string | Buffer): string => {
    writeFileSync(path, content)
    return refusal(read)
  }
  const wrong = (content: string | Buffer): string => {
    const message = refused(content)
    const [, what] = /^ERR_SCENARIO_INVALID: FILE: WRONG: (.*)\. WAY OUT\.$/.exec(message) ?? assert.fail(message)
    return what!
  }

  it('is refused with every key that is given twice in one object, its path and both places', () => {
    const text = [
      '{',
      '  "clientCount": 20,',
      '  "traffic": { "messageBytes": 64, "messageBytes": 512 },',
      '  "contenders": [{ "label": "a" }, { "label": "b", "phases": { "label": 1 }, "\\u006cabel": "c" }],',
      '  "clientCount": 200',
      '}',
    ].join('\n')
    assert.deepEqual(
      refused(text).split('\n'),
      [
        'line 3, column 36: traffic.messageBytes appears twice, first in line 3, column 16',
        'line 4, column 78: contenders[1].label appears twice, first in line 4, column 38',
        'line 5, column 3: clientCount appears twice, first in line 2, column 3',
      ].map((what) => `ERR_SCENARIO_INVALID: FILE: ${what}. Keep one of them.`),
    )
    assert.match(refused('{"":1,"":2}'), /column 7: "" appears twice/)
    const lines = refused(`{${'"a":1,'.repeat(30)}"b":1}`).split('\n')
    assert.deepEqual([lines.length, lines[10]], [11, 'ERR_SCENARIO_INVALID: FILE: 19 more keys appear twice.'])
  })

  const syntax: [string, string][] = [
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['{', 'line 1, column 2: a closing brace } is expected here'],
    ['{"a":[', 'line 1, column 7: a closing bracket ] is expected here'],
    ['{"a":1,\r\n}', 'line 2, column 1: there is an extra comma before }'],
    ['{"a":[1,]}', 'line 1, column 9: there is an extra comma before ]'],
    ['{"a":1 "b":2}', 'line 1, column 8: a comma is expected here'],
    ['{"a" 1}', 'line 1, column 6: a colon is expected here'],
    ['{"a":1}\n{}', 'line 2, column 1: something follows the end of the object'],
    ['{"a":/* b */1}', 'line 1, column 6: a comment, which JSON does not allow'],
    ['{"a":"b\nc"}', 'line 1, column 6: a string without its closing quote on the same line'],
    ['{"a":1e}', 'line 1, column 6: a number that is not complete'],
    ['{"a":"\t"}', String.raw`line 1, column 6: a string with a control character; write it as an escape, such as \t`],
    ['{"a":"C:\\x"}', String.raw`line 1, column 6: a string with an unknown escape; write a backslash as \\`],
    ['{"a":"\\u12"}', String.raw`line 1, column 6: a string with \u that is not followed by four hexadecimal digits`],
    ['[1]', 'the file must hold one object, got a list of 1'],
    ['null', 'the file must hold one object, got null'],
    ['['.repeat(50_000), 'it is nested too deeply'],
    [`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'it is nested too deeply'],
  ]
  for (const [text, what] of syntax) {
    it(`says of ${JSON.stringify(text.slice(0, 20))}: ${what}`, () => assert.equal(wrong(text), what))
  }

  it('shows words that are none by what stands there, and what cannot be seen by its number', () => {
    const none = 'is not JSON: names and strings need double quotes, and the only bare words are true, false and null'
    assert.equal(wrong('{"a":NaN}'), `line 1, column 6: "NaN" ${none}`)
    assert.equal(wrong("{'a':1}"), `line 1, column 2: "'a'" ${none}`)
    assert.equal(wrong('{"a":\u00a01}'), `line 1, column 6: "<U+00A0>1" ${none}`)
    assert.equal(wrong('{"a":\u001b[2J1}'), `line 1, column 6: "<U+001B>" ${none}`)
    assert.equal(wrong('\ufeff\ufeff{}'), `line 1, column 1: "<U+FEFF>" ${none}`)
  })

  it('is refused at the first byte that is not UTF-8', () => {
    assert.equal(wrong(Buffer.from('{\n  "a": "caf\xe9"\n}', 'latin1')), 'line 2, column 12: the byte 0xe9 is not UTF-8')
    // The replacement character may stand in the file, and the mark at the start is no column.
    const cut = Buffer.concat([Buffer.from('\ufeff{"\u00e9\ufffd":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')])
    assert.equal(wrong(cut), 'line 1, column 8: the byte 0xe2 is not UTF-8')
  })

  it('is named as UTF-16 or UTF-32 with a mark and without one', () => {
    const wide = (text: string, bytesPerCharacter: number, bigEndian: boolean): Buffer => {
      const bytes = Buffer.alloc(text.length * bytesPerCharacter)
      for (const [index, character] of Array.from(text).entries())
        bytes[index * bytesPerCharacter + (bigEndian ? bytesPerCharacter - 1 : 0)] = character.charCodeAt(0)
      return bytes
    }
    for (const bigEndian of [false, true]) {
      assert.match(wrong(wide('{"a":1}', 2, bigEndian)), /^it is UTF-16, /)
      assert.match(wrong(wide('{"a":1}', 4, bigEndian)), /^it is UTF-32, /)
    }
    assert.match(wrong(Buffer.concat([Buffer.from([0xfe, 0xff]), wide('{}', 2, true)])), /^it is UTF-16, /)
    assert.match(wrong(Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), wide('{}', 4, false)])), /^it is UTF-32, /)
  })

  it('that cannot be opened is reported with the message of the system', () => {
    assert.match(
      refusal(() => readJsonFile(folder, words)),
      /: WRONG: EISDIR/,
    )
    assert.match(
      refusal(() => readResult(join(folder, 'none.json'))),
      /is not a result document: ENOENT/,
    )
  })
})
