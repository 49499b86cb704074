'use strict'

const { existsSync, readdirSync } = require('node:fs')

/** The layer table: what each folder may import of ours, beside itself. A room may import the rooms above it in this list. */
const layers = {
  'src/core': [],
  'src/metrics': ['src/core'],
  'src/text': ['src/core'],
  'src/answer': ['src/core', 'src/metrics', 'src/text'],
  'src/traffic': ['src/core', 'src/metrics'],
  'src/machine': ['src/core', 'src/metrics', 'src/text', 'src/traffic'],
  'src/path': ['src/core', 'src/machine'],
  'src/scenario': ['src/core', 'src/metrics', 'src/text', 'src/traffic'],
  'src/trial': ['src/core', 'src/metrics', 'src/traffic', 'src/machine', 'src/path', 'src/scenario'],
  'src/analysis': ['src/core', 'src/metrics', 'src/traffic', 'src/machine', 'src/scenario', 'src/trial'],
  'src/run': [
    'src/core',
    'src/metrics',
    'src/text',
    'src/answer',
    'src/traffic',
    'src/machine',
    'src/scenario',
    'src/trial',
    'src/analysis',
  ],
  'src/advisor/model': ['src/core', 'src/metrics', 'src/answer'],
  'src/advisor/profile': [
    'src/core',
    'src/metrics',
    'src/advisor/model',
    'src/traffic',
    'src/machine',
    'src/scenario',
    'src/trial',
    'src/run',
  ],
  // prettier-ignore
  'src/advisor': ['src/core', 'src/metrics', 'src/text', 'src/answer', 'src/traffic', 'src/machine', 'src/scenario', 'src/trial', 'src/run'],
  'src/report': ['src/core', 'src/metrics', 'src/text', 'src/answer', 'src/advisor/model'],
  'src/calibrate': [
    'src/core',
    'src/metrics',
    'src/text',
    'src/traffic',
    'src/machine',
    'src/path',
    'src/scenario',
    'src/trial',
    'src/run',
  ],
  'src/micro': ['src/core', 'src/metrics', 'src/machine', 'src/scenario', 'src/run', 'src/calibrate', 'servers'],
  // prettier-ignore
  'src/cli': ['src/core', 'src/text', 'src/answer', 'src/traffic', 'src/machine', 'src/scenario', 'src/run', 'src/report', 'src/calibrate', 'src/micro', 'src/advisor'],
  servers: ['src/core'],
  clients: ['src/core'],
}

const shipped = '^(src|servers|clients)/'

/** A transport is what has a file of the same name on both sides; hosts and contracts serve all of them. */
const files = (folder) => (existsSync(folder) ? readdirSync(folder) : []).filter((file) => file.endsWith('.ts'))
const transports = files('servers').filter((file) => files('clients').includes(file) && !['host.ts', 'contract.ts'].includes(file))
const transportFile = `^(servers|clients)/(${transports.map((file) => file.replace(/\.ts$/, '')).join('|') || 'none'})\\.ts$`

const layerRules = Object.entries(layers).map(([folder, allowed]) => ({
  name: `layer ${folder}`,
  comment: `${folder} may import only ${[folder, ...allowed].join(', ')}.`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^(src/[a-z]+|servers|clients|test|scripts)/', pathNot: `^(${[folder, ...allowed].join('|')})/` },
}))

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'a transport descriptor runs in a page',
      comment: 'Descriptors take zod and other descriptors, so that a page may ask them too.',
      severity: 'error',
      from: { path: '^src/core/transport' },
      to: { path: '.', pathNot: '^(src/core/transport|src/core/(duration|units)\\.ts$|node_modules/zod/)' },
    },
    {
      name: 'one transport never imports another',
      severity: 'error',
      from: { path: transportFile },
      to: { path: transportFile },
    },
    {
      name: 'the advisor has a door',
      comment: 'The command line takes the files of src/advisor itself; what they are made of is behind them.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/advisor/[^/]+/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'imports resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'shipped code uses no dev dependency',
      severity: 'error',
      from: { path: shipped },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core takes nothing but zod and a heap',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(zod|tinyqueue|@types/node)/' },
    },
    {
      name: 'the model runs in a page',
      comment:
        'src/advisor/model is bundled into report.html; test/unit/predict.test.ts watches that it takes nothing from core but types and units.',
      severity: 'error',
      from: { path: '^src/advisor/model/' },
      to: { dependencyTypes: ['core', 'npm'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    // Without it dependency-cruiser reads no TypeScript 7 and passes on 0 modules; test/unit/layers.test.ts watches that.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
