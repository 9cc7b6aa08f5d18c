import {element, plural} from './dom.js'

// Most of what is listed.
const mostValues = 20
const mostHits = 200

// Sampling is a run over all messages. It asks the engine for parts of it until all are
// done, or it is stopped.
export class Sampling {
  constructor(ask) {
    this.ask = ask
    this.rows = []
    this.total = 0
    this.micros = 0
    this.shape = ''
  }

  // run runs, and reports each part. It returns the diagnostics that keep it from running.
  async run(report) {
    for (let at = 0; !this.stopped;) {
      const answer = await this.ask(at)
      if (answer.diagnostics.length > 0) return answer.diagnostics
      for (const row of answer.rows) this.rows.push(row)
      this.total = answer.total
      this.shape = answer.shape
      this.micros += answer.micros
      this.nulls = answer.nulls
      at = answer.next
      report(this)
      if (at >= answer.total || answer.shape === 'empty') break
    }
    return []
  }

  stop() {
    this.stopped = true
  }

  // hasHits reports whether the text can be true for a message: assignments cannot.
  get hasHits() {
    return this.shape !== 'assignments'
  }

  count(outcome) {
    return this.rows.filter(row => row.outcome === outcome).length
  }
}

// sampleView shows what came of a sample. choose is called with the number of a message.
export function sampleView(sampling, choose) {
  const {rows, total} = sampling
  if (total === 0) return element('p', {class: 'note'}, 'There are no messages: put some, one a line, into Messages.')
  const counts = ['hit', 'miss', 'dropped', 'failed'].map(outcome => [outcome, sampling.count(outcome)])
    .filter(([outcome, n]) => n > 0 || outcome === (sampling.hasHits ? 'hit' : 'miss'))
  const words = {hit: counts[0][1] === 1 ? 'hit' : 'hits', miss: sampling.hasHits ? 'without a hit' : 'evaluated', dropped: 'dropped', failed: 'failed'}
  const view = element('div', {},
    element('p', {}, element('strong', {}, `${counts.map(([outcome, n]) => `${n.toLocaleString('en')} ${words[outcome]}`).join(', ')}`),
      ` of ${plural(rows.length, 'message')}${rows.length < total ? ` (of ${total.toLocaleString('en')})` : ''}`,
      rows.length > 0 && element('span', {class: 'note'}, `, ${(sampling.micros / rows.length).toFixed(1)} µs each`)))
  const rules = tally(rows.flatMap(row => (row.rules ?? []).map(rule => ({value: rule, at: row.at}))))
  if (rules.length > 0) view.append(distribution('Rules that were true', 'rule', rules, rows.length, choose))
  const values = tally(rows.filter(row => row.value !== ''))
  if (values.length > 0) view.append(distribution('Results', rules.length > 0 ? 'score' : 'value', values, rows.length, choose))
  const hits = rows.filter(row => row.outcome === 'hit')
  if (hits.length > 0 && hits.length < rows.length) {
    view.append(element('h3', {}, 'Hits'), element('p', {}, ...hits.slice(0, mostHits).flatMap((row, i) => [i > 0 && ' ', choice(row.at, choose)]),
      hits.length > mostHits && ` and ${hits.length - mostHits} more`))
  }
  if (sampling.nulls?.length) {
    view.append(element('h3', {}, 'Seen as null'), element('ul', {class: 'plain'}, ...sampling.nulls.map(text => element('li', {class: 'warn'}, text))))
  }
  return view
}

const choice = (at, choose) => element('button', {type: 'button', class: 'link', onclick: () => choose(at)}, `message ${at + 1}`)

// tally counts equal values, the most frequent first.
function tally(rows) {
  const counted = new Map()
  for (const {value, at} of rows) {
    const known = counted.get(value)
    if (known) known.count++
    else counted.set(value, {value, count: 1, first: at})
  }
  return [...counted.values()].sort((a, b) => b.count - a.count)
}

function distribution(title, what, values, total, choose) {
  const body = values.slice(0, mostValues).map(({value, count, first}) => element('tr', {},
    element('td', {class: 'value'}, value), element('td', {class: 'number'}, count.toLocaleString('en')),
    element('td', {}, element('meter', {min: 0, max: total, value: count, 'aria-hidden': 'true'})), element('td', {}, choice(first, choose))))
  return element('div', {}, element('h3', {}, title), element('table', {},
    element('thead', {}, element('tr', {}, element('th', {scope: 'col'}, what), element('th', {scope: 'col', class: 'number'}, 'messages'),
      element('th', {scope: 'col'}, 'share'), element('th', {scope: 'col'}, 'first'))),
    element('tbody', {}, ...body)), values.length > mostValues && element('p', {class: 'note'}, `and ${plural(values.length - mostValues, 'other')}`))
}
