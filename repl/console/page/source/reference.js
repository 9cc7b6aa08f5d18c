import {byID, element} from './dom.js'

// Most functions that are listed at a time.
const most = 60

// Reference is the list of functions, and the search in it.
export class Reference {
  constructor({search, insert, tryOut}) {
    this.search = search
    this.insert = insert
    this.tryOut = tryOut
    this.functions = []
    byID('words').addEventListener('input', () => this.find(byID('words').value))
  }

  // use takes the functions of the engine.
  use(functions) {
    this.functions = functions
    this.byName = new Map(functions.map(f => [f.name, f]))
    this.find(byID('words').value)
  }

  // find lists the functions whose names have the words, or else those that do what they
  // say.
  async find(words) {
    const asked = this.asked = Symbol(words)
    const part = words.trim().toUpperCase()
    let found = this.functions.filter(f => f.name.includes(part)).sort((a, b) => b.name.startsWith(part) - a.name.startsWith(part))
    if (part && (found.length === 0 || part.includes(' '))) {
      const answer = await this.search(words).catch(() => ({names: []}))
      if (this.asked !== asked) return
      found = answer.names.map(name => this.byName.get(name)).filter(Boolean)
    }
    this.list(found, words)
  }

  list(found, words) {
    const list = byID('functions')
    list.replaceChildren()
    if (found.length === 0 && words) list.append(element('p', {class: 'note'}, `No function is found for ${words}.`))
    for (const f of found.slice(0, most)) {
      const details = element('details', {}, element('summary', {}, element('code', {}, f.signature)))
      details.addEventListener('toggle', () => details.childElementCount === 1 && details.append(this.page(f)))
      list.append(details)
    }
    if (found.length > most) list.append(element('p', {class: 'note'}, `and ${found.length - most} more: type a part of a name, or what it does`))
    if (found.length === 1) list.querySelector('details').open = true
  }

  // page returns the documentation of a function.
  page(f) {
    return element('div', {}, ...documentation(f), element('h3', {}, 'Examples'),
      element('ul', {class: 'plain'}, ...f.examples.map(example => element('li', {},
        element('button', {type: 'button', class: 'link', onclick: () => this.tryOut(example.expression)}, element('code', {}, example.expression)),
        element('div', {class: 'value'}, `gives ${example.result}`)))),
      element('p', {}, element('button', {type: 'button', onclick: () => this.insert(`${f.name}(`)}, 'Insert')))
  }

  // short returns the documentation of a function for a tip, nothing if there is none.
  short(name) {
    const f = this.byName?.get(name)
    return f && element('div', {class: 'tip'}, element('p', {}, element('code', {}, f.signature)), ...documentation(f),
      f.examples.length > 0 && element('p', {}, element('code', {}, f.examples[0].expression), ` gives ${f.examples[0].result}`))
  }
}

function documentation(f) {
  return [
    element('p', {}, f.doc), f.note ? element('p', {}, f.note) : '',
    element('ul', {class: 'plain'}, ...f.parameters.map(p => element('li', {}, element('code', {}, p.name), `: ${p.text}`))),
    element('p', {}, `Returns ${f.result}`),
  ]
}
