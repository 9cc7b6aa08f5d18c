// Builds the files of the page into the folder built.
import {build} from 'esbuild'
import {cp, readFile, rm, mkdir, writeFile} from 'node:fs/promises'

const options = {bundle: true, minify: true, target: 'es2022', format: 'iife', charset: 'utf8', legalComments: 'none', logLevel: 'warning'}

await rm('built', {recursive: true, force: true})
await mkdir('built')
const {metafile} = await build({...options, entryPoints: ['source/main.js'], outfile: 'built/page.js', metafile: true})
await build({...options, bundle: false, entryPoints: ['source/worker.js'], outfile: 'built/worker.js'})
for (const name of ['index.html', 'style.css', 'engine.json']) await cp(`source/${name}`, `built/${name}`)

// The licences of what is in the bundle.
const modules = [...new Set(Object.keys(metafile.inputs).map(name => name.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))].sort()
let notice = 'page.js contains these packages, under the licences that follow.\n'
for (const name of modules) {
  const {version} = JSON.parse(await readFile(`node_modules/${name}/package.json`))
  notice += `\n${'-'.repeat(60)}\n${name} ${version}\n\n${(await readFile(`node_modules/${name}/LICENSE`, 'utf8')).trim()}\n`
}
await writeFile('built/NOTICE', notice)
