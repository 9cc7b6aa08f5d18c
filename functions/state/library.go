// Package state has the functions that write values as text which later runs and other
// machines read: statistics, sketches, and all else but lambdas.
package state

import (
	"encoding/base64"
	"errors"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Library returns the family. Its functions read objects of the types.
func Library(types []*fn.Type) fn.Library {
	return fn.Library{
		Name:      "state",
		Doc:       "keeping statistics, sketches and other values as text",
		Functions: []fn.Func{encode, decode(types)},
	}
}

// codingCost is that of 64 bytes to write or to read.
const codingCost fn.Cost = 4

var encode = fn.Func{
	Name:   "STATE_ENCODE",
	Params: []fn.Param{{Name: "value", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "what to keep; anything but a lambda"}},
	Result: fn.String, ResultDoc: "its binary form in base64",
	Doc: "Writes a value as text that STATE_DECODE reads: in a message, a file, another run or on another machine. " +
		"It keeps what JSON would lose: the kinds of numbers, sets, and all that statistics and sketches know. " +
		"Later versions read what this one writes.",
	Examples: []fn.Example{
		{Expr: "STATE_DECODE(STATE_ENCODE({'seen' : 5L, 'of' : SET_INIT(['a'])}))", Want: "{'seen' : 5L, 'of' : SET_INIT(['a'])}"},
		{Expr: "STATE_ENCODE([1, null])", Want: "'AQoCAwIA'"},
	},
	Cost: codingCost,
	Unary: func(v value.Value, budget fn.Budget) (value.Value, error) {
		data, err := binary.Append(nil, v)
		if err != nil {
			return value.Null, fn.Argumentf(0, "%v", err)
		}
		size := base64.StdEncoding.EncodedLen(len(data))
		if limit := budget.Limits().StringLength; size > limit {
			return value.Null, fn.Limitf(0, "a text of %d bytes, where StringLength allows %d", size, limit)
		}
		return value.String(base64.StdEncoding.EncodeToString(data)), nil
	},
}

func decode(types []*fn.Type) fn.Func {
	return fn.Func{
		Name:   "STATE_DECODE",
		Params: []fn.Param{{Name: "text", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "what STATE_ENCODE returned"}},
		Result: fn.Any, ResultDoc: "the value",
		Doc: "Reads a value that STATE_ENCODE wrote. Text that was damaged, or written by a version to come, is an error. " +
			"What is read is a value of its own: changes do not reach the text.",
		Examples: []fn.Example{{Expr: "STATE_DECODE('AQoCAwIA')", Want: "[1, null]"}},
		Cost:     codingCost,
		Unary: func(v value.Value, budget fn.Budget) (value.Value, error) {
			data, err := base64.StdEncoding.DecodeString(v.Str())
			if err != nil {
				return value.Null, fn.Argumentf(0, "the text is no base64: %v", err)
			}
			decoded, err := binary.Decode(data, fn.Decoding{Types: types, Budget: budget})
			if isForm(err) {
				return value.Null, fn.Argumentf(0, "%v", err)
			}
			return decoded, err
		},
	}
}

func isForm(err error) bool {
	return errors.Is(err, binary.ErrMalformed) || errors.Is(err, binary.ErrNewer) || errors.Is(err, binary.ErrUnknownType)
}
