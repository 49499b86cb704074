/** Slots of one heartbeat interval; members are spread over them evenly, so that heartbeats never come in step. */
const slotCount = 50
/** Node starts an interval anew from when it has fired, about 1 ms late: with ticks of 20 ms a heartbeat of 1 s would come every 1.09 s. */
const minTickMs = 50

/**
 * The open clients of a transport, each sent one heartbeat per interval, with one timer for all.
 *
 * A member that joins waits at most one interval for its first heartbeat. An interval below 2.5 s has fewer slots; `isInPhase`
 * leaves one, and all get their heartbeat in the same instant.
 */
export class Heartbeat<Member> {
  readonly #slots: Set<Member>[]
  readonly #timer: NodeJS.Timeout
  #next = 0
  #turn = 0

  constructor(intervalMs: number, sendHeartbeat: (member: Member) => void, isInPhase = false) {
    const count = isInPhase ? 1 : Math.max(1, Math.min(slotCount, Math.floor(intervalMs / minTickMs)))
    this.#slots = Array.from({ length: count }, () => new Set<Member>())
    this.#timer = setInterval(() => {
      const slot = this.#slots[this.#turn]!
      this.#turn = (this.#turn + 1) % count
      for (const member of slot) sendHeartbeat(member)
    }, intervalMs / count)
  }

  add(member: Member): void {
    this.#slots[this.#next]!.add(member)
    this.#next = (this.#next + 1) % this.#slots.length
  }

  /** Looks in every slot: a leave is rare, and a slot number per member would cost memory for each. */
  delete(member: Member): void {
    for (const slot of this.#slots) if (slot.delete(member)) return
  }

  *members(): Iterable<Member> {
    for (const slot of this.#slots) yield* slot
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
