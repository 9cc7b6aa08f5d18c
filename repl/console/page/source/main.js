import {byID, element, plural, visible} from './dom.js'
import {Editor} from './editor.js'
import {Stopped, connect} from './engine.js'
import {examples} from './examples.js'
import {helpView} from './help.js'
import {mark} from './marks.js'
import {Messages} from './messages.js'
import {Reference} from './reference.js'
import {marksOf, resultView, verdictOf} from './result.js'
import {Sampling, sampleView} from './sample.js'
import {fragmentOf, stateOf} from './share.js'
import {Tabs} from './tabs.js'
import {coverageMarks, testsView} from './tests.js'

// How long the page waits after a key, in milliseconds.
const pauseBeforeCheck = 10
const pauseBeforeWhole = 250
const pauseBeforeRun = 150

let engine
let mode = 'expression'
let checked = null // what check answered to the text as it is
let sampling = null

const status = text => { byID('status').textContent = visible(text) }

// question returns the parameters of most questions.
const question = (more = {}) => ({mode, text: editor.text, messages: messages.text, at: messages.at, ...more})

const ask = (method, parameters) => engine ? engine.call(method, parameters) : Promise.reject(new Error('the engine is not there yet'))

const reference = new Reference({
  search: words => ask('search', {words}),
  insert: text => {
    const {from, to} = editor.view.state.selection.main
    editor.replace({from, to}, text)
  },
  tryOut: text => open({mode: 'expression', text, messages: messages.text, at: messages.at}),
})

const editor = new Editor(byID('editor'), {
  ask: (method, offset) => ask(method, question({offset})),
  changed: () => changed(),
  run: () => run(),
  documentation: name => reference.short(name),
})

const messages = new Messages({changed: () => changed(), chosen: () => { if (byID('live').checked) run() }})
const tabs = new Tabs(byID('tabs'), name => { if (name === 'sample') runSample(); else if (name === 'tests') runTests() })

// changed checks the text anew after a moment, and runs it if the person wants that.
function changed() {
  byID('result').classList.add('stale')
  byID('sample').classList.add('stale')
  byID('tests').classList.add('stale')
  clearTimeout(changed.check)
  clearTimeout(changed.run)
  changed.check = setTimeout(check, pauseBeforeCheck)
  if (byID('live').checked) changed.run = setTimeout(rerun, pauseBeforeRun)
}

// check marks what is wrong with the text: first with the expression that is edited, and
// with the whole when the person pauses. Answers to texts of before are dropped.
async function check(quick = true) {
  const asked = check.last = Symbol('check')
  try {
    const answer = await ask('check', question({quick}))
    if (check.last !== asked) return
    if (answer.partial) changed.check = setTimeout(check, pauseBeforeWhole, false)
    checked = answer
    editor.diagnose(answer.diagnostics)
    showProblems(answer)
    messages.show(answer)
    tabs.offer('tests', mode === 'rules')
  } catch (error) {
    if (engine && !(error instanceof Stopped)) status(error.message)
  }
}

function showProblems({diagnostics}) {
  byID('tab-problems').textContent = diagnostics.length > 0 ? `Problems ${diagnostics.length}` : 'Problems'
  byID('problems').replaceChildren(diagnostics.length === 0 ? element('p', {class: 'note'}, 'No problems are found.')
    : element('ul', {class: 'plain'}, ...diagnostics.map(d => element('li', {},
      element('span', {class: d.severity === 'error' ? 'bad' : 'warn'}, `${d.severity} `),
      element('button', {type: 'button', class: 'link', onclick: () => editor.select(d.from, d.to)}, `line ${d.line}, column ${d.column}`), ` ${d.message} `,
      d.replace && element('button', {type: 'button', onclick: () => editor.replace(d.replace, d.suggestion)}, `write ${d.suggestion}`)))))
  status(diagnostics.length === 0 ? `ready · engine ${place}` : plural(diagnostics.length, 'problem'))
}

let place = ''

// rerun runs what is shown, if the text can be evaluated.
function rerun() {
  if (checked?.diagnostics.some(d => d.severity === 'error')) return
  if (tabs.chosen === 'sample') runSample()
  else if (tabs.chosen === 'tests') runTests()
  else run({isAsked: false})
}

