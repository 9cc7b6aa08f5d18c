// Drives the page in a real browser, as a person would: node test/page.mjs URL FOLDER.
// Pictures go to the folder. It writes one JSON object: the measured times, and what went
// wrong. It ends with 1 if something did.
import assert from 'node:assert/strict'
import {readFile} from 'node:fs/promises'
import {chromium} from 'playwright-core'

const [url, folder, isStatic] = [process.argv[2], process.argv[3], process.argv[4] === 'static']
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--lang=en-US'],
})
const times = {}
const problems = []
const flows = '{"user": "ann", "bytes": 10}\n{"user": "bob", "bytes": 2000}\n{"user": "<img src=x onerror=alert(1)>", "bytes": 3000}'

// open opens the page and watches for what must not happen.
async function open(options = {}, fragment = '') {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options})
  await context.addInitScript(() => {
    window.violations = []
    document.addEventListener('securitypolicyviolation', event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`))
  })
  const page = await context.newPage()
  page.on('pageerror', error => problems.push(`error in the page: ${error.stack}`))
  page.on('console', message => { if (message.type() === 'error' && !page.ignoreErrors) problems.push(`console: ${message.text()}`) })
  page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) problems.push(`a request leaves: ${request.url()}`) })
  await page.goto(url + fragment)
  await page.waitForSelector('html[data-ready]', {timeout: 30000})
  return page
}

async function close(page) {
  // The browser itself tries to keep the colours of text that is replaced, by style
  // attributes, which are refused and not missed.
  for (const violation of await page.evaluate(() => window.violations)) {
    if (violation !== 'style-src-attr inline') problems.push(`content security policy: ${violation}`)
  }
  await page.context().close()
}

const editor = page => page.getByRole('textbox', {name: /^(Expression|Rule set)/})
const status = page => page.locator('#status')

// write replaces what is in the editor.
async function write(page, text) {
  await editor(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await paste(page, text)
}

async function paste(page, text) {
  await editor(page).evaluate((field, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    field.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}))
  }, text)
}

const waitFor = (page, locator, pattern) => page.waitForFunction(
  ([selector, source]) => new RegExp(source).test(document.querySelector(selector).textContent), [locator, pattern.source], {timeout: 10000})

// check lets axe look at the page.
async function check(page, state) {
  await page.evaluate(axe)
  const {violations} = await page.evaluate(() => window.axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']}))
  for (const v of violations) {
    if (v.impact === 'serious' || v.impact === 'critical') problems.push(`${state}: ${v.id}: ${v.help}: ${v.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join('; ')}`)
  }
}

// timed presses a key and returns how long it takes, in the page, until a condition holds.
async function timed(page, key, condition) {
  await page.evaluate(source => {
    const holds = new Function(`return ${source}`)
    window.measured = new Promise(resolve => document.addEventListener('keydown', () => {
      const start = performance.now()
      const look = () => holds() ? resolve(performance.now() - start) : requestAnimationFrame(look)
      requestAnimationFrame(look)
    }, {capture: true, once: true}))
  }, condition)
  await page.keyboard.press(key)
  return page.evaluate(() => window.measured)
}

const isMarked = "document.getElementById('editor').shadowRoot.querySelector('.cm-lintRange-error, .cm-lintRange-warning, .cm-lintPoint') !== null"
const isReady = "/ready/.test(document.getElementById('status').textContent)"

const median = list => list.toSorted((a, b) => a - b)[list.length >> 1]

const steps = {
  async 'the first result'() {
    const start = Date.now()
    const page = await open()
    if (!isStatic) await page.getByRole('button', {name: 'Run', exact: true}).click()
    await waitFor(page, '#verdict', /bool/)
    times.first_result_with_window_ms = Date.now() - start
    times.first_result_ms = await page.evaluate(() => Math.round(performance.now())) // since loading began
    await page.screenshot({path: `${folder}/first.png`})
    await check(page, 'the first result')
    await close(page)
  },

  async 'a wrong rule is mended by completion'() {
    const page = await open()
    await page.getByLabel('Run as I type').uncheck()
    await page.getByLabel('Messages: JSON').fill(flows)
    await write(page, 'LENGHT(user) > 2 and by')
    await waitFor(page, '#tab-problems', /Problems/)
    await page.getByRole('tab', {name: /Problems/}).click()
    await page.waitForFunction(() => /there is no function LENGHT; did you mean LENGTH/.test(document.getElementById('problems').textContent))
    await page.getByRole('button', {name: 'write LENGTH'}).first().click()
    await editor(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', {name: /^bytes/}).waitFor()
    await page.screenshot({path: `${folder}/completion.png`})
    await check(page, 'completion')
    await page.waitForTimeout(300) // the editor takes no Enter for a choice before some time
    await page.keyboard.press('Enter')
    await page.keyboard.type(' > 100')
    await waitFor(page, '#status', /ready|^false|^true/)
    assert.match(await editor(page).textContent(), /LENGTH\(user\) > 2 and bytes > 100/)
    await page.keyboard.press('Control+Enter')
    await waitFor(page, '#result', /Decided by: bytes > 100 → false/)
    await page.getByRole('tab', {name: 'Sample'}).click()
    await waitFor(page, '#sample', /2 hits, 1 without a hit of 3 messages/)
    await page.screenshot({path: `${folder}/sample.png`})
    await check(page, 'sample')
    await page.getByRole('button', {name: 'message 3'}).first().click()
    await waitFor(page, '#verdict', /^true · bool/)
    await page.getByRole('tab', {name: 'Result'}).click()
    assert.match(await page.locator('#result').textContent(), /<img src=x onerror=alert\(1\)>/)
    await close(page)
  },

  async 'values and documentation on hover and by keys'() {
    const page = await open()
    await page.getByLabel('Messages: JSON').fill(flows)
    await write(page, 'LENGTH(user) + bytes')
    await page.keyboard.press('Control+Enter')
    await waitFor(page, '#verdict', /^13 · int/)
    await page.getByText('LENGTH', {exact: true}).first().hover()
    await page.getByText('Returns the length of a string').first().waitFor()
    await page.mouse.move(5, 500)
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Control+i')
    await page.locator('.tip').getByText('→ 10').waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(" + LENGTH(SPLIT('a,b', ")
    await page.locator('.signature').getByText('SPLIT(').waitFor()
    await page.screenshot({path: `${folder}/signature.png`})
    await close(page)
  },

  async 'the first diagnostic after a key'() {
    const page = await open()
    const all = []
    for (let i = 0; i < 9; i++) {
      await write(page, 'bytes > 1')
      await waitFor(page, '#status', /ready|^true|^false/)
      all.push(await timed(page, '(', isMarked))
    }
    times.key_to_diagnostic_ms = median(all)
    await close(page)
  },

  async 'a rule set of a thousand rules'() {
    const page = await open()
    await page.getByRole('radio', {name: 'Rules'}).check()
    await page.getByLabel('Run as I type').uncheck()
    await page.getByLabel('Messages: JSON').fill('{"user": "ann", "bytes": 10, "domain": "a.example.com"}')
    const rules = Array.from({length: 1000}, (_, i) => `    - name: rule ${i}\n      when: user == 'user${i}' and bytes > ${i}\n      score: ${i % 100}\n`).join('')
    const inExpressions = []
    const inStructure = []
    for (let i = 0; i < 7; i++) {
      await write(page, `triage:\n  rules:\n${rules}    - name: last\n      score: 1\n      when: bytes > 1`)
      await waitFor(page, '#status', /ready/)
      await page.keyboard.press('Control+End')
      await page.waitForTimeout(500) // until what was pasted is coloured
      inExpressions.push(await timed(page, '(', isMarked))
      await page.keyboard.press('Control+a')
      await page.keyboard.press('Delete')
      await waitFor(page, '#status', /ready/)
      await paste(page, `triage:\n  rules:\n${rules}    - name: last\n      when: bytes > 1`)
      await waitFor(page, '#status', /problem/) // it has no score
      await page.keyboard.press('Control+End')
      await paste(page, '\n      score: ')
      await page.waitForTimeout(500) // until that was checked, which says the same
      inStructure.push(await timed(page, '5', isReady))
    }
    times.key_to_structure_1000_rules_ms = median(inStructure)
    times.key_to_diagnostic_1000_rules_ms = median(inExpressions)
    await close(page)
  },

  async 'rules, their tests and their coverage'() {
    const page = await open()
    await page.getByLabel('Examples').selectOption({label: 'Rules with scores and tests'})
    await waitFor(page, '#verdict', /rule/)
    await page.getByRole('button', {name: 'Next message'}).click()
    await page.getByRole('button', {name: 'Run', exact: true}).click()
    await waitFor(page, '#verdict', /1 rule true · score 50/)
    assert.match(await page.locator('#result').textContent(), /bob sent 2400000 bytes to example\.net/)
    await page.screenshot({path: `${folder}/rules.png`})
    await check(page, 'rules')
    await page.getByRole('tab', {name: 'Tests'}).click()
    await waitFor(page, '#tests', /2 tests passed/)
    await page.screenshot({path: `${folder}/tests.png`})
    await check(page, 'tests')
    await close(page)
  },

  async 'a link holds everything'() {
    const page = await open({permissions: ['clipboard-read', 'clipboard-write']})
    await page.getByLabel('Messages: JSON').fill('{"n": "é 😀"}')
    await write(page, "n == 'é 😀'")
    await page.getByRole('button', {name: 'Share'}).click()
    await page.waitForFunction(() => location.hash.startsWith('#s1='))
    await check(page, 'share')
    const fragment = await page.evaluate(() => location.hash)
    await close(page)
    const other = await open({}, fragment)
    assert.equal(await editor(other).textContent(), "n == 'é 😀'")
    assert.equal(await other.getByLabel('Messages: JSON').inputValue(), '{"n": "é 😀"}')
    assert.equal(await other.locator('#verdict').textContent(), '', 'nothing is evaluated before somebody asks')
    await close(other)
    for (const wrong of ['#s1=', '#s1=AAAA', '#s1=%%%', '#s1=yyvNyQEA', '#e=%E0%A4%A']) {
      const broken = await open({}, wrong)
      await waitFor(broken, '#result', /The link cannot be read: a part of it is missing, or was changed\.$/)
      await close(broken)
    }
  },

  async 'functions are found by what they do'() {
    const page = await open()
    await page.getByLabel('Search functions').fill('is this address internal')
    await page.locator('#functions').getByText('IN_SUBNET').first().waitFor()
    await page.getByLabel('Search functions').fill('MAP_GET')
    await page.locator('#functions').getByText('Returns').first().waitFor()
    await check(page, 'functions')
    await close(page)
  },

  async 'by keys alone'() {
    const page = await open()
    await page.keyboard.press('F1')
    await page.getByRole('dialog').waitFor()
    await check(page, 'help')
    await page.keyboard.press('Escape')
    await write(page, '1 + ')
    await page.waitForTimeout(100)
    await page.keyboard.press('F8')
    await page.keyboard.press('F6')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'result')
    await page.keyboard.press('F6')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'messages')
    await page.keyboard.press('Shift+F6')
    await page.keyboard.press('Shift+F6')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('2')
    await page.keyboard.press('Control+Enter')
    await waitFor(page, '#verdict', /^3 · int/)
    await page.keyboard.press('Control+/')
    assert.equal(await editor(page).textContent(), '// 1 + 2')
    await page.keyboard.press('Control+z')
    assert.equal(await editor(page).textContent(), '1 + 2')
    await page.keyboard.press('Control+y')
    assert.equal(await editor(page).textContent(), '// 1 + 2')
    await write(page, 'LENGTH(1, ABS(2)')
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('F8')
    await page.keyboard.press('Delete') // what the problem was found at, which F8 has selected
    assert.notEqual(await editor(page).textContent(), 'LENGTH(1, ABS(2)')
    await write(page, "MAP_GET('a', ")
    await page.keyboard.press('Control+Shift+Space')
    await page.locator('.signature').getByText('MAP_GET(').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.signature').waitFor({state: 'detached'})
    await page.keyboard.press('Tab')
    assert.notEqual(await page.evaluate(() => document.activeElement.id), 'editor')
    await close(page)
  },

  async 'the help shows the language'() {
    const page = await open()
    await page.getByRole('button', {name: 'Help'}).click()
    await page.screenshot({path: `${folder}/help.png`})
    const examples = await page.locator('#language button').count()
    assert.ok(examples > 10)
    await page.keyboard.press('Escape')
    for (let i = 0; i < examples; i++) {
      await page.keyboard.press('F1')
      const text = await page.locator('#language button').nth(i).textContent()
      await page.locator('#language button').nth(i).click()
      await page.waitForFunction(() => document.getElementById('verdict').textContent !== '')
      assert.match(await page.locator('#verdict').textContent(), /µs$|ms$/, text)
    }
    await close(page)
  },

  async 'each mode keeps its text, and lines of YAML are indented'() {
    const page = await open()
    await write(page, '1 + 1')
    await page.getByRole('radio', {name: 'Rules'}).check()
    await editor(page).click()
    await page.keyboard.press('Escape')
    await page.keyboard.type('triage:\nrules:\n- name: x\nscore: 1\nreason: |\n2', {delay: 5})
    const lines = await editor(page).evaluate(field => field.innerText.trimEnd())
    assert.equal(lines, 'triage:\n  rules:\n    - name: x\n      score: 1\n      reason: |\n        2')
    await page.getByRole('radio', {name: 'Expression'}).check()
    assert.equal(await editor(page).textContent(), '1 + 1')
    await page.getByRole('radio', {name: 'Rules'}).check()
    assert.match(await editor(page).textContent(), /^triage:/)
    await close(page)
  },

  async 'the panel that is looked at stays'() {
    const page = await open()
    await page.getByLabel('Run as I type').check()
    await write(page, 'bytes > nosuch')
    await waitFor(page, '#tab-problems', /1/)
    await page.getByRole('tab', {name: /Problems/}).click()
    await page.locator('#verdict').evaluate(verdict => { verdict.textContent = '' })
    await editor(page).click()
    await page.keyboard.press('End')
    await page.keyboard.type('x')
    await waitFor(page, '#verdict', /bool|fails/)
    assert.equal(await page.locator('#problems').isVisible(), true)
    await close(page)
  },

  async 'what is not seen is shown'() {
    const page = await open()
    await page.getByLabel('Messages: JSON').fill('{"a": "\\u202evil\\u0000\\u2066"}')
    await write(page, "'\u202ex' != a")
    await page.keyboard.press('Control+Enter')
    await waitFor(page, '#verdict', /true/)
    const result = await page.locator('#result').textContent()
    assert.match(result, /\\u202evil\\u0000\\u2066/)
    assert.doesNotMatch(result, /[\u0000\u202e\u2066]/)
    assert.equal(await page.locator('.cm-specialChar').count(), 1)
    await close(page)
  },

  async 'broken messages, and no hits of assignments'() {
    const page = await open()
    await page.getByLabel('Messages: JSON').fill('{"a": 1')
    await write(page, 'a > 1')
    await waitFor(page, '#messages-problem', /message 1/)
    await page.keyboard.press('Control+Enter')
    await waitFor(page, '#result', /No message can be read/)
    await page.getByLabel('Messages: JSON').fill('{"a": 1}\n{"a": 2}')
    await page.getByRole('tab', {name: 'Sample'}).click()
    await waitFor(page, '#sample', /^1 hit, 1 without a hit of 2 messages/)
    await page.getByRole('tab', {name: 'Result'}).click()
    await write(page, 'b := a')
    await page.getByRole('tab', {name: 'Sample'}).click()
    await waitFor(page, '#sample', /^2 evaluated of 2 messages/)
    await close(page)
  },

  async 'an engine that does not answer is said'() {
    if (isStatic) return
    const page = await (await browser.newContext()).newPage()
    await page.route('**/api/reference', route => route.fulfill({status: 401, contentType: 'application/json', body: '{"error": "the address lacks the token"}'}))
    await page.goto(url)
    await waitFor(page, '#result', /The engine cannot be loaded: the address lacks the token/)
    await page.context().close()
  },

  async 'an expression that takes too long is stopped'() {
    const page = await open()
    page.ignoreErrors = true // the browser reports the answer of the server that says so
    const list = `[${Array(300).fill('1').join(', ')}]`
    await page.getByLabel('Run as I type').uncheck()
    await page.getByLabel('Messages: JSON').fill('{"n": 1}')
    await write(page, `MAP(${list}, x -> MAP(${list}, y -> MAP(${list}, z -> x + y + z + n)))`)
    await page.getByRole('button', {name: 'Run', exact: true}).click()
    await waitFor(page, '#verdict', /stopped after|limit|fails/)
    await write(page, '1 + 1')
    await page.getByRole('button', {name: 'Run', exact: true}).click()
    await waitFor(page, '#verdict', /^2 · int/)
    await close(page)
  },

  async 'narrow and dark'() {
    const page = await open({viewport: {width: 390, height: 844}, colorScheme: 'dark', hasTouch: true})
    await page.getByLabel('Examples').selectOption({label: 'Rules with scores and tests'})
    await waitFor(page, '#verdict', /rule/)
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is wider than the screen')
    await page.screenshot({path: `${folder}/narrow.png`, fullPage: true})
    await check(page, 'narrow and dark')
    await page.getByRole('tab', {name: 'Sample'}).click()
    await waitFor(page, '#sample', /hit/)
    await check(page, 'narrow sample')
    await close(page)
  },
}

for (const [name, step] of Object.entries(steps)) {
  if (process.env.STEP && !name.includes(process.env.STEP)) continue
  const began = Date.now()
  const timeout = new Promise((_, reject) => setTimeout(() => reject(new Error('it takes more than 40 s')), 40000).unref())
  try {
    await Promise.race([step(), timeout])
    console.error(`${name}: ${Date.now() - began} ms`)
  } catch (error) {
    problems.push(`${name}: ${error.stack}`)
  }
}
console.log(JSON.stringify({browser: browser.version(), times, problems}, null, 2))
await browser.close()
process.exit(problems.length > 0 ? 1 : 0)
