package stellar_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/shell"
	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

var (
	vectorsFlag = flag.String("vectors", "testdata/conformance", "the folder with conformance vectors")
	groupFlag   = flag.String("group", "", "only these groups, separated by commas")
)

// vector is one line of a conformance file; testdata/conformance/README.md
// explains the fields.
type vector struct {
	ID        string                     `json:"id"`
	Group     string                     `json:"group"`
	Expr      string                     `json:"expr"`
	Vars      map[string]json.RawMessage `json:"vars"`
	Want      json.RawMessage            `json:"want"`
	WantError string                     `json:"want_error"`
	WantRange []float64                  `json:"want_range"`
	WantType  string                     `json:"want_type"`
	Alt       []string                   `json:"alt"`
	Tol       float64                    `json:"tol"`
}

// TestConformance runs the vectors made with the reference. A vector that needs
// a function which the library does not have fails.
//
// A few vectors record what is decided otherwise here: by the accidents table of
// the specification, by language.deviation.jsonl for the same form of expression,
// or by one of the project's decisions, D1 to D17, whose number each names.
// testdata/overruled.jsonl replaces them, each with its reason.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(*vectorsFlag, "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no vectors in %s", *vectorsFlag)

	overruled := map[string]vector{}
	for _, v := range readVectors(t, "testdata/overruled.jsonl") {
		overruled[v.ID] = v
	}

	type count struct{ passed, failed, overruled int }
	counts := map[string]*count{}
	var total count
	for _, file := range files {
		for _, v := range readVectors(t, file) {
			if *groupFlag != "" && !slices.Contains(strings.Split(*groupFlag, ","), v.Group) {
				continue
			}
			if decided, ok := overruled[v.ID]; ok && decided.Expr == v.Expr {
				v = decided
				total.overruled++
			}
			if counts[v.Group] == nil {
				counts[v.Group] = &count{}
			}
			c := counts[v.Group]
			switch err := v.check(); {
			case err == nil:
				c.passed++
				total.passed++
			default:
				c.failed++
				total.failed++
				t.Errorf("%s %s: %s\n\tvars %s\n\t%v", v.Group, v.ID, v.Expr, v.Vars, err)
			}
		}
	}
	for _, group := range slices.Sorted(maps.Keys(counts)) {
		c := counts[group]
		fmt.Printf("%-28s %5d passed %5d failed\n", group, c.passed, c.failed)
	}
	if total.overruled > 0 {
		fmt.Printf("%d vectors stand as testdata/overruled.jsonl has them\n", total.overruled)
	}
	fmt.Printf("%d passed, %d failed\n", total.passed, total.failed)
}

func readVectors(t testing.TB, file string) []vector {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	var vectors []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		var v vector
		require.NoError(t, json.Unmarshal(lines.Bytes(), &v), "%s:%d", file, n)
		vectors = append(vectors, v)
	}
	require.NoError(t, lines.Err())
	return vectors
}

func (v *vector) check() error {
	vars := stellar.Vars{}
	for name, raw := range v.Vars {
		decoded, err := decode(raw)
		if err != nil {
			return fmt.Errorf("variable %s: %w", name, err)
		}
		vars[name] = decoded
	}
	got, err := evaluate(v.Expr, vars)
	if v.WantError != "" {
		return v.checkError(got, err)
	}
	if err != nil {
		return err
	}
	if v.WantRange != nil {
		f, ok := got.Number()
		if !ok || f < v.WantRange[0] || f > v.WantRange[1] {
			return fmt.Errorf("got %s, want %v", describe(got), v.WantRange)
		}
		if v.WantType != "" && got.Kind().String() != v.WantType {
			return fmt.Errorf("got a %s, want a %s", got.Kind(), v.WantType)
		}
		return nil
	}
	if !matches(got, v.Want, v.Tol) {
		return fmt.Errorf("got %s, want %s", describe(got), v.Want)
	}
	return nil
}

// wholeEnv has the library of the language, and the families that hosts join.
var wholeEnv = sync.OnceValues(func() (*stellar.Env, error) {
	families := append(library.Families(library.Host{System: system.OfProcess()}), shell.Library(shell.Host{}))
	return stellar.NewEnv(stellar.Options{Functions: library.Functions(families)})
})

func evaluate(expression string, vars stellar.Vars) (value.Value, error) {
	env, err := wholeEnv()
	if err != nil {
		return value.Null, err
	}
	program, err := env.Compile(expression)
	if err != nil {
		return value.Null, err
	}
	return program.Value(context.Background(), vars)
}

var errorKinds = map[string]diag.Kind{
	"syntax": stellar.ErrSyntax, "unknown_function": stellar.ErrUnknownFunction, "arity": stellar.ErrArity,
	"type": stellar.ErrType, "arithmetic": stellar.ErrArithmetic, "argument": stellar.ErrArgument,
	"external": stellar.ErrExternal, "limit": stellar.ErrLimit,
}

func (v *vector) checkError(got value.Value, err error) error {
	if err == nil {
		return fmt.Errorf("got %s, want an error of kind %s", describe(got), v.WantError)
	}
	for _, kind := range append(v.Alt, v.WantError) {
		if kind == "other" && !errors.Is(err, stellar.ErrUnknownFunction) || errors.Is(err, errorKinds[kind]) {
			return nil
		}
	}
	return fmt.Errorf("got the error %w, want one of kind %s %v", err, v.WantError, v.Alt)
}

func describe(v value.Value) string { return fmt.Sprintf("%s %s", v.Kind(), v.AppendJSON(nil)) }

// tagged reads {"$kind": content}.
func tagged(raw json.RawMessage) (kind string, content json.RawMessage, ok bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil || len(object) != 1 {
		return "", nil, false
	}
	for k, c := range object {
		if strings.HasPrefix(k, "$") {
			return k[1:], c, true
		}
	}
	return "", nil, false
}

