// Reads template cases as JSON lines on standard input and writes their answers, in order.

import { createInterface } from 'node:readline'
import { BatchEvaluator } from '../jinja/index.js'

const evaluator = new BatchEvaluator()
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }))
  if (line.trim() !== '') process.stdout.write(`${evaluator.evaluateLine(line)}\n`)
