import {element} from './dom.js'
import {outcome, partsOf} from './marks.js'

// A result is what run answered. These functions show it.

// verdictOf says in a few words what came of a run.
export function verdictOf(run) {
  const time = run.micros < 1000 ? `${run.micros} µs` : `${(run.micros / 1000).toFixed(1)} ms`
  if (run.diagnostics.length > 0 && !run.result && !run.parts) return {text: 'cannot be evaluated', kind: 'bad'}
  if (run.shape === 'empty') return {text: '', kind: ''}
  if (run.result) {
    if (run.result.error) return {text: 'fails', kind: 'bad'}
    return {text: `${run.result.value} · ${run.result.kind} · ${time}`, kind: run.result.value === 'true' ? 'good' : ''}
  }
  const failed = run.diagnostics.length > 0 || run.parts?.some(part => part.outcome === 'failed')
  const fired = run.parts?.filter(part => part.kind === 'rule' && part.counts).length ?? 0
  const words = [failed && 'a part fails', run.dropped && 'dropped', run.shape === 'rules' && `${fired || 'no'} rule${fired === 1 ? '' : 's'} true`,
    run.score && `score ${run.score.split(' ')[0]}`].filter(Boolean)
  return {text: [...words, time].join(' · '), kind: failed ? 'bad' : fired ? 'good' : ''}
}

// marksOf returns what the editor marks of a run.
export function marksOf(run) {
  if (run.result) return partsOf(run.result)
  return (run.parts ?? []).flatMap(part => [part.condition, ...(part.others ?? [])].filter(Boolean).flatMap(e => partsOf(e)))
}

// resultView returns elements that show a run. select is called with a part of the text.
export function resultView(run, select) {
  const view = element('div')
  for (const d of run.diagnostics) view.append(element('p', {class: 'bad'}, d.message))
  if (run.shape === 'empty') {
    view.append(element('p', {class: 'note'}, 'There is nothing to evaluate yet. Type an expression, or take one of the examples.'))
  }
  if (run.result && !run.result.error) view.append(valueView(run.result), decidedView(run.result, select))
  if (run.result) view.append(element('h3', {}, 'Values of the parts'), tree([run.result], select))
  for (const part of run.parts ?? []) view.append(partView(part, select))
  if (run.score) view.append(element('p', {}, 'Score: ', element('code', {}, run.score)))
  if (run.nulls?.length) {
    view.append(element('h3', {}, 'Seen as null'), element('ul', {class: 'plain'}, ...run.nulls.map(text => element('li', {class: 'warn'}, text))))
  }
  if (run.message) {
    view.append(element('h3', {}, run.dropped ? 'The message, which is dropped' : 'The message as it goes on'), element('pre', {}, indented(run.message)))
  }
  return view
}

function valueView(result) {
  const isLong = result.json && (result.kind === 'map' || result.kind === 'list' || result.kind === 'set' || result.json.length > 60)
  return element('div', {}, element('p', {}, element('strong', {class: 'value'}, result.value), ' ', element('span', {class: 'note'}, result.kind)),
    isLong && element('pre', {}, indented(result.json)))
}

// decidedView lists what decided a condition.
function decidedView(result, select) {
  const decided = []
  const walk = part => {
    const below = (part.parts ?? []).filter(child => child.decided && child.kind === 'bool' && child.count > 0)
    if (part !== result && below.length === 0) decided.push(part)
    below.forEach(walk)
  }
  if (result.kind === 'bool') walk(result)
  if (decided.length === 0) return ''
  return element('p', {}, 'Decided by: ', ...decided.flatMap((part, i) => [i > 0 && ', ', link(part, select), ` ${outcome(part)}`]))
}

function link(part, select) {
  return element('button', {type: 'button', class: 'link', onclick: () => select(part.from, part.to)}, element('code', {}, part.text))
}

// tree returns the parts of expressions as lists in lists.
function tree(parts, select) {
  return element('ul', {class: 'tree'}, ...parts.map(part => element('li', {class: part.count === 0 ? 'skipped' : ''},
    element('span', {class: 'line'}, part.to > part.from ? link(part, select) : element('code', {}, part.text), ' ',
      element('span', {class: part.error ? 'bad value' : 'value'}, outcome(part)),
      part.decided && part.kind === 'bool' && element('span', {class: 'decided-label'}, 'decided')),
    children(part, select))))
}

function children(part, select) {
  const shown = (part.parts ?? []).filter(child => !child.literal)
  return shown.length > 0 && tree(shown, select)
}

// partView shows a rule or step.
function partView(part, select) {
  const name = part.name && part.name !== part.kind ? `${part.kind} ${part.name}` : part.kind
  const about = [part.id, part.severity, part.line && `line ${part.line}`].filter(Boolean).join(', ')
  const kind = part.outcome === 'failed' ? 'bad' : part.counts ? 'good' : ''
  const content = []
  if (part.condition) content.push(tree([part.condition], select))
  for (const other of part.others ?? []) {
    content.push(element('p', {class: 'assigned'}, element('code', {}, other.name ? `${other.name} := ` : `${other.is}: `),
      element('span', {class: other.error ? 'bad value' : 'value'}, other.error || other.count === 0 ? outcome(other) : other.value)))
    const below = children(other, select)
    if (below) content.push(below)
  }
  return element('details', {open: part.counts || part.outcome === 'failed' || part.kind === 'step'},
    element('summary', {}, element('strong', {}, name), about && element('span', {class: 'note'}, ` (${about})`), part.consequence && ': ',
      part.consequence && element('span', {class: kind}, part.consequence)), ...content)
}

function indented(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json // that was cut
  }
}
