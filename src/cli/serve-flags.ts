import type { Command } from 'commander'
import { z } from 'zod'
import { harnessError } from '../core/errors.ts'
import { commonServedOptions, type Contender, type Transport } from '../core/transport.ts'
import { contenderOf, registry } from '../core/transports/registry.ts'
import { allowedText, oneOfText, type JsonSchema } from '../scenario/allowed-values.ts'
import { parseDecimal } from '../text/decimal.ts'
import { parseDurationMs } from '../text/duration-text.ts'
import type { FlagValues } from './flags.ts'

/** How a value is typed, by the schema of its option. */
type Form = 'DURATION' | 'N' | 'on|off' | 'TEXT'

/** A flag of `bench serve` for an option that one or several transports have. */
interface ServeFlag {
  flag: string
  option: string
  form: Form
  help: string
  transports: string[]
}

const switches: Readonly<Record<string, boolean>> = { on: true, off: false }

/** Adds a flag for each option that servers take, as the descriptors have them. */
export function addServeFlags(command: Command): void {
  for (const { flag, form, help, transports } of serveFlags()) command.option(`${flag} <${form}>`, `${transports.join(', ')}: ${help}`)
}

/**
 * The contender that the given flags ask for.
 *
 * @throws {HarnessError} ERR_CONTENDER_OPTION for an option of another transport, or a value that it does not allow
 */
export function servedContender(transport: Transport, values: FlagValues): Contender {
  const flags = serveFlags()
  const own = flags.filter(({ transports }) => transports.includes(transport.id))
  const options: Record<string, unknown> = {}
  for (const { flag, option, form } of flags) {
    const typed = values[attributeOf(flag)]
    if (typeof typed !== 'string') continue
    const known = own.map((one) => one.flag)
    if (!known.includes(flag))
      throw harnessError('ERR_CONTENDER_OPTION', `${flag}: is not an option of "${transport.id}", which takes ${known.join(', ')}.`)
    const { success, data } = transport.options.shape[option]!.safeParse(valueOf(form, typed))
    if (!success)
      throw harnessError('ERR_CONTENDER_OPTION', `${flag}: must be ${allowedOf(transport, option, form)}, got ${JSON.stringify(typed)}.`)
    options[option] = data
  }
  return contenderOf(transport.id, options)
}

function serveFlags(): ServeFlag[] {
  const found = new Map<string, ServeFlag>()
  for (const transport of registry)
    for (const option of [...transport.servedOptions, ...commonServedOptions]) {
      const flag = flagOf(option)
      const { form, help } = declared(transport, option)
      const entry = found.get(flag) ?? { flag, option, form, help, transports: [] }
      entry.transports.push(transport.id)
      found.set(flag, entry)
    }
  return [...found.values()]
}

/** `holdTimeMs` is `--hold-time`, as everywhere a duration has its unit in the value; bytes stay in the name. */
function flagOf(option: string): string {
  return `--${option.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function attributeOf(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function schemaOf(transport: Transport, option: string): JsonSchema & { description?: string } {
  return z.toJSONSchema(transport.options.shape[option] as z.ZodType, { io: 'input' }) as JsonSchema & { description?: string }
}

function declared(transport: Transport, option: string): { form: Form; help: string } {
  const { type, description = '' } = schemaOf(transport, option)
  const form = type === 'boolean' ? 'on|off' : type === 'string' ? 'TEXT' : option.endsWith('Ms') ? 'DURATION' : 'N'
  // As the value is typed: a duration with its unit, a switch as on or off.
  return { form, help: description.replace(/, in ms(?=[.;]|$)/, '').replace(/^False = /, 'off = ') }
}

/** What was typed as the option's schema wants it; what cannot be read stays text, which the schema refuses. */
function valueOf(form: Form, typed: string): unknown {
  if (form === 'DURATION') return parseDurationMs(typed) ?? typed
  if (form === 'N') return parseDecimal(typed) ?? typed
  return form === 'TEXT' ? typed : (switches[typed] ?? typed)
}

function allowedOf(transport: Transport, option: string, form: Form): string {
  if (form === 'on|off') return oneOfText(Object.keys(switches))
  return allowedText(schemaOf(transport, option), form === 'DURATION' ? 'duration' : 'number')
}
