import {byID} from './dom.js'

// Tabs are those of the results. Arrows go from one to another.
export class Tabs {
  constructor(list, opened) {
    this.list = list
    this.opened = opened
    this.chosen = 'result'
    for (const tab of list.children) {
      tab.addEventListener('click', () => {
        this.choose(tab.getAttribute('aria-controls'))
        opened(this.chosen)
      })
    }
    list.addEventListener('keydown', event => {
      const step = {ArrowLeft: -1, ArrowRight: 1}[event.key]
      if (!step) return
      event.preventDefault()
      const shown = [...list.children].filter(tab => !tab.hidden)
      const next = shown[(shown.indexOf(document.activeElement) + step + shown.length) % shown.length]
      next.focus()
      next.click()
    })
  }

  choose(name) {
    this.chosen = name
    for (const tab of this.list.children) {
      const isChosen = tab.getAttribute('aria-controls') === name
      tab.setAttribute('aria-selected', String(isChosen))
      tab.tabIndex = isChosen ? 0 : -1
      byID(tab.getAttribute('aria-controls')).hidden = !isChosen
    }
  }

  // offer shows or hides a tab.
  offer(name, isOffered) {
    byID(`tab-${name}`).hidden = !isOffered
    if (!isOffered && this.chosen === name) this.choose('result')
  }
}
