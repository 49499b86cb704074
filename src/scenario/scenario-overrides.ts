import { didYouMean } from '../text/nearest-name.ts'
import { isRecord, oneOfText, pathText, type KeyPath } from './allowed-values.ts'
import { registry } from '../core/transports/registry.ts'

/** A value that a flag puts over the file's. A value that is not what the schema wants is refused with the flag's name. */
export interface Override {
  flag: string
  path: readonly string[]
  value: unknown
  /** The value as typed, for a message. */
  typed: string
  /** The value is in ms; a message then shows it as a duration. */
  isDuration: boolean
}

/** What the command line changes in a scenario. */
export interface ScenarioOverrides {
  values: readonly Override[]
  /** Transports that remain, in this order; absent: all, in the file's order. */
  transports?: readonly string[] | undefined
  /** Take the file's quick form. */
  isQuick?: boolean | undefined
}

/** A file with the flags applied; `flags` says which paths they set. */
export interface Overridden {
  raw: unknown
  /** What the quick form changed, when it was taken. */
  quick?: unknown
  flags: ReadonlyMap<string, Override>
}

/** Puts the flags over a parsed file, which stays as it is. Where the file's shape leaves no place for a value, it is not put. */
export function applyOverrides(file: unknown, { values, transports }: ScenarioOverrides): Overridden {
  const isChanged = values.length > 0 || transports !== undefined
  const raw = isChanged ? structuredClone(file) : file
  const flags = new Map<string, Override>()
  for (const override of values) {
    if (put(raw, override.path, override.value)) flags.set(pathText(override.path), override)
  }
  if (transports !== undefined && isRecord(raw) && Array.isArray(raw.contenders)) {
    const contenders: unknown[] = raw.contenders
    raw.contenders = transports.flatMap((id) => contenders.filter((contender) => transportIdOf(contender) === id))
  }
  return { raw, flags }
}

/** What is wrong with the list of `--transports` for this file, one text each. */
export function transportIssues(file: unknown, transports: readonly string[]): string[] {
  const known = registry.map((transport) => transport.id)
  const contenders: unknown[] = isRecord(file) && Array.isArray(file.contenders) ? file.contenders : []
  const present = known.filter((id) => contenders.some((contender) => transportIdOf(contender) === id))
  const issues: string[] = []
  for (const [index, id] of transports.entries()) {
    if (!known.includes(id)) issues.push(`unknown transport "${id}"; it must be ${oneOfText(known)}.${didYouMean(id, known)}`)
    else if (transports.indexOf(id) !== index) issues.push(`"${id}" is named twice. Name each transport once.`)
    else if (present.length > 0 && !present.includes(id))
      issues.push(`"${id}" has no contender in this scenario, only ${present.join(', ')}. Add one to the file.`)
  }
  return issues
}

function transportIdOf(contender: unknown): unknown {
  return isRecord(contender) ? contender.transport : undefined
}

function put(target: unknown, path: KeyPath, value: unknown): boolean {
  let place = target
  for (const key of path.slice(0, -1)) {
    if (!isRecord(place)) return false
    place = place[String(key)] ??= {}
  }
  if (!isRecord(place)) return false
  place[String(path.at(-1))] = value
  return true
}
