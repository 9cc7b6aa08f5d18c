package functions_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var costsFlag = flag.Bool("costs", false, "list the calls that take longer than what they are charged for")

// meter is an evaluation that counts what is charged, and the longest time in which
// nothing could call it off.
type meter struct {
	limits        fn.Limits
	steps, memory int64
	due           int64 // steps at which the engine would look at the context
	start, last   time.Time
	gap           time.Duration
}

func newMeter() *meter {
	m := &meter{limits: fn.Limits{}.WithDefaults()}
	if !*costsFlag {
		m.limits.Steps = 300_000
	}
	return m
}

func (*meter) Context() context.Context       { return context.Background() }
func (*meter) Now() time.Time                 { return time.Unix(0, 0) }
func (*meter) Location() *time.Location       { return time.UTC }
func (m *meter) NewList(room int) *value.List { return value.NewListSize(room) }

func (m *meter) Limits() *fn.Limits { return &m.limits }
func (*meter) Observe(fn.Event)     {}
func (*meter) Use(any, string, any) {}
func (*meter) Used(any, string) any { return nil }

func (m *meter) Spend(steps int64) error {
	if m.steps += steps; m.steps < m.due {
		return nil
	}
	m.due = m.steps + 1024
	now := time.Now()
	m.gap = max(m.gap, now.Sub(m.last))
	m.last = now
	if m.steps > m.limits.Steps {
		return fmt.Errorf("more than %d steps", m.limits.Steps)
	}
	return nil
}

func (m *meter) Allocate(bytes int64) error {
	if m.memory += bytes; m.memory > m.limits.Memory {
		return fmt.Errorf("more than %d bytes", m.limits.Memory)
	}
	return nil
}

// identity is a lambda that returns its first argument.
type identity struct{}

func (identity) Params() []string { return []string{"x"} }

func (m *meter) Apply(_ value.Lambda, x, _ value.Value) (value.Value, error) { return x, m.Spend(1) }

func (m *meter) ApplyToEach(_ value.Lambda, items value.Value, results *value.List) error {
	for i := range items.Len() {
		results.Append(items.Item(i))
		if err := m.Spend(1); err != nil {
			return err
		}
	}
	return nil
}

// call charges a call as the engine does, and makes it. It reports false if Prepare
// refuses the constants.
func (m *meter) call(f *fn.Func, args []value.Value) bool {
	constants := make(fn.Constants, len(args))
	for i := range args {
		constants[i] = fn.Constant{Value: args[i], Known: i > 0 && args[i].Size() < 200}
	}
	body, unary, cost := f.Body, f.Unary, f.Cost
	if f.Prepare != nil {
		prepared, err := f.Prepare(constants)
		if err != nil {
			return false
		}
		if prepared.Body != nil || prepared.Unary != nil {
			body, unary = prepared.Body, prepared.Unary
			if prepared.Cost != 0 {
				cost = prepared.Cost
			}
		}
	}
	var size int64
	for _, arg := range args {
		size += cost.Size(arg)
	}
	m.start = time.Now()
	m.last, m.gap = m.start, 0
	switch err := m.Spend(1 + cost.Steps(size)); {
	case err != nil:
	case unary != nil:
		_, _ = unary(args[0], m)
	default:
		_, _ = body(&fn.Call{Args: args, Evaluation: m})
	}
	m.gap = max(m.gap, time.Since(m.last))
	return true
}

// materials are values of about the given number of bytes, of all kinds.
func materials(bytes int) []value.Value {
	repeated := func(s string) value.Value {
		return value.String(strings.Repeat(s, bytes/len(s)+1)[:max(1, bytes)])
	}
	items := min(max(1, bytes/24), 900_000)
	list := func(item func(i int) value.Value) value.Value {
		all := make([]value.Value, items)
		for i := range all {
			all[i] = item(i)
		}
		return value.FromList(value.ListOf(all...).List())
	}
	integer := func(i int) value.Value { return value.Int(int32(i * 7919)) }
	text := func(i int) value.Value { return value.String(fmt.Sprint("item ", i%1000)) }
	set, ints := value.NewSet(), value.NewMap(0)
	for i := range items {
		set = set.Add(integer(i))
		ints = ints.Put(text(i), integer(i))
	}
	started := func(start, rest string) value.Value {
		return value.String(start + strings.Repeat(rest, max(1, (bytes-len(start))/len(rest))))
	}
	json := "[" + strings.Repeat(`{"k":[{}]},`, min(bytes/11, 160_000)) + "1]"
	return []value.Value{
		repeated("x"), repeated("aB3-d.Ef"), repeated("ÄöÜéñ語"), repeated("0123456789"), repeated("a,"), repeated("a.b/c@d?e#f:g%20"),
		value.String("http://user:pw@" + strings.Repeat("a.", bytes/2) + "example.com/" + strings.Repeat("a/", bytes/2)),
		value.String(strings.Repeat("ab.", bytes/3) + "com"), value.String(strings.Repeat("bü.", bytes/4) + "de"),
		value.String("\"" + strings.Repeat("a", bytes) + "\"@example.com"), value.String(strings.Repeat("a", bytes) + "@example.com"),
		value.String(json), value.String(`{"a":"` + strings.Repeat(`\n`, bytes/2) + `"}`), value.String(strings.Repeat("[", min(bytes, 9000)) + strings.Repeat("]", min(bytes, 9000))),
		started("CEF:0|a|b|c|d|e|f|", "a=\\n "), started("LEEF:2.0|a|b|c|d|^|", "a=1^"), started("<1>1 - - - - - [a", ` b="1"`), started("", `"a b"=" \" " `),
		started("", `a="b"c `), started("<Event><System><EventID>1</EventID></System><EventData>", "<Data Name='a'>1</Data>"), started("a a a [a] \"", `\x41`),
		list(integer), list(text), list(func(i int) value.Value { return value.Double(float64(i) * 1.1) }),
		list(func(i int) value.Value { return value.ListOf(integer(i), text(i)) }),
		list(func(i int) value.Value { return value.FromMap(value.NewMap(0).Put(text(i), integer(i))) }),
		value.FromSet(set), value.FromMap(ints), value.ListOf(value.FromSet(set), value.FromSet(set)), value.ListOf(value.FromMap(ints), value.FromMap(ints)),
		value.ListOf(repeated("x"), repeated("ä")), value.Int(5), value.Double(1.5), value.Null,
	}
}