func scalar(kind, text string) (value.Value, error) {
	switch kind {
	case "int", "byte", "short":
		i, err := strconv.ParseInt(text, 10, 32)
		return value.Int(int32(i)), err
	case "long":
		i, err := strconv.ParseInt(text, 10, 64)
		return value.Long(i), err
	case "float":
		f, err := strconv.ParseFloat(text, 32)
		return value.Float(float32(f)), err
	case "double", "bigdec":
		f, err := strconv.ParseFloat(text, 64)
		return value.Double(f), err
	case "bigint":
		b, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return value.Null, errors.New("not an integer")
		}
		return value.BigInt(b), nil
	}
	return value.Null, fmt.Errorf("unknown kind $%s", kind)
}

// decode reads a value of vars.
func decode(raw json.RawMessage) (value.Value, error) {
	kind, content, ok := tagged(raw)
	if !ok {
		return decodePlain(raw)
	}
	switch kind {
	case "map":
		var pairs [][2]json.RawMessage
		if err := json.Unmarshal(content, &pairs); err != nil {
			return value.Null, err
		}
		m := value.NewMap(len(pairs))
		for _, p := range pairs {
			k, err := decode(p[0])
			if err != nil {
				return value.Null, err
			}
			item, err := decode(p[1])
			if err != nil {
				return value.Null, err
			}
			m.Put(k, item)
		}
		return value.FromMap(m), nil
	case "set":
		var items []json.RawMessage
		if err := json.Unmarshal(content, &items); err != nil {
			return value.Null, err
		}
		s := value.NewSet()
		for _, item := range items {
			decoded, err := decode(item)
			if err != nil {
				return value.Null, err
			}
			s.Add(decoded)
		}
		return value.FromSet(s), nil
	}
	var text string
	if err := json.Unmarshal(content, &text); err != nil {
		return value.Null, err
	}
	return scalar(kind, text)
}

func decodePlain(raw json.RawMessage) (value.Value, error) {
	switch raw[0] {
	case '[':
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return value.Null, err
		}
		l := value.NewList(nil)
		for _, item := range items {
			decoded, err := decode(item)
			if err != nil {
				return value.Null, err
			}
			l.Append(decoded)
		}
		return value.FromList(l), nil
	case '{':
		var object map[string]json.RawMessage
		if err := json.Unmarshal(raw, &object); err != nil {
			return value.Null, err
		}
		m := value.NewMap(len(object))
		for _, k := range slices.Sorted(maps.Keys(object)) {
			item, err := decode(object[k])
			if err != nil {
				return value.Null, err
			}
			m.Put(value.String(k), item)
		}
		return value.FromMap(m), nil
	}
	return value.ParseJSON(raw)
}

// matches compares a result with the encoding of what is wanted.
func matches(got value.Value, want json.RawMessage, tolerance float64) bool {
	kind, content, ok := tagged(want)
	if !ok {
		return matchesPlain(got, want, tolerance)
	}
	switch kind {
	case "map":
		var pairs [][2]json.RawMessage
		return got.Kind() == value.KindMap && json.Unmarshal(content, &pairs) == nil &&
			matchesMap(got.Map(), pairs, tolerance)
	case "set":
		var items []json.RawMessage
		return got.Kind() == value.KindSet && json.Unmarshal(content, &items) == nil &&
			matchesSet(got.Set(), items, tolerance)
	}
	var text string
	if json.Unmarshal(content, &text) != nil {
		return false
	}
	switch kind {
	case "other":
		return got.String() == text
	case "bytes":
		b, ok := got.Object().([]byte)
		return ok && fmt.Sprintf("%x", b) == text
	}
	wanted, err := scalar(kind, text)
	return err == nil && sameScalar(got, wanted, tolerance)
}

func matchesPlain(got value.Value, want json.RawMessage, tolerance float64) bool {
	if want[0] == '[' {
		var items []json.RawMessage
		if got.Kind() != value.KindList || json.Unmarshal(want, &items) != nil || got.Len() != len(items) {
			return false
		}
		for i, item := range items {
			if !matches(got.List().At(i), item, tolerance) {
				return false
			}
		}
		return true
	}
	wanted, err := value.ParseJSON(want)
	return err == nil && got.Kind() == wanted.Kind() && value.Same(got, wanted)
}

func matchesMap(got *value.Map, pairs [][2]json.RawMessage, tolerance float64) bool {
	if got.Len() != len(pairs) {
		return false
	}
	for _, p := range pairs {
		found := false
		for k, item := range got.All() {
			found = found || matches(k, p[0], tolerance) && matches(item, p[1], tolerance)
		}
		if !found {
			return false
		}
	}
	return true
}

func matchesSet(got *value.Set, items []json.RawMessage, tolerance float64) bool {
	if got.Len() != len(items) {
		return false
	}
	for _, want := range items {
		found := false
		for item := range got.All() {
			found = found || matches(item, want, tolerance)
		}
		if !found {
			return false
		}
	}
	return true
}

// sameScalar compares kind and value; -0.0 and 0.0 differ, NaN equals NaN.
func sameScalar(got, want value.Value, tolerance float64) bool {
	if got.Kind() != want.Kind() {
		return false
	}
	if got.Kind() != value.KindFloat && got.Kind() != value.KindDouble {
		return value.Same(got, want)
	}
	g, w := got.Float64(), want.Float64()
	if tolerance > 0 && math.Abs(g-w) <= tolerance*math.Max(math.Abs(g), math.Abs(w)) {
		return true
	}
	return math.Float64bits(g) == math.Float64bits(w) || math.IsNaN(g) && math.IsNaN(w)
}
