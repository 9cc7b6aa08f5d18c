package parse

import (
	"errors"
	"fmt"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// options are what a caller chose. The zero options are the defaults of all forms.
type options struct {
	strict    bool
	repeated  repetition
	separator string
	assign    string
	delimiter string
	columns   []string
	unwanted  []bool // columns that are left out
}

// repetition is what becomes of the values of a name that is repeated.
type repetition uint8

const (
	lastValue repetition = iota
	firstValue
	allValues // each name has a list
)

// option is an option of a form.
type option struct {
	name string
	doc  string // what it means and its default, a phrase
	read func(*options, value.Value) error
}

func optionsDoc(all []option) string {
	phrases := make([]string, len(all))
	for i, o := range all {
		phrases[i] = fmt.Sprintf("'%s' (%s)", o.name, o.doc)
	}
	return "options by their names: " + strings.Join(phrases, ", ")
}

// optionsArg is the place of the options among the arguments.
const optionsArg = 1

// readOptions reads the options of a call. Null is a map without any, and an option
// that is null is not given.
func readOptions(known []option, given value.Value) (*options, error) {
	chosen := &options{}
	if given.IsNull() {
		return chosen, nil
	}
	for name, v := range given.Map().All() {
		o, ok := optionNamed(known, name)
		if !ok {
			return nil, fn.Argumentf(optionsArg, "there is no option %s; there are %s", shown(name), listed(known))
		}
		if v.IsNull() {
			continue
		}
		if err := o.read(chosen, v); err != nil {
			return nil, fn.Argumentf(optionsArg, "the option '%s' %v", o.name, err)
		}
	}
	return chosen, nil
}

func optionNamed(known []option, name value.Value) (option, bool) {
	for _, o := range known {
		if name.Str() == o.name && name.Kind() == value.KindString {
			return o, true
		}
	}
	return option{}, false
}

func listed(all []option) string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = "'" + o.name + "'"
	}
	return strings.Join(names, ", ")
}

// shown returns a value as messages show it.
func shown(v value.Value) string {
	if v.IsContainer() {
		return fn.Of(v.Kind()).Indefinite()
	}
	const most = 40
	return fmt.Sprintf("'%.*s'", most, v.String())
}

func strictOption(tolerated string) option {
	return option{
		name: "strict",
		doc:  "true refuses " + tolerated + "; false by default",
		read: func(o *options, v value.Value) error {
			if v.Kind() != value.KindBool {
				return fmt.Errorf("must be true or false, not %s", shown(v))
			}
			o.strict = v.Bool()
			return nil
		},
	}
}

var repeatedOption = option{
	name: "repeated",
	doc:  "which value a repeated name has: 'last', 'first' or 'all', which makes every value a list; 'last' by default",
	read: func(o *options, v value.Value) error {
		switch v.String() {
		case "last":
			o.repeated = lastValue
		case "first":
			o.repeated = firstValue
		case "all":
			o.repeated = allValues
		default:
			return fmt.Errorf("must be 'last', 'first' or 'all', not %s", shown(v))
		}
		return nil
	},
}

// textOption is an option that is a text, which must not be empty.
func textOption(name, doc string, field func(*options) *string) option {
	return option{name: name, doc: doc, read: func(o *options, v value.Value) error {
		if v.Kind() != value.KindString || v.Str() == "" {
			return fmt.Errorf("must be a text that is not empty, not %s", shown(v))
		}
		*field(o) = v.Str()
		return nil
	}}
}

// characterOption is an option that is one character of ASCII.
func characterOption(name, doc string, field func(*options) *string) option {
	return option{name: name, doc: doc, read: func(o *options, v value.Value) error {
		if v.Kind() != value.KindString || len(v.Str()) != 1 || v.Str()[0] >= 0x80 {
			return fmt.Errorf("must be one character of ASCII, not %s", shown(v))
		}
		*field(o) = v.Str()
		return nil
	}}
}

var errNoNames = errors.New("must be a list of names")
