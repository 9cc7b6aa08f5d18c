// Drives the console of models in a real browser, as a person would:
//   node test/models.mjs URL TOKEN PACKAGE ARCHIVE FOLDER ASKED
// Pictures go to the folder. The server ASKED asks a version many times for scores from a
// least one on. It writes one JSON object: the measured times, and what went
// wrong. It ends with 1 if something did.
import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {chromium} from 'playwright-core'

const [url, token, model, archive, folder, asked] = process.argv.slice(2)
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--lang=en-US'],
})
const times = {}
const problems = []

// open returns a page of somebody new, and watches for what must not happen.
async function open(options = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options})
  const page = await context.newPage()
  page.setDefaultTimeout(20000)
  page.on('pageerror', error => problems.push(`error in the page: ${error.stack}`))
  page.on('console', message => {
    const text = message.text()
    if (message.type() === 'error' && !/status of 40[0-9]/.test(text)) problems.push(`console: ${text}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(`a request leaves: ${request.url()}`)
    if (request.url().split('#')[0].includes(token)) problems.push('the token is in an address that is sent')
  })
  return page
}

// login follows the link that maas up shows.
async function login(options) {
  const page = await open(options)
  await page.goto(`${url}/console/#token=${token}`)
  await page.getByText('ada, admin').waitFor()
  assert.equal(page.url(), `${url}/console/`)
  return page
}

// check lets axe look at the page, wide and narrow, light and dark, and takes pictures.
async function check(page, name) {
  for (const [width, colorScheme] of [[1280, 'light'], [390, 'dark'], [390, 'light'], [1280, 'dark']]) {
    await page.setViewportSize({width, height: width === 390 ? 844 : 800})
    await page.emulateMedia({colorScheme})
    await page.screenshot({path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true})
    const overflow = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth)
    if (overflow > 0) problems.push(`${name}: at ${width} the page is ${overflow} pixels too wide`)
    await page.evaluate(axe)
    const {violations} = await page.evaluate(() => window.axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}))
    for (const v of violations) {
      const nodes = v.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join('; ')
      problems.push(`${name} at ${width}, ${colorScheme}: ${v.impact}: ${v.id}: ${v.help}: ${nodes}`)
    }
  }
  await page.setViewportSize({width: 1280, height: 800})
  await page.emulateMedia({colorScheme: 'light'})
}

const progress = (page, pattern) => page.waitForFunction(
  source => new RegExp(source).test(document.getElementById('progress').textContent), pattern.source)

// try asks the model, and returns its answer.
async function ask(page, host) {
  await page.goto(`${url}/console/models/dga/try`)
  await page.getByLabel('Arguments').fill(`host=${host}`)
  await page.getByRole('button', {name: 'Call'}).click()
  return JSON.parse(await page.getByRole('region', {name: 'Answer', exact: true}).textContent())
}

async function change(page, link, button, effect) {
  await page.goto(`${url}/console/models/dga`)
  await page.getByRole('link', {name: link}).click()
  await page.getByText(effect).waitFor()
  await page.getByRole('button', {name: button}).click()
  await page.getByRole('status').filter({hasText: 'Done.'}).waitFor()
}