// busy shows that something runs, if it takes long enough to be noticed.
async function busy(work) {
  const timer = setTimeout(() => {
    byID('stop').hidden = false
    status('running …')
  }, 200)
  try {
    return await work()
  } catch (error) {
    verdict({text: error.message, kind: 'bad'})
    status(error.message)
    return null
  } finally {
    clearTimeout(timer)
    byID('stop').hidden = true
  }
}

function verdict({text, kind}) {
  byID('verdict').textContent = visible(text)
  byID('verdict').className = kind
}

// run shows what comes of the text. The result comes to the front if the person asked
// for it.
async function run({isAsked = true} = {}) {
  clearTimeout(changed.run)
  const asked = run.last = Symbol('run')
  const text = editor.text
  const answer = await busy(() => ask('run', question()))
  if (!answer || run.last !== asked) return
  if (isAsked) tabs.choose('result')
  verdict(verdictOf(answer))
  const select = (from, to) => editor.select(from, to)
  byID('result').replaceChildren(resultView(answer, select))
  if (checked?.messages && checked.count === 0) byID('result').prepend(element('p', {class: 'warn'}, 'No message can be read, and so all fields are null.'))
  byID('result').classList.remove('stale')
  if (editor.text === text) mark(editor.view, marksOf(answer))
  status(byID('verdict').textContent || `ready · engine ${place}`)
}

async function runSample() {
  sampling?.stop()
  const current = sampling = new Sampling(at => ask('sample', question({at})))
  const show = () => {
    if (sampling === current) byID('sample').replaceChildren(sampleView(current, choose))
  }
  const diagnostics = await busy(() => current.run(show))
  if (!diagnostics || sampling !== current) return
  if (diagnostics.length > 0) byID('sample').replaceChildren(...diagnostics.map(d => element('p', {class: 'bad'}, d.message)))
  else show()
  byID('sample').classList.remove('stale')
  status(diagnostics.length > 0 ? 'cannot be evaluated' : current.hasHits ? `${plural(current.count('hit'), 'hit')} in ${plural(current.rows.length, 'message')}` : `${plural(current.rows.length, 'message')} evaluated`)
}

// choose takes a message of the sample and shows what becomes of it.
function choose(at) {
  messages.at = at
  run()
}

async function runTests() {
  const text = editor.text
  const answer = await busy(() => ask('test', question()))
  if (!answer) return
  byID('tests').replaceChildren(testsView(answer, line => editor.line(line), (from, to) => editor.select(from, to)))
  byID('tests').classList.remove('stale')
  if (editor.text === text) mark(editor.view, coverageMarks(answer))
  const failed = answer.tests.filter(test => test.outcome === 'failed').length
  status(failed > 0 ? `${plural(failed, 'test')} failed` : `${plural(answer.tests.length, 'test')} passed`)
}

// What was typed in each mode, when the other one was chosen.
const texts = {expression: '', rules: ''}

// open replaces everything that is typed.
function open(state) {
  texts[mode] = editor.text
  setMode(state.mode)
  messages.text = state.messages
  messages.at = state.at ?? 0
  editor.text = state.text
  byID('result').replaceChildren()
  verdict({text: '', kind: ''})
  tabs.choose('result')
  changed()
}

function setMode(chosen) {
  mode = chosen
  checked = null
  for (const input of document.querySelectorAll('[name=mode]')) input.checked = input.value === mode
  editor.mode = mode
  tabs.offer('tests', mode === 'rules')
}

async function format() {
  const answer = await busy(() => ask('format', question()))
  if (!answer) return
  if (answer.diagnostics.length > 0) status(`not formatted: ${answer.diagnostics[0].message}`)
  else if (answer.text !== editor.text) {
    const {head} = editor.view.state.selection.main
    editor.text = answer.text
    editor.select(head, head)
  }
}

// openFragment takes what the address holds, and reports whether it holds something.
// Nothing of it is evaluated before the person says so, as it may ask models.
async function openFragment() {
  try {
    const state = await stateOf(location.hash)
    if (state) open(state)
    return state !== null
  } catch (error) {
    byID('result').replaceChildren(element('p', {class: 'bad'}, `The link cannot be read: ${error.message}.`))
    return true
  }
}

function dialog(title, ...content) {
  const close = element('button', {type: 'button', class: 'primary', onclick: () => byID('dialog').close()}, 'Close')
  byID('dialog').replaceChildren(element('h2', {id: 'dialog-title'}, title), ...content, close)
  byID('dialog').showModal()
}

