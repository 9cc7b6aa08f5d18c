import {byID, plural, visible} from './dom.js'

// Most of a file that is taken, in bytes.
const largestFile = 12 << 20

// Messages are what texts are applied to: one of them at a time, or all as a sample.
export class Messages {
  constructor({changed, chosen}) {
    this.chosen = chosen
    this.changed = changed
    this.number = 0
    this.count = 0
    this.field = byID('messages')
    this.field.addEventListener('input', () => changed())
    byID('previous').addEventListener('click', () => this.step(-1))
    byID('next').addEventListener('click', () => this.step(1))
    byID('indent').addEventListener('click', () => this.format())
    byID('file').addEventListener('change', () => this.open(byID('file').files[0]))
  }

  get text() {
    return this.field.value
  }

  set text(text) {
    this.field.value = text
  }

  get at() {
    return this.number
  }

  set at(number) {
    this.number = number
    this.showPosition()
  }

  // show takes what check has found.
  show({count, messages: problem}) {
    this.count = count
    this.number = Math.max(0, Math.min(this.number, count - 1))
    byID('messages-problem').textContent = visible(problem ?? '')
    byID('messages-problem').hidden = !problem
    this.field.setAttribute('aria-invalid', problem ? 'true' : 'false')
    this.showPosition()
  }

  showPosition() {
    byID('position').textContent = this.count === 0 ? 'none' : `${this.number + 1} of ${this.count.toLocaleString('en')}`
    byID('previous').disabled = this.number <= 0
    byID('next').disabled = this.number >= this.count - 1
  }

  step(by) {
    this.at = Math.max(0, Math.min(this.number + by, this.count - 1))
    this.chosen()
  }

  // format puts each message in a line of its own, or over several lines if they are so
  // already.
  format() {
    const all = split(this.text)
    if (!all) return
    const inLines = all.map(message => JSON.stringify(message)).join('\n')
    this.text = this.text.trim() === inLines ? all.map(message => JSON.stringify(message, null, 2)).join('\n') : inLines
    this.changed()
  }

  async open(file) {
    if (!file) return
    if (file.size > largestFile) {
      byID('messages-problem').textContent = `${file.name} has more than ${plural(largestFile >> 20, 'MiB')}: take a part of it.`
      byID('messages-problem').hidden = false
      return
    }
    this.text = await file.text()
    this.at = 0
    this.changed()
  }
}

// split returns the messages of a text, null if one is wrong, or holds a number that
// JavaScript would change.
function split(text) {
  try {
    const list = JSON.parse(text)
    return exact(text) ? (Array.isArray(list) ? list : [list]) : null
  } catch {
    try {
      const lines = text.split('\n').filter(line => line.trim() !== '')
      return exact(text) ? lines.map(line => JSON.parse(line)) : null
    } catch {
      return null
    }
  }
}

const exact = text => !/\d{16,}/.test(text)
