package fn

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar/value"
)

// Limits bound what an expression and one evaluation of it may cost, so that
// neither hostile expressions nor hostile messages can stop a host. A zero field
// means its default, which lets every rule through that people write: those take
// some dozens of steps and a few kilobytes.
type Limits struct {
	// SourceLength is the most bytes of an expression. It bounds the time and
	// memory of compiling. Default: 64 KiB.
	SourceLength int

	// Depth is how deep an expression may be nested. It protects the stack.
	// Default: 500.
	Depth int

	// Steps is the work of one evaluation: one step for each call of a function
	// or lambda, each item looked at or made, and each 64 bytes of text looked at
	// or made; more where such a piece costs more. It bounds the time. Default:
	// 10,000,000, which is up to about half a second.
	Steps int64

	// Memory is how many bytes one evaluation may make in all, whether or not it
	// still needs them. Default: 256 MiB.
	Memory int64

	// Elements is the most values in a collection, those in its items and one for
	// each 256 bytes of strings included. It bounds what those have to carry who
	// receive a result. Default: 1,000,000.
	Elements int64

	// StringLength is the most bytes of a string. It bounds a single piece of
	// work, which nothing can interrupt. Default: 16 MiB.
	StringLength int
}

// WithDefaults returns the limits with all zero fields set.
func (l Limits) WithDefaults() Limits {
	setDefault(&l.SourceLength, 64<<10)
	setDefault(&l.Depth, 500)
	setDefault(&l.Steps, 10_000_000)
	setDefault(&l.Memory, 256<<20)
	setDefault(&l.Elements, 1_000_000)
	setDefault(&l.StringLength, 16<<20)
	return l
}

// Validate returns what is wrong with the limits, nothing if they can be used.
func (l Limits) Validate() []error {
	var mistakes []error
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"SourceLength", int64(l.SourceLength)}, {"Depth", int64(l.Depth)}, {"Steps", l.Steps},
		{"Memory", l.Memory}, {"Elements", l.Elements}, {"StringLength", int64(l.StringLength)},
	} {
		if limit.value < 0 {
			mistakes = append(mistakes, fmt.Errorf("the limit %s is %d: it must be positive, or 0 for the default", limit.name, limit.value))
		}
	}
	return mistakes
}

func setDefault[T int | int64](field *T, d T) {
	if *field == 0 {
		*field = d
	}
}

// Cost is how the work of a call grows. The zero Cost is one step for each 64
// bytes of its arguments, with all that they hold; a positive one as many steps
// for each 64 bytes.
type Cost int

const (
	// LookUpCost: the call looks something up in its arguments. Neither its work
	// nor the memory of its result grows with them.
	LookUpCost Cost = -1
	// OwnCost: the body charges what it does itself, by Spend and Allocate.
	OwnCost Cost = -2
	// TextCost: the call looks at all of a string, and only something up in other
	// arguments.
	TextCost Cost = -3
)

// bytesPerStep is how much of an argument a step looks at.
const bytesPerStep = 64

// Size returns how many bytes of an argument the steps depend on.
func (c Cost) Size(arg value.Value) int64 {
	if c >= 0 || c == TextCost && arg.Kind() == value.KindString {
		return arg.Size()
	}
	return 0
}

// Steps returns the steps for arguments of a size in bytes, besides the one that
// each call costs.
func (c Cost) Steps(size int64) int64 {
	if c == LookUpCost || c == OwnCost {
		return 0
	}
	return size / bytesPerStep * max(int64(c), 1)
}

// ChargesResult reports whether the engine charges the memory of a result.
func (c Cost) ChargesResult() bool { return c >= 0 }
