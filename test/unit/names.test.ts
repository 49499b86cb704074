import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { resultSchema } from '../../src/core/result.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import * as units from '../../src/core/units.ts'
import { fullScenarioSchema } from '../../src/scenario/scenario-file.ts'

const unit = /(Us|Ms|Seconds|Bytes|PerSecond|Ratio|Count|Lines)(Per[A-Z][A-Za-z]*)?$/

/** Numbers without a unit, each with its reason. */
const unitless = new Set(
  [
    // identity, order and origin
    'schemaVersion rulesVersion seed block blocks position index branches cpu',
    // ratios by definition
    'ratio level pValue signFlipPValue backoffFactor ratioThatMatters',
    // counts by name: of one client or delivery, of trials, of samples behind an interval
    'n count perClient perDelivery wireSegmentsPerDelivery backlog blocksToDecide valid tainted invalid unknown failed',
    // figures of a metric, whose unit is in src/core/metric.ts
    'value values median low high estimate hodgesLehmann measured allowed floorThatMatters',
    // ends of a stretch of an axis, whose path beside it carries the unit
    'from to',
    // clients of a room, messages and jobs, by name; an exponent
    'roomSize messagesPerJob messagesPerSecondOfJob jobsInRow popularityExponent',
    // the unit by name
    'minutes',
    // a finding of calibration, whose unit stands beside it
    'expected',
  ].flatMap((names) => names.split(' ')),
)

interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
}

/** Keys of numbers that no unit follows, neither in the key nor in one above it (`deliveryLatencyUs.p50`). */
function unitlessKeys(schema: Schema, path: string[] = []): string[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items === undefined ? [] : [schema.items])]
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => unitlessKeys(value, [...path, key]))
  const further = inner.flatMap((value) => unitlessKeys(value, path))
  const isNumber = ['number', 'integer'].some((type) => type === schema.type || schema.type?.includes(type))
  const isNamed = path.some((key) => unit.test(key)) || unitless.has(path.at(-1)!)
  return [...named, ...further, ...(isNumber && !isNamed ? [path.join('.')] : [])]
}

function filesOf(folder: string): string[] {
  return readdirSync(join(packageRoot(), folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
}

describe('names', () => {
  it('of numbers in the scenario carry their unit', () => {
    assert.deepEqual(unitlessKeys(z.toJSONSchema(fullScenarioSchema, { io: 'input' }) as Schema), [])
  })

  it('of numbers in the result carry their unit', () => {
    assert.deepEqual(unitlessKeys(z.toJSONSchema(resultSchema) as Schema), [])
  })

  it('of numbers without one are found', () => {
    const planted = z.strictObject({
      wait: z.number(),
      waitMs: z.number(),
      lagUs: z.strictObject({ p50: z.number().nullable() }),
      list: z.array(z.strictObject({ size: z.int() })),
    })
    assert.deepEqual(unitlessKeys(z.toJSONSchema(planted) as Schema), ['wait', 'list.size'])
  })

  it('of files say what the thing is', () => {
    const files = ['src', 'servers', 'clients', 'scripts', 'test'].flatMap(filesOf)
    assert.ok(files.length > 50)
    assert.deepEqual(
      files.filter((file) => /^(utils?|helpers?|common|misc|types|index)\.ts$/.test(basename(file))),
      [],
    )
  })

  it('of units are given in one file', () => {
    const again = (text: string): string[] =>
      [...text.matchAll(/\bconst (\w+)\b/g)].map(([, name]) => name!).filter((name) => Object.hasOwn(units, name))
    const found = ['src', 'servers', 'clients', 'scripts'].flatMap((folder) =>
      filesOf(folder).flatMap((file) => again(readFileSync(join(packageRoot(), folder, file), 'utf8')).map((name) => `${file}: ${name}`)),
    )
    assert.deepEqual(
      found.filter((name) => !name.startsWith('core/units.ts')),
      [],
    )
    assert.deepEqual(again('const usPerMs = 1_000\nconst usPerTick = 10_000'), ['usPerMs'])
  })
})
