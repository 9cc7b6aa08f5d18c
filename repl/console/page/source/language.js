import {HighlightStyle, StreamLanguage, syntaxHighlighting} from '@codemirror/language'
import {tags} from '@lezer/highlight'

// The words of the language, as its lexer has them, in lower and in upper case.
const keywords = new Set(['and', 'or', 'not', 'in', 'if', 'then', 'else', 'match', 'default', 'exists'].flatMap(both))
const constants = new Set([...['true', 'false', 'null'].flatMap(both), 'NaN'])

function both(word) {
  return [word, word.toUpperCase()]
}

// expressionToken returns the kind of the token at which a line is, and passes it. The
// state holds the quote of a string that is open.
function expressionToken(stream, state) {
  if (state.quote) return string(stream, state)
  if (stream.eatSpace()) return null
  if (stream.match('//') || stream.match('#')) {
    stream.skipToEnd()
    return 'comment'
  }
  const quote = stream.peek()
  if (quote === "'" || quote === '"') {
    stream.next()
    state.quote = quote
    return string(stream, state)
  }
  if (stream.match(/^`[^`]*`?/)) return 'variableName'
  if (stream.match(/^\d+(\.\d*)?([eE][+-]?\d+)?[lLfFdD]?/) || stream.match(/^\.\d+([eE][+-]?\d+)?[fFdD]?/)) return 'number'
  const word = stream.match(/^[a-zA-Z_$](?:[a-zA-Z0-9_.:]*[a-zA-Z0-9_.])?/)
  if (word) {
    if (keywords.has(word[0])) return 'keyword'
    if (constants.has(word[0])) return 'atom'
    return stream.match(/^\s*\(/, false) ? 'functionName' : 'variableName'
  }
  if (stream.match(/^[()[\]{}]/)) return 'bracket'
  if (stream.match(/^(:=|==|!=|<=|>=|=>|->|&&|\|\||[-+*/<>?:])/)) return 'operator'
  stream.next()
  return null
}

function string(stream, state) {
  for (let character; (character = stream.next()) != null;) {
    if (character === '\\') stream.next()
    else if (character === state.quote) {
      state.quote = null
      break
    }
  }
  return 'string'
}

const tokenTable = {functionName: tags.function(tags.variableName)}

// expressionLanguage is that of expressions and assignments.
export const expressionLanguage = StreamLanguage.define({
  name: 'stellar',
  startState: () => ({quote: null}),
  token: expressionToken,
  tokenTable,
  languageData: {commentTokens: {line: '//'}, closeBrackets: {brackets: ['(', '[', '{', "'", '"', '`']}},
})

// Keys of rule sets whose values are no expressions.
const plainKeys = new Set([
  'name', 'id', 'sensor', 'comment', 'description', 'severity', 'attack', 'references', 'owner', 'status', 'false_positives',
  'runbook', 'import', 'base', 'output', 'until', 'aggregator', 'file', 'at', 'now', 'schema', 'message', 'messages', 'skip', 'keep', 'lists',
])

// rulesLanguage is that of rule sets in YAML, with expressions in them.
export const rulesLanguage = StreamLanguage.define({
  name: 'stellar-rules',
  startState: () => ({quote: null, plain: true, block: -1, indent: 0}),
  token(stream, state) {
    if (stream.sol()) {
      state.indent = stream.indentation()
      if (state.block >= 0 && state.indent <= state.block && stream.string.trim() !== '') {
        state.block = -1
        state.quote = null
      }
      if (state.block < 0) state.plain = true
    }
    if (state.block >= 0) return state.plainBlock ? (stream.skipToEnd(), 'string') : expressionToken(stream, state)
    if (!state.quote && state.plain) {
      if (stream.eatSpace()) return null
      if (stream.match(/^#.*/)) return 'comment'
      if (stream.match(/^-\s/)) return 'punctuation'
      const key = stream.match(/^(['"]?)([\w.\-() ,]+?)\1:(?=\s|$)/)
      if (key) {
        state.key = key[2]
        state.plain = plainKeys.has(key[2])
        return 'propertyName'
      }
    }
    if (stream.match(/^\s*[|>][-+]?\s*$/)) {
      state.block = state.indent
      state.plainBlock = state.plain
      return 'punctuation'
    }
    if (!state.plain) {
      if (!state.quote && stream.match(/^,\s*(?=\w+:\s)/)) {
        state.plain = true
        return 'punctuation'
      }
      if (!state.quote && stream.match(/^\{\s*(?=\w+:\s)/)) {
        state.plain = true
        return 'bracket'
      }
      return expressionToken(stream, state)
    }
    if (stream.match(/^[{}[\],]/)) return 'bracket'
    if (stream.match(/^'[^']*'?|^"[^"]*"?/)) return 'string'
    if (stream.match(/^[^\s{}[\],#][^{}[\],#]*/)) return 'string'
    stream.next()
    return null
  },
  // A line below a key without a value, or below a list item that has a key, is deeper.
  indent(state, textAfter, context) {
    const before = context.lineAt(context.pos, -1).text.trimEnd()
    const [, blanks, dashes] = /^( *)((?:- +)*)/.exec(before)
    const opens = /(?:^|\s|\w):(?:\s*[|>][-+]?)?$/.test(before)
    return blanks.length + (state.block >= 0 ? 0 : dashes.length) + (opens ? context.unit : 0)
  },
  tokenTable,
  languageData: {commentTokens: {line: '#'}},
})

// highlighting colours tokens by classes of the style of the editor.
export const highlighting = syntaxHighlighting(HighlightStyle.define([
  {tag: tags.keyword, class: 'tok-keyword'},
  {tag: tags.atom, class: 'tok-constant'},
  {tag: tags.function(tags.variableName), class: 'tok-function'},
  {tag: tags.variableName, class: 'tok-variable'},
  {tag: tags.number, class: 'tok-number'},
  {tag: tags.string, class: 'tok-string'},
  {tag: tags.comment, class: 'tok-comment'},
  {tag: tags.operator, class: 'tok-operator'},
  {tag: tags.propertyName, class: 'tok-key'},
]))
