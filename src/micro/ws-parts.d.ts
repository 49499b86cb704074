import type { Writable } from 'node:stream'

// What @types/ws leaves out of ws 8: the framing itself (doc/ws.md does not document it, the package exports it).
declare module 'ws' {
  const Sender: {
    frame(data: Buffer, options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean }): Buffer[]
  }
  class Receiver extends Writable {
    constructor(options: { isServer: boolean; maxPayload: number; skipUTF8Validation?: boolean })
  }
}