function help() {
  dialog('Help', helpView(text => {
    byID('dialog').close()
    open({mode: 'expression', text, messages: messages.text, at: messages.at})
    run()
  }))
}

async function share(withMessages) {
  try {
    const fragment = await fragmentOf({mode, text: editor.text, messages: withMessages ? messages.text : '', at: withMessages ? messages.at : 0})
    history.replaceState(null, '', fragment)
    await navigator.clipboard?.writeText(location.href).catch(() => {})
    return true
  } catch (error) {
    status(error.message)
    return false
  }
}

function shareDialog() {
  const link = element('input', {type: 'text', readonly: true, 'aria-label': 'The link', size: 40})
  const note = element('p', {class: 'note'})
  const withMessages = element('input', {type: 'checkbox', checked: true, onchange: () => make()})
  const make = async () => {
    const made = await share(withMessages.checked)
    link.value = made ? location.href : ''
    note.textContent = made ? 'The link is in the address, and on the clipboard. No server is sent what it holds, but histories and chats keep it.'
      : `The link cannot be made: ${byID('status').textContent}${withMessages.checked && messages.text ? '; try it without the messages' : ''}.`
  }
  make()
  dialog('A link to this', element('p', {}, link), element('p', {}, element('label', {}, withMessages, ' with the messages')), note)
}

const themes = ['system', 'light', 'dark']

function setTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  byID('theme').textContent = `Theme: ${theme}`
  localStorage.setItem('theme', theme)
}

// panes are what F6 goes through.
const panes = [() => editor.focus(), () => byID(tabs.chosen).focus(), () => byID('messages').focus(), () => byID('words').focus()]

function nextPane(step) {
  const inside = [byID('editor').contains(document.activeElement), byID('pane-editor').contains(document.activeElement) && document.activeElement !== byID('editor'),
    byID('pane-messages').contains(document.activeElement), byID('pane-functions').contains(document.activeElement)].indexOf(true)
  panes[(inside + step + panes.length) % panes.length]()
}

function listen() {
  byID('run').addEventListener('click', () => run())
  byID('stop').addEventListener('click', () => { sampling?.stop(); engine.stop() })
  byID('format').addEventListener('click', () => format())
  byID('share').addEventListener('click', () => shareDialog())
  byID('help').addEventListener('click', () => help())
  byID('theme').addEventListener('click', () => setTheme(themes[(themes.indexOf(localStorage.getItem('theme') ?? 'system') + 1) % themes.length]))
  byID('live').addEventListener('change', () => {
    if (byID('live').checked) rerun()
    else clearTimeout(changed.run)
  })
  for (const input of document.querySelectorAll('[name=mode]')) input.addEventListener('change', () => open({mode: input.value, text: texts[input.value], messages: messages.text, at: messages.at}))
  byID('examples').append(element('option', {value: ''}, 'choose …'), ...examples.map((example, i) => element('option', {value: i}, example.name)))
  byID('examples').addEventListener('change', () => {
    const example = examples[byID('examples').value]
    byID('examples').value = ''
    if (example) { open(example); run() }
  })
  window.addEventListener('hashchange', () => openFragment())
  document.addEventListener('keydown', event => {
    if (event.key === 'F1') { event.preventDefault(); help() }
    if (event.key === 'F6') { event.preventDefault(); nextPane(event.shiftKey ? -1 : 1) }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) run()
  })
}

async function start() {
  listen()
  setTheme(localStorage.getItem('theme') ?? 'system')
  byID('result').append(element('p', {class: 'note'}, 'Type an expression, or take one of the examples. Ctrl-Enter evaluates it.'))
  let answer
  try {
    engine = await connect(part => status(`loading the engine … ${Math.round(100 * part)} %`))
    answer = await ask('reference', {})
  } catch (error) {
    status(`the engine cannot be loaded: ${error.message}`)
    byID('result').replaceChildren(element('p', {class: 'bad'}, location.protocol === 'file:'
      ? 'A page that is opened as a file may not load its engine. Put the folder behind any web server, such as python3 -m http.server.'
      : `The engine cannot be loaded: ${error.message}`))
    return
  }
  const isShared = await openFragment()
  place = answer.place
  reference.use(answer.functions)
  byID('run').disabled = false
  byID('live').checked = !engine.isServer && !isShared
  status(`ready · engine ${place}`)
  if (isShared) changed()
  else {
    open(examples[0])
    if (!engine.isServer) run()
  }
  document.documentElement.dataset.ready = 'true'
}

start()
