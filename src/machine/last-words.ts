/** A line without an end is kept only so far. */
const keptLength = 4_096

/** Frames of stacks (JavaScript's and native ones), properties of errors, rules, V8's empty comments, and the version that Node adds. */
const saysNothing = /^(\s|$|\}|-----|<---|\d+: |#\s*$|#FailureMessage|Node\.js v)/

/**
 * What a process wrote last that says something. V8 and Node name the cause of an end first and let a stack follow, which
 * may be longer than all that anybody would keep: so lines are looked at as they come.
 */
export class LastWords {
  #unended = ''
  #last: string | undefined
  /** Where nothing else was written. */
  #lastOfAny: string | undefined

  add(text: string): void {
    const lines = (this.#unended + text).split('\n')
    this.#unended = lines.pop()!.slice(-keptLength)
    for (const line of lines) this.#take(line)
  }

  /** The line without the space around it; undefined when there is none. */
  get line(): string | undefined {
    this.#take(this.#unended)
    return (this.#last ?? this.#lastOfAny)?.trim()
  }

  #take(line: string): void {
    if (line.trim() === '') return
    this.#lastOfAny = line
    if (!saysNothing.test(line)) this.#last = line
  }
}
