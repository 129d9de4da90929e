// Makes dist/bin/page/report.html, the page of `--report` without its data: script and style in one file.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './setup.js'

/** @param {string} outFile where the page is written */
export async function buildPage(outFile = path.join(root, 'dist', 'bin', 'page', 'report.html')) {
  const source = path.join(root, 'src', 'report', 'page')
  const script = await bundled(path.join(source, 'main.ts'), { format: 'iife', target: 'es2022' })
  const style = await bundled(path.join(source, 'style.css'), {})
  const html = readFileSync(path.join(source, 'shell.html'), 'utf8')
    // Functions, because a `$` in the script must stay one; `</script` must not end the element.
    .replace('<!--style-->', () => style)
    .replace('<!--script-->', () => script.replaceAll('</script', '<\\/script'))
  mkdirSync(path.dirname(outFile), { recursive: true })
  writeFileSync(outFile, html)
}

async function bundled(entry, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    logLevel: 'error',
    ...options,
  })
  return outputFiles[0].text
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPage(process.argv[2])
