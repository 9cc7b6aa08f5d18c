package compile

import (
	"encoding/binary"
	"math"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// Programs of a set often have parts in common, such as URL_TO_HOST(url). Such a part is
// evaluated once, when the first program comes to it, and its value kept for the others:
// if it is pure, depends on fields alone that no program assigns, and did not fail. What
// the evaluation was charged is charged each time. If that would exceed a limit, the
// part is evaluated anew, so that it fails in its own place; and so is one that has
// something to tell the observer.

// Shared are the parts of the expressions of a set, each with a number that all equal
// ones have, and how often they occur.
type Shared struct {
	env      *Environment
	names    *Names
	numbers  map[string]int32      // by structure
	uses     []int32               // by number, of parts that are not equal themselves
	memos    []int32               // by number: of a memo, 0 if that is not known, -1 for none
	programs map[int32]*Program    // by number of the memo, of the part alone
	trees    map[syntax.Node]parts // by root
	unstable map[string]bool       // names that may change from program to program
	key      []byte
}

// parts are the numbers of the parts of a tree, by the index of their nodes.
type parts []int32

// NewShared returns no parts. What is shared is kept by the slots of the names. Assigned
// are the names that programs of the set assign.
func NewShared(env *Environment, names *Names, assigned []string) *Shared {
	s := &Shared{env: env, names: names,
		numbers: map[string]int32{}, programs: map[int32]*Program{}, trees: map[syntax.Node]parts{}, unstable: map[string]bool{},
	}
	for _, name := range assigned {
		s.unstable[name] = true
	}
	return s
}

// Add adds an expression, once for each program that will be made of it.
func (s *Shared) Add(tree syntax.Tree) {
	of, known := s.trees[tree.Root]
	if !known {
		of = make(parts, tree.Nodes)
		s.trees[tree.Root] = of
		s.number(tree.Root, of)
	}
	s.uses[of[tree.Root.Index()]]++
	if s.changesArguments(tree.Root) {
		for _, name := range syntax.FreeNames(tree.Root) {
			s.unstable[name] = true
		}
	}
}

// changesArguments reports whether a function is called in n that keeps state.
func (s *Shared) changesArguments(n syntax.Node) bool {
	if call, ok := n.(*syntax.Call); ok {
		if f := s.env.Functions[call.Name]; f != nil && f.Purity == fn.Stateful {
			return true
		}
	}
	for _, child := range syntax.Children(n) {
		if s.changesArguments(child) {
			return true
		}
	}
	return false
}

// number numbers n and its parts.
func (s *Shared) number(n syntax.Node, of parts) {
	children := syntax.Children(n)
	for _, child := range children {
		s.number(child, of)
	}
	s.key = appendShape(s.key[:0], n)
	for _, child := range children {
		s.key = binary.AppendUvarint(s.key, uint64(of[child.Index()]))
	}
	number, known := s.numbers[string(s.key)]
	if !known {
		number = int32(len(s.uses))
		s.numbers[string(s.key)] = number
		s.uses, s.memos = append(s.uses, 0), append(s.memos, 0)
		for _, child := range children {
			s.uses[of[child.Index()]]++
		}
	}
	of[n.Index()] = number
}

// appendShape appends what n is, without its children.
func appendShape(key []byte, n syntax.Node) []byte {
	text := func(kind byte, texts ...string) []byte {
		key = append(key, kind)
		for _, t := range texts {
			key = append(binary.AppendUvarint(key, uint64(len(t))), t...)
		}
		return key
	}
	ops := func(kind byte, ops ...syntax.Op) []byte {
		key = append(key, kind)
		for _, op := range ops {
			key = append(key, byte(op))
		}
		return append(key, 0xFF)
	}
	switch n := n.(type) {
	case *syntax.Literal:
		return appendLiteral(append(key, 'l'), n.Value)
	case *syntax.Variable:
		return text('v', n.Name)
	case *syntax.Exists:
		return text('e', n.Name)
	case *syntax.Call:
		return text('c', n.Name)
	case *syntax.Lambda:
		return append(text('a', n.Params...), 0xFF)
	case *syntax.Not:
		return append(key, 'n')
	case *syntax.Negate:
		return append(key, '-')
	case *syntax.Binary:
		return ops('b', n.Op)
	case *syntax.Logical:
		return ops('o', n.Ops...)
	case *syntax.Conditional:
		return append(key, '?')
	case *syntax.Match:
		return append(key, 'm')
	case *syntax.List:
		return append(key, '[')
	}
	return append(key, '{')
}

func appendLiteral(key []byte, v value.Value) []byte {
	key = append(key, byte(v.Kind()))
	switch v.Kind() {
	case value.KindBool, value.KindInt, value.KindLong:
		number := v.Int64()
		if v.Bool() {
			number = 1
		}
		return binary.LittleEndian.AppendUint64(key, uint64(number))
	case value.KindFloat, value.KindDouble:
		return binary.LittleEndian.AppendUint64(key, math.Float64bits(v.Float64()))
	}
	text := v.String()
	return append(binary.AppendUvarint(key, uint64(len(text))), text...)
}

// memoOf returns the number of the memo for a node, counted from 1, and 0 if it has none.
func (c *compiler) memoOf(n syntax.Node) int32 {
	if c.parts == nil || c.frame != nil || c.makesAnew {
		return 0
	}
	number := c.parts[n.Index()]
	memo := &c.shared.memos[number]
	if *memo == 0 {
		if *memo = -1; c.shared.uses[number] > 1 && c.isShared(n) {
			c.shared.names.memos++
			*memo = int32(c.shared.names.memos)
		}
	}
	return max(0, *memo)
}

// isShared reports whether the value of a node can be kept, and is worth it.
func (c *compiler) isShared(n syntax.Node) bool {
	facts := c.facts.Of(n)
	return facts.Purity == fn.Pure && !facts.Stateful && facts.Kinds&keptKinds != 0 &&
		c.shared.isStable(n) && isWorthKeeping(n)
}

const keptKinds = fn.Bool | fn.Number | fn.String

// isStable reports whether what a node reads is the same for all programs. All fields
// at once are not, as they are charged once for each evaluation.
func (s *Shared) isStable(n syntax.Node) bool {
	for _, name := range syntax.FreeNames(n) {
		if name == names.AllFields || s.unstable[name] {
			return false
		}
		for _, prefix := range names.Prefixes(name) {
			if s.unstable[prefix] {
				return false
			}
		}
	}
	return true
}

// isWorthKeeping reports whether evaluating n takes longer than looking a value up.
func isWorthKeeping(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Call:
		return true
	case *syntax.Binary:
		if n.Op.IsArithmetic() {
			return true
		}
	case *syntax.Logical:
		if len(n.Operands) >= fewTests {
			return true
		}
	}
	for _, child := range syntax.Children(n) {
		if isWorthKeeping(child) {
			return true
		}
	}
	return false
}

