'use strict'

const compat = require('@napi-rs/canvas/node-canvas')

module.exports = { ...compat }