const steps = {
  async 'a stranger sees the form alone'() {
    const page = await open()
    await page.goto(`${url}/console/models/dga`)
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', {name: 'Log in'}).click()
    await page.getByRole('alert').waitFor()
    await check(page, 'login')
    await page.context().close()
  },

  async 'deploy by form, and watch'() {
    const page = await login()
    await page.getByRole('link', {name: 'Deploy', exact: true}).click()
    await page.getByLabel('Folder of the package').fill('/no/such/folder')
    await page.getByRole('button', {name: 'Look at the package'}).click()
    await page.getByRole('alert').filter({hasText: 'there is no folder'}).waitFor()
    await page.getByLabel('Folder of the package').fill(model)
    await page.getByLabel('Version').fill('1.0')
    await page.getByLabel('Replicas').fill('2')
    await check(page, 'deploy')
    await page.getByRole('button', {name: 'Look at the package'}).click()
    await page.getByText('Nothing of it has run.').waitFor()
    await check(page, 'staged')
    const start = Date.now()
    await page.getByRole('button', {name: 'Deploy'}).click()
    await page.getByRole('status').filter({hasText: 'dga 1.0 is deployed'}).waitFor()
    await progress(page, /2 of 2 replicas serve/)
    times.deployed_and_seen_ms = Date.now() - start
    await page.locator('#instances').getByText('serving').nth(1).waitFor()
    await check(page, 'deployment')
    await page.context().close()
  },

  async 'deploy an archive without scripts'() {
    const page = await open({javaScriptEnabled: false})
    await page.goto(`${url}/console/deploy`)
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', {name: 'Log in'}).click()
    await page.getByLabel('or an archive').setInputFiles(archive)
    await page.getByLabel('Version').fill('2.0')
    await page.getByRole('button', {name: 'Look at the package'}).click()
    await page.getByRole('button', {name: 'Deploy'}).click()
    await page.getByText('1 of 1 replicas serve').waitFor() // by meta refresh
    await page.getByRole('link', {name: 'Stellar models'}).click()
    await page.getByRole('link', {name: 'dga'}).click()
    await page.getByLabel('Weight of 2.0').fill('25')
    await page.getByRole('button', {name: 'Change weights'}).click()
    await page.getByText('The weight of 2.0 is 25, was 0.').waitFor()
    await page.getByRole('button', {name: 'Change the weights'}).click()
    await page.getByText('2.0: 20 %').waitFor()
    await page.getByRole('button', {name: 'Log out'}).click()
    await page.getByLabel('Token').waitFor()
    await page.context().close()
  },

  async 'search by keys alone'() {
    const page = await login()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'q')
    await page.keyboard.type('owner:nobody')
    await page.keyboard.press('Enter')
    await page.getByText('No model fits the search.').waitFor()
    await page.getByLabel('Search').fill('tag:dns stage:production')
    await page.keyboard.press('Enter')
    await page.getByText('1 of 1 models').waitFor()
    await page.getByRole('link', {name: 'dga'}).focus()
    await page.waitForTimeout(2500) // the list is fetched again, and the link keeps the focus
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'dga')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: 'dga', level: 1}).waitFor()
    await page.context().close()
  },

  async 'try a call'() {
    const page = await login()
    const answer = await ask(page, "it's <b>")
    assert.equal(answer.host, "it's <b>")
    await page.getByText(String.raw`{'host': 'it\'s <b>'}`).waitFor()
    await check(page, 'try')
    await page.context().close()
  },

  async 'promote and roll back'() {
    const page = await login()
    await change(page, 'Promote 2.0', 'Promote 2.0', '2.0 goes into production, and gets all calls that name no version.')
    assert.equal((await ask(page, 'a')).version, '2.0')
    await page.goto(`${url}/console/models/dga`)
    await page.getByRole('link', {name: 'Roll back to 1.0'}).click()
    await check(page, 'confirm')
    await page.getByRole('button', {name: 'Roll back to 1.0'}).click()
    await page.getByRole('status').filter({hasText: '1.0: stage is production, was archived'}).waitFor()
    assert.equal((await ask(page, 'b')).version, '1.0')
    await page.goto(`${url}/console/models/dga`)
    await check(page, 'model')
    await page.context().close()
  },

  async 'an instance dies and comes back, and its log goes on'() {
    const page = await login()
    await page.goto(`${url}/console/models/dga/versions/2.0`)
    await page.getByRole('button', {name: 'Follow'}).click()
    await page.getByText('live', {exact: true}).waitFor()
    const other = await page.context().newPage()
    await other.goto(`${url}/console/models/dga/try`)
    await other.getByLabel('Version').selectOption('2.0')
    await other.getByLabel('Arguments').fill('host=seen.example')
    await other.getByRole('button', {name: 'Call'}).click()
    const {process: {pid}, version} = JSON.parse(await other.getByRole('region', {name: 'Answer', exact: true}).textContent())
    assert.equal(version, '2.0')
    await page.locator('#log').getByText('asked for seen.example').waitFor()
    // What the page shows is noted, as it may be gone at once.
    await page.evaluate(() => {
      window.shown = []
      new MutationObserver(() => window.shown.push(document.getElementById('progress').textContent.trim()))
        .observe(document.getElementById('progress'), {childList: true, subtree: true, characterData: true})
    })
    const start = Date.now()
    process.kill(pid, 'SIGKILL')
    const restarts = page.locator('#instances [data-label=Restarts]')
    await page.waitForFunction(() => Number(document.querySelector('#instances [data-label=Restarts]').textContent) > 0)
    await progress(page, /1 of 1 replicas serve/)
    times.died_and_back_ms = Date.now() - start
    assert.match(await restarts.textContent(), /^[1-9]/)
    await page.waitForFunction(() => document.getElementById('log').textContent.split('a model <begins>').length > 2)
    await page.screenshot({path: `${folder}/log.png`, fullPage: true})
    await page.context().close()
  },

  async 'the light turns red when answers shift'() {
    const stream = async (version, calls, least) => assert.ok((await fetch(`${asked}?version=${version}&calls=${calls}&least=${least}`)).ok)
    const page = await login()
    const light = (text) => page.locator('#models [data-label=Drift]').getByText(text).waitFor()
    await light('too few')
    await stream('1.0', 1200, 0)
    await stream('2.0', 100, 0)
    await light('steady')
    const start = Date.now()
    await stream('1.0', 2000, 70)
    await light('drifted')
    times.shifted_and_red_ms = Date.now() - start
    await check(page, 'models')
    await page.goto(`${url}/console/models/dga/monitoring?last=1h`)
    await page.getByText('drifted').first().waitFor()
    await check(page, 'monitoring')
    await page.getByText('The numbers').first().click()
    await page.waitForTimeout(5500) // fetched again, it stays open
    assert.ok(await page.evaluate(() => document.querySelector('details').open))
    await page.context().close()
  },
}

for (const [name, step] of Object.entries(steps)) {
  const start = Date.now()
  try {
    await step()
  } catch (error) {
    problems.push(`${name}: ${error.stack}`)
    for (const context of browser.contexts()) {
      for (const page of context.pages()) await page.screenshot({path: `${folder}/failed.png`}).catch(() => {})
      await context.close()
    }
  }
  console.error(`${name}: ${Date.now() - start} ms`)
}
console.log(JSON.stringify({browser: browser.version(), times, problems}, null, 1))
await browser.close()
process.exit(problems.length > 0 ? 1 : 0)
