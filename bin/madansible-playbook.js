#!/usr/bin/env node
// Takes the arguments of ansible-playbook, so that scripts can swap the command.
import { main } from '../dist/bin/madansible.js'

await main(['run', ...process.argv.slice(2)])
