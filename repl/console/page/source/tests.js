import {element, plural} from './dom.js'

// testsView shows what came of the tests of a rule set. goTo is called with a line,
// select with a part of the text.
export function testsView(answer, goTo, select) {
  const view = element('div')
  for (const d of answer.diagnostics) view.append(element('p', {class: 'bad'}, d.message))
  if (answer.diagnostics.length > 0) return view
  if (answer.tests.length === 0) {
    view.append(element('p', {class: 'note'}, 'The rule set has no tests: they stand under tests, each with a message and what is expected.'))
    return view
  }
  const failed = answer.tests.filter(test => test.outcome === 'failed').length
  view.append(element('p', {class: failed ? 'bad' : 'good'}, failed ? `${failed} of ${plural(answer.tests.length, 'test')} failed` : `${plural(answer.tests.length, 'test')} passed`),
    element('ul', {class: 'plain'}, ...answer.tests.map(test => element('li', {},
      element('span', {class: test.outcome === 'failed' ? 'bad' : test.outcome === 'passed' ? 'good' : 'note'}, `${test.outcome} `),
      element('button', {type: 'button', class: 'link', onclick: () => goTo(test.line)}, test.name),
      test.failures.length > 0 && element('ul', {class: 'plain'}, ...test.failures.map(text => element('li', {class: 'value'}, text))),
      test.notes?.length > 0 && element('ul', {class: 'plain'}, ...test.notes.map(text => element('li', {class: 'note'}, text)))))))
  view.append(element('h3', {}, `Coverage: ${answer.seen} of ${plural(answer.of, 'outcome')} seen`))
  const missing = answer.conditions.filter(condition => condition.true === 0 || condition.false === 0)
  view.append(missing.length === 0 ? element('p', {class: 'good'}, 'Each condition was both true and false.')
    : element('ul', {class: 'plain'}, ...missing.map(condition => element('li', {},
      element('button', {type: 'button', class: 'link', onclick: () => select(condition.from, condition.to)}, element('code', {}, condition.text)),
      ` of ${condition.rule}: ${condition.true === 0 && condition.false === 0 ? 'never reached' : condition.true === 0 ? 'never true' : 'never false'}`))))
  return view
}

// coverageMarks returns what the editor marks of tests.
export const coverageMarks = answer => answer.conditions.map(condition => ({
  from: condition.from, to: condition.to, text: condition.text,
  outcome: `true ${condition.true} times, false ${condition.false} times in tests`,
  kind: condition.true > 0 && condition.false > 0 ? 'covered' : 'uncovered',
}))
