import {element} from './dom.js'

const keys = [
  ['Ctrl-Enter', 'evaluate the text for the chosen message'],
  ['Ctrl-Space', 'complete a name, a field, a key of a map'],
  ['F8, Shift-F8', 'go to the next or the last problem'],
  ['Ctrl-Shift-Space', 'show the call that is being written'],
  ['Ctrl-K Ctrl-I', 'show the value, or the documentation, of what is at the cursor'],
  ['F6, Shift-F6', 'go to the next or the last pane'],
  ['Ctrl-/', 'make a line a comment'],
  ['Ctrl-Z, Ctrl-Y', 'undo, redo'],
  ['Escape, then Tab', 'leave the editor'],
  ['F1', 'show this'],
]

export const helpView = () => element('div', {},
  element('p', {}, 'An expression is evaluated for a message, a JSON object: its fields are the variables. Lines of the form name := expression compute fields, one after the other. ',
    'In Rules, a rule set in YAML scores messages, and has tests.'),
  element('p', {}, 'Move the pointer over a part of an expression that was evaluated to see its value. What decided the result is underlined; what was not needed is struck through.'),
  element('table', {}, element('tbody', {}, ...keys.map(([key, meaning]) => element('tr', {}, element('th', {scope: 'row'}, element('kbd', {}, key)), element('td', {}, meaning))))),
  element('p', {class: 'note'}, 'On a Mac, Cmd takes the place of Ctrl.'))
