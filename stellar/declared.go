package stellar

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
)

// declared returns the functions that options name, or all that is wrong with
// them.
func declared(options *Options) (map[string]*fn.Func, []error) {
	libraries := options.Libraries
	if libraries == nil {
		libraries = []fn.Library{functions.Library()}
	}
	size := len(options.Functions)
	for _, library := range libraries {
		size += len(library.Functions)
	}
	d := declarations{byName: make(map[string]*fn.Func, size)}
	for _, library := range libraries {
		d.mistakes = append(d.mistakes, library.Mistakes...)
		d.add(library.Functions)
	}
	d.add(options.Functions)
	d.replace(options.Replace)
	return d.byName, d.mistakes
}

// declarations are functions by their names, and what is wrong with them.
type declarations struct {
	byName   map[string]*fn.Func
	mistakes []error
}

func (d *declarations) add(list []fn.Func) {
	list = slices.Clone(list) // the caller may change its own
	for i := range list {
		f := &list[i]
		d.validate(f)
		if _, taken := d.byName[f.Name]; taken {
			d.mistake(f, errors.New("there is a function of this name already; rename this one, or put it into Replace"))
			continue
		}
		d.byName[f.Name] = f
	}
}

func (d *declarations) replace(list []fn.Func) {
	list = slices.Clone(list)
	replaced := map[string]bool{}
	for i := range list {
		f := &list[i]
		d.validate(f)
		_, known := d.byName[f.Name]
		switch {
		case !known:
			d.mistake(f, d.nothingToReplace(f.Name))
		case replaced[f.Name]:
			d.mistake(f, errors.New("it is replaced twice"))
		default:
			d.byName[f.Name], replaced[f.Name] = f, true
		}
	}
}

func (d *declarations) nothingToReplace(name string) error {
	if nearest := names.Nearest(name, slices.Sorted(maps.Keys(d.byName))); nearest != "" {
		return fmt.Errorf("there is no function of this name to replace; did you mean %s?", nearest)
	}
	return errors.New("there is no function of this name to replace; add it with Functions")
}

func (d *declarations) validate(f *fn.Func) {
	for _, mistake := range f.Validate() {
		d.mistake(f, mistake)
	}
}

func (d *declarations) mistake(f *fn.Func, mistake error) {
	d.mistakes = append(d.mistakes, fmt.Errorf("function %q: %w", f.Name, mistake))
}
