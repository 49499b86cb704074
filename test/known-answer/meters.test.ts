import { testCheck } from '../helpers/calibration-check.ts'

testCheck('K14')
testCheck('K17')
testCheck('K21')
testCheck('K24')
