'use strict'

// One statement, so that Node finds the names and `import { createCanvas } from 'canvas'` works too.
module.exports = require('@napi-rs/canvas/node-canvas')
