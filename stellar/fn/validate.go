package fn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Validate returns all that is wrong with a declaration, nothing if it can be
// used.
func (f *Func) Validate() []error {
	mistakes := slices.Clone(f.Mistakes)
	switch {
	case !isName(f.Name):
		mistakes = append(mistakes, errNoName)
	case names.IsKeyword(f.Name):
		mistakes = append(mistakes, fmt.Errorf("the name must not be %s, which is a keyword", f.Name))
	case f.Name == names.AllFields:
		mistakes = append(mistakes, errors.New("the name must not be _, which stands for all fields"))
	}
	// A constructor that found mistakes need not have made a body.
	if f.Body != nil && f.Unary != nil || f.Body == nil && f.Unary == nil && len(f.Mistakes) == 0 {
		mistakes = append(mistakes, errors.New("there must be one of Body and Unary"))
	}
	if f.Witness != nil && (f.Purity != Pure || f.Result != Bool) {
		mistakes = append(mistakes, errors.New("there is a Witness, and the function is not pure or its results are not all bools"))
	}
	if err := validType(f.ResultType, f.Result); err != nil {
		mistakes = append(mistakes, fmt.Errorf("result: %w", err))
	}
	optional := ""
	for i, p := range f.Params {
		if !isName(p.Name) {
			mistakes = append(mistakes, fmt.Errorf("parameter %d: %w", i+1, errNoName))
		}
		for earlier := range f.Params[:i] {
			if f.Params[earlier].Name == p.Name {
				mistakes = append(mistakes, fmt.Errorf("parameter %s has the name of parameter %d: give each its own", p.Name, earlier+1))
				break
			}
		}
		if p.Kinds == 0 {
			mistakes = append(mistakes, fmt.Errorf("parameter %s accepts no kind: set Kinds, to Any if it may be anything", p.Name))
		}
		if err := validType(p.Type, p.Kinds); err != nil {
			mistakes = append(mistakes, fmt.Errorf("parameter %s: %w", p.Name, err))
		}
		if p.Lazy && (p.Kinds != Any || p.Null != NullAccepted) {
			mistakes = append(mistakes, fmt.Errorf("parameter %s is lazy and does not accept everything: set Kinds to Any and Null to NullAccepted", p.Name))
		}
		if p.Lazy && f.Body == nil {
			mistakes = append(mistakes, fmt.Errorf("parameter %s is lazy: a Body is needed to ask for it", p.Name))
		}
		if p.Variadic && i < len(f.Params)-1 {
			mistakes = append(mistakes, fmt.Errorf("parameter %s is variadic and not the last: move it to the end", p.Name))
		}
		if optional != "" && !p.Optional && !p.Variadic {
			mistakes = append(mistakes, fmt.Errorf("parameter %s is required and follows an optional one: move it before %s, or make it optional", p.Name, optional))
		}
		if optional == "" && p.Optional {
			optional = p.Name
		}
	}
	return mistakes
}

// validType returns what is wrong with the type of the objects among kinds.
func validType(t *Type, kinds Kinds) error {
	switch {
	case t == nil:
	case !isName(t.Name):
		return fmt.Errorf("the type of the object: %w", errNoName)
	case !kinds.Has(value.KindObject):
		return fmt.Errorf("it has the type %s, and its kinds are without objects: add Object", t.Name)
	}
	return nil
}

var errNoName = errors.New("the name must be a letter or _, then letters, digits or _")

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
