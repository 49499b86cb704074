import { testCheck } from '../helpers/calibration-check.ts'

testCheck('K03')
testCheck('K08')
