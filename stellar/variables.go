package stellar

import (
	"maps"
	"reflect"
	"slices"

	"github.com/stellarlang/stellar/stellar/internal/compile"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Resolver holds the variables of an evaluation: a Vars, the result of JSON or
// Struct, a Lookup, or a type of the host. A Resolver that is used by several
// evaluations at once must be safe for that.
//
// A variable with dots in its name that is missing is read as a path: event.id,
// or event.http.id, is an entry of the map event, or of a map in it, as the
// shortest prefix that names a map decides. Keys are strings, and lists have no
// keys. For a parameter of a lambda this holds too. Null counts as missing,
// unless the Resolver has a method
//
//	Assigned(name string) bool
//
// that reports whether the variable was set, and so is null on purpose.
type Resolver interface {
	// Lookup returns the variable of a name, dots and colons included, and null
	// if there is none. It does not read paths.
	Lookup(name string) value.Value
	// Names lists the variables there are, for the expression _. A resolver
	// that does not know them returns nil.
	Names() []string
}

// IsVariable reports whether an expression reads the variable of a name by the
// name as it stands. Keywords, such as in and null, and names with other
// characters than letters, digits, _ . and : are written in backquotes; _ stands
// for all variables and is the name of none.
func IsVariable(name string) bool {
	return name != names.AllFields && names.IsPlain(name)
}

// Vars are variables in a Go map, which is the fastest form; convert a
// map[string]any to it. Values are converted when they are read, as value.FromGo
// says; the map must not be changed during an evaluation and is never written to.
type Vars map[string]any

// Lookup implements Resolver.
func (v Vars) Lookup(name string) value.Value { return value.FromGo(v[name]) }

// Names implements Resolver.
func (v Vars) Names() []string { return slices.Sorted(maps.Keys(v)) }

// Lookup is a function that returns variables, as Go values or values; nil means
// that there is none. The expression _ is empty with it. A nil Lookup has no
// variables.
type Lookup func(name string) any

// Lookup implements Resolver.
func (f Lookup) Lookup(name string) value.Value {
	if f == nil {
		return value.Null
	}
	return value.FromGo(f(name))
}

// Names implements Resolver.
func (f Lookup) Names() []string { return nil }

// JSON returns the members of a JSON object as variables. The object is read once and
// strictly, numbers and repeated names as by value.ParseJSON.
func JSON(object []byte) (Resolver, error) {
	v, err := value.ParseJSONWith(object, value.JSONOptions{Frozen: true})
	if err != nil {
		return nil, err
	}
	if v.Kind() != value.KindMap {
		return nil, notAnObject(v.Kind())
	}
	return mapResolver{v.Map()}, nil
}

type mapResolver struct{ *value.Map }

func (m mapResolver) Lookup(name string) value.Value {
	v, _ := m.Get(value.String(name))
	return v
}

func (m mapResolver) Names() []string {
	names := make([]string, 0, m.Len())
	for k := range m.All() {
		names = append(names, k.Str())
	}
	return names
}

// Struct returns the fields of a struct, or of a pointer to one, as variables. They
// are named by their tags `stellar:"name"`, else `json:"name"`, else as in Go. A field
// is read when an expression reads it. Struct fails for anything else.
func Struct(s any) (Resolver, error) {
	v := reflect.ValueOf(s)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil, notAStruct(s)
	}
	return structResolver{v, value.Fields(v.Type())}, nil
}

type structResolver struct {
	v      reflect.Value
	fields []value.Field
}

func (s structResolver) Lookup(name string) value.Value {
	for _, f := range s.fields {
		if f.Name == name {
			if field, err := s.v.FieldByIndexErr(f.Index); err == nil {
				return value.FromGo(field.Interface())
			}
			break // below a nil embedded pointer
		}
	}
	return value.Null
}

func (s structResolver) Names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.Name
	}
	return names
}

// split takes the fast way for plain maps.
func split(variables Resolver) (map[string]any, compile.Resolver) {
	if vars, ok := variables.(Vars); ok || variables == nil {
		return vars, nil
	}
	return nil, variables
}

type noVariables struct{}

func (noVariables) Lookup(string) value.Value { return value.Null }
func (noVariables) Names() []string           { return nil }

func orNone(variables Resolver) Resolver {
	if variables == nil {
		return noVariables{}
	}
	return variables
}