// others returns small values that a parameter takes; only one for the quick test.
// Each function makes something else of them.
func others(p *fn.Param) []value.Value {
	var fitting []value.Value
	for _, v := range []value.Value{
		value.String("a"), value.Int(1_000_000), value.ListOf(value.String("%s %10s"), value.Int(1)),
		value.FromMap(value.NewMap(0).Put(value.String("a"), value.Int(1))), value.FromSet(value.NewSet().Add(value.Int(1))),
		value.FromLambda(identity{}), value.String("10.0.0.0/8"), value.String("(x+)*y|(?=a)a*|[^z]+"), value.String("%s %10s"), value.String(","),
	} {
		if p.Accepts(v) && (*costsFlag || len(fitting) == 0) {
			fitting = append(fitting, v)
		}
	}
	return fitting
}

// arguments goes through calls of f in which one argument is a material.
func arguments(f *fn.Func, material value.Value, yield func([]value.Value)) {
	width := len(f.Params)
	for large := range width {
		if p := f.Params[large]; !p.Accepts(material) || material.IsNull() {
			continue
		}
		args := make([]value.Value, width)
		var fill func(i int)
		fill = func(i int) {
			switch {
			case i == width:
				yield(slices.Clone(args))
			case i == large:
				args[i] = material
				fill(i + 1)
			default:
				if f.Params[i].Optional && i > large {
					yield(slices.Clone(args[:i]))
				}
				for _, v := range others(&f.Params[i]) {
					args[i] = v
					fill(i + 1)
				}
			}
		}
		fill(0)
	}
}

// tolerated is how long a step may take. It is so much more than the 50 ns that
// it should take because the machine may be busy, and looking for races.
const tolerated = 3 * time.Microsecond

// TestCosts holds every function to its charge: no call takes longer than its steps
// allow, but for a constant, or does anything for long without charging it. With
// -costs it lists what exceeds 60 ns a step.
func TestCosts(t *testing.T) {
	sizes := []int{1 << 13}
	if *costsFlag {
		sizes = []int{50, 2000, 1 << 20}
	}
	all := map[int][]value.Value{}
	for _, size := range sizes {
		for _, material := range materials(size) {
			all[size] = append(all[size], material.Freeze())
		}
	}
	for _, f := range documented.Functions {
		t.Run(f.Name, func(t *testing.T) {
			for _, size := range sizes {
				for n, material := range all[size] {
					if material.Size() < int64(size)/2 && material.Kind() == value.KindString {
						continue
					}
					arguments(&f, material, func(args []value.Value) {
						best, steps, gap := time.Hour, int64(0), time.Hour
						most := time.Duration(0)
						for try := range 20 { // the machine may be busy for a while
							m := newMeter()
							if !m.call(&f, args) {
								return
							}
							best, steps, gap = min(best, time.Since(m.start)), m.steps, min(gap, m.gap)
							most = tolerated*time.Duration(steps) + 10*time.Millisecond
							if best < 100*time.Microsecond || try >= 2 && best < most {
								break
							}
						}
						perStep := float64(best-time.Microsecond) / float64(steps)
						shown := make([]string, len(args))
						for i, arg := range args {
							shown[i] = fmt.Sprintf("%v/%d", arg.Kind(), arg.Size())
						}
						if *costsFlag && (perStep > 60 || gap > 20*time.Millisecond) {
							t.Logf("COST %-18s %8.0f ns/step %10v %9d steps gap %v: material %d %v", f.Name, perStep, best, steps, gap, n, shown)
						}
						if !*costsFlag {
							require.Less(t, best, most, "%s: %d steps, material %d %v", f.Name, steps, n, shown)
						}
					})
				}
			}
		})
	}
}
