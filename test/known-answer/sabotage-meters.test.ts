import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allSabotage } from '../../src/calibrate/sabotage/all-sabotage.ts'
import { plantedOn, testSabotage } from '../helpers/plant-sabotage.ts'

testSabotage(plantedOn.meters)

test('every kind is planted, here, in the tests of counts or in those of the ledger', () => {
  const kinds = ['ledger', ...Object.keys(plantedOn.meters), ...Object.keys(plantedOn.counts)]
  assert.deepEqual(Object.keys(allSabotage).toSorted(), kinds.toSorted())
})
