/** What a stream said: each event as [type, data], ids and comments as they came. */
export interface Said {
  events: [type: string, data: string][]
  /** What `Last-Event-ID` is at the end. */
  lastEventId: string
  commentCount: number
  retries: number[]
}

/** Text and single bytes, in order. */
type Stream = readonly (string | number)[]

export function bytesOf(stream: Stream): Buffer {
  return Buffer.concat(stream.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))))
}

/** What a stream says that says nothing. */
export const none: Said = { events: [], lastEventId: '', commentCount: 0, retries: [] }

/** Streams at the edges of WHATWG HTML §9.2.5 and §9.2.6, and what each says. A number is a byte. */
export const edges: Record<string, [stream: Stream, expected: Partial<Said>]> = {
  'a byte-order mark before the first line': [[0xef, 0xbb, 0xbf, 'data: x\n\n'], { events: [['message', 'x']] }],
  'a second byte-order mark is text: its line has a field that nobody knows': [[0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf, 'data: x\n\n'], {}],
  'a byte-order mark before the second event is text': [['data: x\n\n', 0xef, 0xbb, 0xbf, 'data: y\n\n'], { events: [['message', 'x']] }],
  'a byte-order mark within a value is text': [['data: ', 0xef, 0xbb, 0xbf, 'x\n\n'], { events: [['message', '\uFEFFx']] }],
  'nothing but a byte-order mark': [[0xef, 0xbb, 0xbf], {}],
  'the characters whose codes are the bytes of a byte-order mark are text': [['\u00EF\u00BB\u00BFdata: x\n\n'], {}],
  'UTF-16 is no event stream': [[0xff, 0xfe, 'd\0a\0t\0a\0:\0x\0\n\0\n\0'], {}],
  'LF ends lines': [
    ['id: 1\ndata: x\n\ndata: y\n\n'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
      lastEventId: '1',
    },
  ],
  'CR ends lines, also the last one': [
    ['id: 1\rdata: x\r\rdata: y\r\r'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
      lastEventId: '1',
    },
  ],
  'CRLF ends lines, and is one end': [
    ['id: 1\r\ndata: x\r\n\r\ndata: y\r\n\r\n'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
      lastEventId: '1',
    },
  ],
  'LF CR is two ends': [
    ['data: x\n\rdata: y\r\n\r'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
    },
  ],
  'CR CRLF is two ends, so that the event has ended': [['data: x\r\r\n'], { events: [['message', 'x']] }],
  'empty lines alone': [['\n\r\n\r\r\n\n'], {}],
  'several empty lines after an event': [['data: x\n\n\n\r\r\n'], { events: [['message', 'x']] }],
  'an event that has not ended is none, and its id does not count': [['data: x\n\nid: 2\ndata: y\n'], { events: [['message', 'x']] }],
  'a line that has not ended is none': [['data: x\n\ndata: y'], { events: [['message', 'x']] }],
  'data lines are joined by LF': [['data: x\ndata:\ndata: y\n\n'], { events: [['message', 'x\n\ny']] }],
  'the field without a colon is empty data': [['data\n\n'], { events: [['message', '']] }],
  'the field with a colon alone is empty data': [['data:\n\n'], { events: [['message', '']] }],
  'two fields without a value are one LF': [['data\ndata:\n\n'], { events: [['message', '\n']] }],
  'one space after the colon goes, a second stays, and so does a tab': [
    ['data:x\n\ndata: x\n\ndata:  x\n\ndata:\tx\n\n'],
    {
      events: [
        ['message', 'x'],
        ['message', 'x'],
        ['message', ' x'],
        ['message', '\tx'],
      ],
    },
  ],
  'a space before the colon or the name makes another field': [['data : x\n data: x\n\n'], {}],
  'names of fields are in lower case': [['DATA: x\nData: x\n\n'], {}],
  'further colons belong to the value': [['data: a:b: c\n\n'], { events: [['message', 'a:b: c']] }],
  'fields that nobody knows are passed over': [['datum: x\ndata: y\nfoo\n\n'], { events: [['message', 'y']] }],
  'a type holds for one event': [
    ['event: gap\ndata: x\n\ndata: y\n\n'],
    {
      events: [
        ['gap', 'x'],
        ['message', 'y'],
      ],
    },
  ],
  'a type without data is forgotten': [['event: gap\n\ndata: y\n\n'], { events: [['message', 'y']] }],
  'the last type counts, and an empty one is the usual': [
    ['event: a\nevent: b\ndata: x\n\nevent: a\nevent\ndata: y\n\n'],
    {
      events: [
        ['b', 'x'],
        ['message', 'y'],
      ],
    },
  ],
  'a comment is no event, with text and without': [[':\n: text\n:data: x\n\n'], { commentCount: 3 }],
  'a comment within an event does not end it': [['data: x\n: ping\ndata: y\n\n'], { events: [['message', 'x\ny']], commentCount: 1 }],
  'a comment counts when its line ends': [[': ping\n'], { commentCount: 1 }],
  'a comment whose line ends in CR': [[': ping\r'], { commentCount: 1 }],
  'an id stays until another comes': [
    ['id: 1\ndata: x\n\ndata: y\n\n'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
      lastEventId: '1',
    },
  ],
  'an id without data counts once its block has ended': [['id: 7\n\n'], { lastEventId: '7' }],
  'an id without data that has not ended does not count': [['id: 7\n'], {}],
  'an id beside a comment alone counts': [['id: 7\n: ping\n\n'], { lastEventId: '7', commentCount: 1 }],
  'an id after the data of its event counts': [['data: x\nid: 7\n\n'], { events: [['message', 'x']], lastEventId: '7' }],
  'an empty id takes the last one back': [
    ['id: 1\ndata: x\n\nid:\ndata: y\n\n'],
    {
      events: [
        ['message', 'x'],
        ['message', 'y'],
      ],
    },
  ],
  'an id without a colon takes the last one back': [['id: 1\n\nid\n\n'], {}],
  'an id with NUL is passed over, and the last one stays': [['id: 1\n\nid: 2\u00003\n\n'], { lastEventId: '1' }],
  'an id of other writing is taken as it is': [['id: €1 é\n\n'], { lastEventId: '€1 é' }],
  'a reconnection time of digits': [['retry: 10\nretry:0\n\n'], { retries: [10, 0] }],
  'a reconnection time counts when its line ends': [['retry: 10\n'], { retries: [10] }],
  'a reconnection time with a leading zero is decimal': [['retry: 010\n\n'], { retries: [10] }],
  'a reconnection time of anything but digits is passed over': [
    ['retry: 1.5\nretry: -1\nretry: 1e3\nretry: +1\nretry: 10 \nretry:  10\nretry: x\nretry:\nretry\nretry: ٣\n\n'],
    {},
  ],
  'a character of four bytes, and a broken one': [
    ['data: 😀', 0xe2, 0x82, 'x', 0xff, '\n\n'],
    { events: [['message', '😀\uFFFDx\uFFFD']] },
  ],
  'NUL in data stays': [['data: a\u0000b\n\n'], { events: [['message', 'a\u0000b']] }],
  'U+0085, U+2028 and form feed end no line': [['data: a\u0085b\u2028c\fd\n\n'], { events: [['message', 'a\u0085b\u2028c\fd']] }],
}
