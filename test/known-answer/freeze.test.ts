import { testCheck } from '../helpers/calibration-check.ts'

testCheck('K01')
