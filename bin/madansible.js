#!/usr/bin/env node
import { main } from '../dist/bin/madansible.js'

await main(process.argv.slice(2))
