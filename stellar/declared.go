package stellar

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		d.addLibrary(library)
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

// addLibrary adds the functions whose names are free. The others are one mistake for
// each earlier library that has them: most often it was taken twice.
func (d *declarations) addLibrary(library fn.Library) {
	fresh := make([]fn.Func, 0, len(library.Functions))
	taken := map[string][]string{} // functions by the library that they are in already
	for _, f := range library.Named() {
		if earlier := d.byName[f.Name]; earlier != nil {
			taken[earlier.Library] = append(taken[earlier.Library], f.Name)
		} else {
			fresh = append(fresh, f)
		}
	}
	for _, earlier := range slices.Sorted(maps.Keys(taken)) {
		d.mistakes = append(d.mistakes, fmt.Errorf("library %q: %s in library %q, which was taken before: take them once, or leave them out with Without",
			library.Name, areAlready(taken[earlier]), earlier))
	}
	d.add(fresh)
}

// namedFunctions is how many functions a mistake names.
const namedFunctions = 3

func areAlready(functions []string) string {
	switch n := len(functions); {
	case n == 1:
		return functions[0] + " is already"
	case n <= namedFunctions:
		return strings.Join(functions[:n-1], ", ") + " and " + functions[n-1] + " are already"
	default:
		return fmt.Sprintf("%s and %d more functions are already", strings.Join(functions[:namedFunctions-1], ", "), n-namedFunctions+1)
	}
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
