package fn

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/names"
)

// Library is a set of functions that hosts take whole or in part. Only, Without
// and OfPurity return a part; they leave l as it is.
type Library struct {
	Name      string // such as "text"
	Doc       string // what its functions are for, a phrase
	Functions []Func

	// Mistakes are what was wrong when the library was made, such as a name that
	// Without does not find. NewEnv reports them.
	Mistakes []error
}

// Join returns a library of the functions of several. Each function keeps the name of
// the library that it is from.
func Join(name, doc string, libraries ...Library) Library {
	joined := Library{Name: name, Doc: doc}
	for _, l := range libraries {
		joined.Functions = append(joined.Functions, l.Named()...)
		joined.Mistakes = append(joined.Mistakes, l.Mistakes...)
	}
	return joined
}

// Named returns a copy of the functions, in which those without the name of a
// library have that of l.
func (l Library) Named() []Func {
	named := slices.Clone(l.Functions)
	for i := range named {
		named[i].Library = cmp.Or(named[i].Library, l.Name)
	}
	return named
}

// Only returns the functions of l that have one of the names.
func (l Library) Only(names ...string) Library {
	return l.part(names, func(f *Func) bool { return slices.Contains(names, f.Name) })
}

// Without returns the functions of l that have none of the names.
func (l Library) Without(names ...string) Library {
	return l.part(names, func(f *Func) bool { return !slices.Contains(names, f.Name) })
}

// OfPurity returns the functions of l that have one of the purities. With Pure
// alone no expression can change anything or see the time.
func (l Library) OfPurity(purities ...Purity) Library {
	return l.part(nil, func(f *Func) bool { return slices.Contains(purities, f.Purity) })
}

// part returns the functions to keep. The names must be those of functions of l.
func (l Library) part(wanted []string, keep func(*Func) bool) Library {
	part := Library{Name: l.Name, Doc: l.Doc, Mistakes: slices.Clone(l.Mistakes)}
	known := make([]string, len(l.Functions))
	for i := range l.Functions {
		known[i] = l.Functions[i].Name
		if keep(&l.Functions[i]) {
			part.Functions = append(part.Functions, l.Functions[i])
		}
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			part.Mistakes = append(part.Mistakes, unknownName(l.Name, name, known))
		}
	}
	return part
}

func unknownName(library, name string, known []string) error {
	if nearest := names.Nearest(name, known); nearest != "" {
		return fmt.Errorf("library %q: there is no function %s; did you mean %s?", library, name, nearest)
	}
	return fmt.Errorf("library %q: there is no function %s", library, name)
}

// Nearest returns which of the known names was probably meant by another one, "" if none
// was.
func Nearest(name string, known []string) string { return names.Nearest(name, known) }