const fewTests = 4

// Part returns the number of the memo in which the value of a part of a compiled
// expression is kept, if that is used by so many that an index may evaluate it
// beforehand, and 0 for others.
func (s *Shared) Part(root, n syntax.Node) int32 {
	if s == nil || s.trees[root] == nil {
		return 0
	}
	number := s.trees[root][n.Index()]
	if memo := s.memos[number]; memo > 0 && s.uses[number] >= manyUses {
		return memo
	}
	return 0
}

const manyUses = 3

// Program returns the part of a number that Part returned as a program. Sessions read
// its value by ReadPart.
func (s *Shared) Program(part int32) *Program { return s.programs[part] }

// memoized makes code that keeps its value in a memo.
func (c *compiler) memoized(n syntax.Node, number int32, compiled code) code {
	evaluate := compiled.evaluator()
	kept := func(s scope) (value.Value, error) { return s.state.memoized(s, number, evaluate) }
	if c.shared.programs[number] == nil {
		c.shared.programs[number] = &Program{evaluate: kept, env: c.env, needsState: true, at: site{node: n}, memo: number}
	}
	if conditionOf(compiled) == nil {
		return plain(kept)
	}
	return conditionalCall{test(func(s scope) (bool, error) {
		v, err := kept(s)
		return v.Bool(), err
	}), kept}
}

// memo is a value that is kept, and what making it was charged.
type memo struct {
	value         value.Value
	steps, memory int64
	known         bool
}

func (e *state) memoized(s scope, number int32, evaluate evaluator) (value.Value, error) {
	if e.slots == nil {
		return evaluate(s)
	}
	m := &e.slots.memos[number-1]
	if m.known && e.charge(m) {
		return m.value, nil
	}
	steps, memory, observed := e.steps, e.memory, e.observed
	v, err := evaluate(s)
	if err == nil && !m.known && v.Kind() <= value.KindString && e.observed == observed {
		*m = memo{v, e.steps - steps, e.memory - memory, true}
		e.slots.kept = append(e.slots.kept, number-1)
	}
	return v, err
}

// charge charges what a memo cost, if that exceeds no limit and the context has not
// ended.
func (e *state) charge(m *memo) bool {
	limits := &e.env.Limits
	steps, memory := e.steps+m.steps, e.memory+m.memory
	if steps > limits.Steps || memory > limits.Memory {
		return false
	}
	if steps >= e.due {
		if e.ctx.Err() != nil {
			return false
		}
		e.due = min(steps+stepsBetweenChecks, limits.Steps+1)
	}
	e.steps, e.memory = steps, memory
	return true
}
