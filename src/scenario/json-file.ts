import { readFileSync } from 'node:fs'
import { printParseErrorCode, visit } from 'jsonc-parser'
import { harnessError, messageOf, type ErrorCode } from '../core/errors.ts'
import { printableText } from '../text/shown-text.ts'
import { gotText, isRecord, pathText, type KeyPath } from './allowed-values.ts'

/** How a message refers to a file: the code, what the file is not ("is not a scenario"), and what to do. */
interface FaultWords {
  code: ErrorCode
  wrong: string
  wayOut: string
}

export interface JsonFileWords extends FaultWords {
  /** The name that the user knows the file by. Absent: its path. */
  name?: string
  /** For a file that cannot be opened, where that is another error. */
  unreadable?: FaultWords
}

/** Keys given twice that are listed one by one. */
const mostRepeats = 10

/**
 * Reads a file that a user hands over: one JSON object (RFC 8259) in UTF-8. It is opened once and read to its end, so that a pipe serves too.
 *
 * A byte-order mark is passed over, as section 8.1 allows. A key given twice in one object is refused: section 4 leaves open
 * which of the two a reader takes, and most take the last in silence.
 *
 * @throws {HarnessError} with what is wrong and, inside the text, the line and the column, both from 1
 */
export function readJsonFile(path: string, words: JsonFileWords): Record<string, unknown> {
  const { name = path, unreadable = words, code } = words
  const refusal = (fault: FaultWords) => (what: string, cause?: unknown) =>
    harnessError(fault.code, `${name}: ${fault.wrong}: ${what}. ${fault.wayOut}`, cause)
  const refuse = refusal(words)
  let bytes: Buffer
  try {
    bytes = readBytes(path)
  } catch (cause) {
    throw refusal(unreadable)(messageOf(cause), cause)
  }
  const text = decoded(bytes, refuse)
  const { value, repeats } = parsed(text, refuse)
  if (!isRecord(value)) throw refuse(`the file must hold one object, got ${gotText(value)}`)
  if (repeats.length === 0) return value
  const lines = repeats.slice(0, mostRepeats).map((repeat) => `${name}: ${repeat}. Keep one of them.`)
  if (repeats.length > mostRepeats) lines.push(`${name}: ${repeats.length - mostRepeats} more keys appear twice.`)
  throw harnessError(code, lines.join(`\n${code}: `))
}

type Refuse = (what: string, cause?: unknown) => Error

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    // A socket, which Node's spawn gives a child for stdin, cannot be opened by its path on Linux; it can be read as it is.
    const descriptor = path === '/dev/stdin' ? '0' : /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1]
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || descriptor === undefined) throw error
    return readFileSync(Number(descriptor))
  }
}

const byteOrderMark = Buffer.from('\ufeff')

function decoded(bytes: Buffer, refuse: Refuse): string {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) throw refuse(`it is ${wide}, as PowerShell and some editors write it, but must be UTF-8`)
  const content = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch (cause) {
    throw refuse(strayByte(content), cause)
  }
}

/** UTF-16 and UTF-32, by their marks or by the zero bytes beside the first character, which in JSON is ASCII (RFC 4627 §3). */
function wideEncoding(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 4).toString('hex')
  if (/^(fffe0000|0000feff|000000(?!00)..|(?!00)..000000)$/.test(start)) return 'UTF-32'
  return /^(fffe|feff|00(?!00)..|(?!00)..00)/.test(start) ? 'UTF-16' : undefined
}

/** The first byte that is not UTF-8, with its place. */
function strayByte(bytes: Buffer): string {
  const replacement = '\ufffd'
  const text = bytes.toString('utf8')
  for (let at = text.indexOf(replacement); ; at = text.indexOf(replacement, at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at))
    // The file may hold the character that stands for what is not UTF-8.
    if (bytes.subarray(offset, offset + 3).equals(Buffer.from(replacement))) continue
    const lines = text.slice(0, at).split(/\r\n|\r|\n/)
    return `${placeText(lines.length - 1, lines.at(-1)!.length)}: the byte 0x${bytes.toString('hex', offset, offset + 1)} is not UTF-8`
  }
}

/** The value of a text, and every key that its object has already. `JSON.parse` decides what is JSON, the other parser only knows places. */
function parsed(text: string, refuse: Refuse): { value: unknown; repeats: string[] } {
  let found: string | undefined
  try {
    try {
      return { value: JSON.parse(text), repeats: repeatedKeys(text) }
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
      found = firstSyntaxError(text) ?? printableText(cause.message)
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    found = 'it is nested too deeply'
  }
  throw refuse(found)
}

function repeatedKeys(text: string): string[] {
  const repeats: string[] = []
  const seen: Map<string, string>[] = []
  visit(text, {
    onObjectBegin: () => void seen.push(new Map()),
    onObjectEnd: () => void seen.pop(),
    onObjectProperty(key, _offset, _length, line, column, pathSupplier) {
      const places = seen.at(-1)!
      const first = places.get(key)
      if (first === undefined) places.set(key, placeText(line, column))
      else repeats.push(`${placeText(line, column)}: ${keyText([...pathSupplier(), key])} appears twice, first in ${first}`)
    },
  })
  return repeats
}

function keyText(path: KeyPath): string {
  return printableText(pathText(path)) || '""'
}

const syntaxWords: Readonly<Record<string, string>> = {
  InvalidSymbol: 'is not JSON: names and strings need double quotes, and the only bare words are true, false and null',
  PropertyNameExpected: 'a name in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a closing brace } is expected here',
  CloseBracketExpected: 'a closing bracket ] is expected here',
  EndOfFileExpected: 'something follows the end of the object',
  InvalidCommentToken: 'a comment, which JSON does not allow',
  UnexpectedEndOfComment: 'a comment, which JSON does not allow',
  UnexpectedEndOfString: 'a string without its closing quote on the same line',
  UnexpectedEndOfNumber: 'a number that is not complete',
  InvalidUnicode: String.raw`a string with \u that is not followed by four hexadecimal digits`,
  InvalidEscapeCharacter: String.raw`a string with an unknown escape; write a backslash as \\`,
  InvalidCharacter: String.raw`a string with a control character; write it as an escape, such as \t`,
}

const longestToken = 40

/** The first thing that is wrong, with its place; undefined where the parser that knows places finds nothing. */
function firstSyntaxError(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty'
  let found: string | undefined
  visit(
    text,
    {
      onError(error, offset, length, line, column) {
        if (found !== undefined) return
        const kind = printParseErrorCode(error)
        const token = text.slice(offset, offset + Math.min(length, longestToken))
        const isAfterComma = kind.endsWith('Expected') && /^[\]}]/.test(token) && text.slice(0, offset).trimEnd().endsWith(',')
        const what = isAfterComma ? `there is an extra comma before ${token}` : (syntaxWords[kind] ?? kind)
        found = `${placeText(line, column)}: ${kind === 'InvalidSymbol' ? `${tokenText(token)} ` : ''}${what}`
      },
    },
    { disallowComments: true },
  )
  return found
}

/** What stands in the file, with characters that cannot be seen by their numbers: `"<U+00A0>1"`. */
function tokenText(token: string): string {
  const shown = token.replaceAll(
    /[\p{C}\p{Z}]/gu,
    (character) => `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`,
  )
  return `"${shown}"`
}

/** Both counted from 0 here, from 1 in the text. */
function placeText(line: number, column: number): string {
  return `line ${line + 1}, column ${column + 1}`
}
