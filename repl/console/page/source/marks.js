import {RangeSet, StateEffect, StateField} from '@codemirror/state'
import {Decoration, EditorView} from '@codemirror/view'

// setMarks marks what an evaluation did: [{from, to, text, outcome, kind}]. The kind is
// decided, skipped, failed or plain, or of coverage, covered or uncovered.
const setMarks = StateEffect.define()

// Parts are kept besides the decorations, for their values.
class Marks {
  constructor(parts, decorations) {
    this.parts = parts
    this.decorations = decorations
  }

  static of(parts, length) {
    const inside = parts.filter(part => part.from < part.to && part.to <= length)
    const decorated = inside.filter(part => part.kind !== 'plain')
    const decorations = decorated.map(part => Decoration.mark({class: `mark-${part.kind}`}).range(part.from, part.to))
    return new Marks(inside, RangeSet.of(decorations, true))
  }

  // A change makes what it touches unknown.
  map(changes) {
    const parts = this.parts.filter(part => changes.touchesRange(part.from, part.to) === false)
      .map(part => ({...part, from: changes.mapPos(part.from, 1), to: changes.mapPos(part.to, -1)}))
    return Marks.of(parts, changes.newLength)
  }
}

const none = new Marks([], RangeSet.empty)

export const marks = StateField.define({
  create: () => none,
  update(value, transaction) {
    if (transaction.docChanged) value = value.map(transaction.changes)
    for (const effect of transaction.effects) if (effect.is(setMarks)) value = Marks.of(effect.value, transaction.newDoc.length)
    return value
  },
  provide: field => EditorView.decorations.from(field, value => value.decorations),
})

// mark shows marks in an editor.
export const mark = (view, parts) => view.dispatch({effects: setMarks.of(parts)})

// markedPart returns the smallest part at a place.
export function markedPart(state, position) {
  let found = null
  for (const part of state.field(marks).parts) {
    if (part.from <= position && position <= part.to && (!found || part.to - part.from <= found.to - found.from)) found = part
  }
  return found
}

// partsOf lists an evaluated expression and its parts as marks. Of parts that were not
// evaluated the outermost are marked.
export function partsOf(evaluated, list = [], outer = null) {
  const isChain = evaluated.parts?.some(part => part.kind === 'bool' || part.count === 0)
  const kind = evaluated.error ? (evaluated.parts?.some(part => part.error) ? 'plain' : 'failed')
    : evaluated.count === 0 && outer?.count !== 0 ? 'skipped' : 'plain'
  list.push({from: evaluated.from, to: evaluated.to, text: evaluated.text, outcome: outcome(evaluated), kind})
  for (const part of evaluated.parts ?? []) {
    partsOf(part, list, evaluated)
    if (isChain && part.decided && part.count > 0 && !part.error && !part.literal && (part.kind === 'bool' || !outer)) {
      list.push({from: part.from, to: part.to, text: part.text, outcome: outcome(part), kind: 'decided'})
    }
  }
  return list
}

// outcome says what came of an evaluated expression.
export function outcome(evaluated) {
  if (evaluated.error) return `fails: ${evaluated.error}`
  if (evaluated.count === 0) return 'was not evaluated'
  const value = `→ ${evaluated.value}`
  return evaluated.count > 1 ? `${value} (the last of ${evaluated.count} times)` : value
}
