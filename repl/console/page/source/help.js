import {element} from './dom.js'

const keys = [
  ['Ctrl-Enter', 'evaluate the text for the chosen message'],
  ['Ctrl-Space', 'complete a name, a field, a key of a map'],
  ['F8, Shift-F8', 'go to the next or the previous problem'],
  ['Ctrl-Shift-Space', 'show the call that is being written'],
  ['Ctrl-K Ctrl-I', 'show the value, or the documentation, of what is at the cursor'],
  ['F6, Shift-F6', 'go to the next or the previous pane'],
  ['Ctrl-/', 'make a line a comment'],
  ['Ctrl-Z, Ctrl-Y', 'undo, redo'],
  ['Escape, then Tab', 'leave the editor'],
  ['F1', 'show this'],
]

// The language in a few lines: what, and an example that needs no message.
const language = [
  ['numbers, texts', '(1 + 2.5) * 3', "JOIN(['port', 443], ' ')"],
  ['comparisons', '3 >= 2', "'a' != 'b'", '1 == 1.0'],
  ['conditions', 'true and not(false)', 'false or 2 > 1'],
  ['a field that may be missing', 'exists(user)', 'user == null', "user in ['ann', 'bob']"],
  ['choices', "if 2 > 1 then 'yes' else 'no'", "match { 5 > 3 => 'large', default => 'small' }"],
  ['lists and maps', '22 in [22, 443]', "MAP_GET('a', {'a' : 1})", 'LENGTH([1, 2])'],
  ['functions of one argument', 'FILTER([1, 2, 3], x -> x > 1)', "MAP(['a', 'b'], s -> TO_UPPER(s))"],
  ['fields that are computed', 'size := 5 * 1024\nlarge := size > 4000'],
]

// helpView returns the help. tryOut is called with an example.
export const helpView = tryOut => element('div', {},
  element('p', {}, 'An expression is evaluated for a message, a JSON object: its fields are the variables. Lines of the form name := expression compute fields, one after the other. ',
    'In Rules, a rule set in YAML scores messages, and has tests.'),
  element('p', {}, 'Move the pointer over a part of an expression that was evaluated to see its value. What decided the result is underlined; what was not needed is struck through.'),
  element('h3', {}, 'The language in short'),
  element('p', {}, 'A click tries an example. Functions says what each function does, and finds one by what you want.'),
  element('table', {id: 'language'}, element('tbody', {}, ...language.map(([what, ...examples]) => element('tr', {}, element('th', {scope: 'row'}, what), element('td', {}, ...examples.map(example =>
    element('div', {}, element('button', {type: 'button', class: 'link', onclick: () => tryOut(example)}, element('code', {}, example))))))))),
  element('p', {class: 'note'}, 'stellar doc language shows the whole language, stellar doc rules all that a rule set may hold.'),
  element('h3', {}, 'Keys'),
  element('table', {}, element('tbody', {}, ...keys.map(([key, meaning]) => element('tr', {}, element('th', {scope: 'row'}, element('kbd', {}, key)), element('td', {}, meaning))))),
  element('p', {class: 'note'}, 'On a Mac, Cmd takes the place of Ctrl.'))
