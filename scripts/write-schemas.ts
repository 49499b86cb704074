import { writeGeneratedFiles } from './generated-files.ts'

/** `npm run schemas`: writes what is generated from the code, the scenario files and the kept results. */
console.log(writeGeneratedFiles().join('\n'))
