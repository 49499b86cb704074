import { plantedOn, testSabotage } from '../helpers/plant-sabotage.ts'

testSabotage(plantedOn.counts)
