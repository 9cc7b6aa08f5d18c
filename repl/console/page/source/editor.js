import {autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, insertCompletionText, pickedCompletion} from '@codemirror/autocomplete'
import {defaultKeymap, history, historyKeymap} from '@codemirror/commands'
import {bracketMatching, indentUnit} from '@codemirror/language'
import {lintGutter, lintKeymap, setDiagnostics} from '@codemirror/lint'
import {Compartment, EditorState, Prec, StateEffect, StateField} from '@codemirror/state'
import {EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, hoverTooltip, keymap, lineNumbers, placeholder, showTooltip} from '@codemirror/view'
import {element, visible} from './dom.js'
import {expressionLanguage, highlighting, rulesLanguage} from './language.js'
import {marks, markedPart} from './marks.js'
import {theme} from './theme.js'

const languages = {expression: expressionLanguage, rules: rulesLanguage}
const placeholders = {
  expression: "an expression, such as bytes > 1000 and IN_SUBNET(ip_src_addr, '10.0.0.0/8')",
  rules: 'a rule set in YAML; Examples has some',
}

// Editor is the editor of expressions and rule sets. It asks the engine through ask
// (method, offset), and tells what the person does: changed(), run().
export class Editor {
  constructor(parent, {ask, changed, run, documentation}) {
    this.ask = ask
    this.documentation = documentation
    this.language = new Compartment()
    this.hint = new Compartment()
    this.label = new Compartment()
    // In a shadow root the styles of the editor are style sheets that scripts make, which
    // the content security policy does not restrict.
    const shadow = parent.attachShadow({mode: 'open'})
    const inside = element('div')
    shadow.append(inside)
    this.view = new EditorView({
      root: shadow,
      parent: inside,
      state: EditorState.create({
        extensions: [
          Prec.highest(keymap.of([
            {key: 'Mod-Enter', run: () => (run(), true)},
            {key: 'Mod-Shift-Space', run: view => (this.showSignature(view), true)},
            {key: 'Mod-k Mod-i', run: view => (this.hoverAtCursor(view), true)},
            {key: 'Escape', run: view => { this.dropSignature(); return closeTips(view) }},
          ])),
          lineNumbers(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(), lintGutter(),
          indentUnit.of('  '), EditorState.tabSize.of(2), EditorView.lineWrapping,
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          autocompletion({override: [context => this.complete(context)], icons: false, maxRenderedOptions: 100}),
          hoverTooltip((view, position) => this.hover(position), {hoverTime: 200}),
          this.language.of(expressionLanguage), this.hint.of(placeholder(placeholders.expression)),
          this.label.of(this.labelled('expression')), highlighting, marks, signatureTip, cursorTip, theme,
          EditorView.updateListener.of(update => {
            if (update.docChanged) changed()
            if (update.docChanged || update.selectionSet) this.updateSignature()
          }),
        ],
      }),
    })
  }

  labelled(mode) {
    return EditorView.contentAttributes.of({'aria-label': mode === 'rules' ? 'Rule set in YAML' : 'Expression', 'aria-multiline': 'true', tabindex: '0'})
  }

  get text() {
    return this.view.state.doc.toString()
  }

  set text(text) {
    this.view.dispatch({changes: {from: 0, to: this.view.state.doc.length, insert: text}, selection: {anchor: 0}})
  }

  set mode(mode) {
    this.view.dispatch({effects: [
      this.language.reconfigure(languages[mode]), this.hint.reconfigure(placeholder(placeholders[mode])),
      this.label.reconfigure(this.labelled(mode)), setSignature.of(null), setCursorTip.of(null),
    ]})
  }

  focus() {
    this.view.focus()
  }

  // select selects a part of the text, and shows it.
  select(from, to) {
    const length = this.view.state.doc.length
    this.view.dispatch({selection: {anchor: Math.min(from, length), head: Math.min(to, length)}, scrollIntoView: true})
    this.focus()
  }

  line(number) {
    const line = this.view.state.doc.line(Math.min(number, this.view.state.doc.lines))
    this.select(line.from, line.from)
  }

  // diagnose marks what is wrong.
  diagnose(diagnostics) {
    const length = this.view.state.doc.length
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics.map(d => ({
      from: Math.min(d.from, length), to: Math.min(d.to, length), severity: d.severity, message: visible(d.message),
      actions: d.replace ? [{name: visible(`write ${d.suggestion}`), apply: () => this.replace(d.replace, d.suggestion)}] : [],
    }))))
  }

  replace({from, to}, text) {
    this.view.dispatch({changes: {from, to, insert: text}, selection: {anchor: from + text.length}})
    this.focus()
  }

  async complete(context) {
    const before = context.matchBefore(/[a-zA-Z_$'"`][\w.$'"`-]*/)
    if (!context.explicit && !before) return null
    const answer = await this.ask('complete', context.pos).catch(() => null)
    if (!answer || context.aborted || answer.items.length === 0) return null
    return {
      from: answer.from, to: answer.to, filter: false,
      options: answer.items.map(item => ({
        label: item.label, displayLabel: visible(item.label), detail: item.detail && visible(item.detail), type: item.kind,
        apply: (view, completion, from, to) => {
          view.dispatch({...insertCompletionText(view.state, item.insert, from, to), annotations: pickedCompletion.of(completion)})
          this.updateSignature()
        },
        info: item.function ? () => this.documentation(item.function) : undefined,
      })),
    }
  }

  // hover shows the value of the part of the expression at a place, if the text was
  // applied to a message, and what the word there means.
  async hover(position) {
    const part = markedPart(this.view.state, position)
    const word = await this.ask('hover', position).catch(() => null)
    if (!part && !word?.title) return null
    const content = element('div', {class: 'tip'})
    if (part) content.append(element('p', {}, element('code', {}, part.text), ' ', part.outcome))
    if (word?.title && !(part && !word.function && !word.text)) {
      content.append(element('p', {}, element('code', {}, word.title)), element('p', {}, word.text))
    }
    const range = part ?? word
    return {pos: range.from, end: range.to, above: true, create: () => ({dom: content})}
  }

  async hoverAtCursor(view) {
    const tip = await this.hover(view.state.selection.main.head)
    view.dispatch({effects: setCursorTip.of(tip)})
  }

  // dropSignature keeps a signature that is asked for from being shown.
  dropSignature() {
    clearTimeout(this.signatureTimer)
    this.signatureAsked = null
  }

  updateSignature() {
    clearTimeout(this.signatureTimer)
    this.signatureTimer = setTimeout(() => this.showSignature(this.view), 30)
  }

  async showSignature(view) {
    const {state} = view
    const {head, empty} = state.selection.main
    const asked = this.signatureAsked = Symbol('signature')
    const answer = empty ? await this.ask('signature', head).catch(() => null) : null
    if (this.signatureAsked !== asked || view.state !== state && view.state.selection.main.head !== head) return
    if (!answer?.function) {
      if (view.state.field(signatureTip)) view.dispatch({effects: setSignature.of(null)})
      return
    }
    const {from, to} = answer.active
    const content = element('div', {class: 'tip signature', 'aria-hidden': 'true'},
      element('code', {}, answer.signature.slice(0, from), element('strong', {}, answer.signature.slice(from, to)), answer.signature.slice(to)))
    if (answer.parameter) content.append(element('p', {}, answer.parameter))
    view.dispatch({effects: setSignature.of({pos: answer.at, above: true, strictSide: false, create: () => ({dom: content})})})
  }
}

const setSignature = StateEffect.define()
const setCursorTip = StateEffect.define()

// closeTips closes the tips, and leaves the key to others.
function closeTips(view) {
  if (view.state.field(signatureTip) || view.state.field(cursorTip)) view.dispatch({effects: [setSignature.of(null), setCursorTip.of(null)]})
  return false
}

// signatureTip shows the call that is being written.
const signatureTip = StateField.define({
  create: () => null,
  update(tip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value
    return tip && transaction.docChanged ? {...tip, pos: transaction.changes.mapPos(tip.pos)} : tip
  },
  provide: field => showTooltip.from(field),
})

// cursorTip shows what a hover would, at the cursor, until it moves.
const cursorTip = StateField.define({
  create: () => null,
  update(tip, transaction) {
    for (const effect of transaction.effects) if (effect.is(setCursorTip)) return effect.value
    return transaction.docChanged || transaction.selection ? null : tip
  },
  provide: field => showTooltip.from(field),
})
