// lipsum(): filler text. Jinja2 draws words at random, so only the shape is the same: paragraphs of sentences.
// Mirrors jinja2/utils.py generate_lorem_ipsum.

import { Markup, type Value } from '../../python/index.js'

const WORDS = (
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat duis ' +
  'aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur'
).split(' ')

const below = (limit: number): number => Math.floor(Math.random() * limit)

/** `count` paragraphs of `min` to `max` words, as HTML or as plain text. */
export function generateLoremIpsum(count: number, html: boolean, min: number, max: number): Value {
  const paragraphs = Array.from({ length: count }, () => paragraph(min + below(max - min)))
  if (!html) return paragraphs.join('\n\n')
  return new Markup(paragraphs.map(text => `<p>${text}</p>`).join('\n'))
}

function paragraph(words: number): string {
  let text = ''
  let capital = true
  let untilComma = 3 + below(5)
  let untilStop = 10 + below(10)
  for (let index = 0; index < words; index++) {
    const word = WORDS[below(WORDS.length)] as string
    text += `${index === 0 ? '' : ' '}${capital ? word[0]?.toUpperCase() + word.slice(1) : word}`
    capital = false
    if (--untilComma === 0) {
      text += ','
      untilComma = 3 + below(5)
    }
    if (--untilStop === 0) {
      text = `${text.replace(/,$/, '')}.`
      capital = true
      untilStop = 10 + below(10)
    }
  }
  return `${text.replace(/[,.]$/, '')}.`
}
