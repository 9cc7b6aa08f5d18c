package stellar_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

var (
	differentialTime  = flag.Duration("differential.time", 2*time.Second, "how long TestDifferential runs")
	differentialCount = flag.Int("differential.count", 0, "how many comparisons TestDifferential makes; 0 is as many as there is time for")
	differentialSeed  = flag.Uint64("differential.seed", 0, "the first program of TestDifferential; 0 is a random one")
)

// TestDifferential evaluates random programs in all ways there are. It begins
// with another program each time; a failure names the one that failed.
func TestDifferential(t *testing.T) {
	first := *differentialSeed
	if first == 0 {
		first = rand.Uint64()
	}
	env := newEnv(t, stellar.Options{Limits: fuzzLimits})
	functions := env.Functions()
	workers := runtime.GOMAXPROCS(0)
	share := (*differentialCount + workers - 1) / workers
	end := time.Now().Add(*differentialTime)
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			seed := first + uint64(worker)
			finished := false
			defer func() {
				if !finished {
					t.Logf("again: go test ./stellar -run 'TestDifferential/0' -differential.seed %d", seed)
				}
			}()
			programs, comparisons := 0, 0
			for ; ; seed += uint64(workers) {
				if share == 0 && time.Now().After(end) || share > 0 && comparisons >= share {
					break
				}
				expression, message := newGenerator(randomBytes(seed), functions).program()
				comparisons += requireOneOutcome(t, env, expression, message)
				programs++
			}
			finished = true
			t.Logf("%d comparisons of %d programs", comparisons, programs)
		})
	}
}

// randomBytes returns the same bytes for the same seed, enough for most
// programs.
func randomBytes(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	bytes := make([]byte, 0, 1024)
	for range r.IntN(cap(bytes) / 8) {
		bytes = binary.LittleEndian.AppendUint64(bytes, r.Uint64())
	}
	return bytes
}

// requireOneOutcome evaluates an expression in all ways there are. They must
// agree and leave the message as it is. It returns how many outcomes it compared
// with the first one.
func requireOneOutcome(t *testing.T, env *stellar.Env, expression string, message map[string]any) int {
	program, err := env.Compile(expression)
	requireSoundError(t, expression, err)
	if err != nil {
		return 0
	}
	ctx, cancel := context.WithTimeout(context.Background(), fuzzTime)
	defer cancel()
	d := differential{t: t, ctx: ctx, env: env, program: program, message: message}
	d.want, d.wantErr = program.Value(ctx, stellar.Vars(message))
	requireSoundError(t, expression, d.wantErr)

	resolvers := d.resolvers()
	before := resolvers.text()
	d.compareResolvers(resolvers)
	d.compareEval()
	d.compareExplain()
	d.compareText()
	d.compareInLambda()
	d.compareConstantsAsVariables()
	d.compareSet(resolvers)
	require.Equal(t, before, resolvers.text(), "the variables of %s", expression)
	return d.compared
}

// differential compares evaluations of one program over one message.
type differential struct {
	t       *testing.T
	ctx     context.Context
	env     *stellar.Env
	program *stellar.Program
	message map[string]any

	want     value.Value // by Value with Vars
	wantErr  error
	compared int
}

// resolvers are the forms that variables can have, by name.
type resolvers map[string]stellar.Resolver

// resolvers makes the message in all forms.
func (d *differential) resolvers() resolvers {
	text := value.FromGo(d.message).AppendJSON(nil)
	fields, err := stellar.JSON(text)
	require.NoError(d.t, err)
	message, err := rules.ParseMessage(text)
	require.NoError(d.t, err)
	all := resolvers{"vars": stellar.Vars(d.message), "JSON": fields, "message": message}
	if _, unnamed := d.message[""]; !unnamed { // which no field of a struct is
		all["struct"], err = stellar.Struct(structOf(d.message))
		require.NoError(d.t, err)
	}
	if !d.reads("_") { // which is empty there
		all["look-up"] = stellar.Lookup(func(name string) any { return d.message[name] })
	}
	return all
}

// text describes all variables in all forms.
func (r resolvers) text() string {
	var b strings.Builder
	for _, form := range slices.Sorted(maps.Keys(r)) {
		for _, name := range slices.Sorted(maps.Keys(r["vars"].(stellar.Vars))) {
			fmt.Fprintln(&b, form, name, outcomeText(r[form].Lookup(name)))
		}
	}
	return b.String()
}

// structOf makes a struct with the message's fields.
func structOf(message map[string]any) any {
	var fields []reflect.StructField
	names := slices.Sorted(maps.Keys(message))
	for i, name := range names {
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprint("F", i), Type: reflect.TypeFor[any](), Tag: reflect.StructTag(fmt.Sprintf("stellar:%q", name)),
		})
	}
	s := reflect.New(reflect.StructOf(fields)).Elem()
	for i, name := range names {
		if v := message[name]; v != nil {
			s.Field(i).Set(reflect.ValueOf(v))
		}
	}
	return s.Interface()
}

func (d *differential) reads(name string) bool { return slices.Contains(d.program.Variables(), name) }

// describe names an evaluation in the message of a failure.
func (d *differential) describe(way string) string {
	return fmt.Sprintf("%s over %s by %s", d.program.Source(), value.FromGo(d.message).AppendJSON(nil), way)
}

func (d *differential) compareResolvers(all resolvers) {
	for name, variables := range all {
		got, err := d.program.Value(d.ctx, variables)
		requireSameOutcome(d.t, d.describe(name), d.want, d.wantErr, got, err)
		b, err := d.program.Test(d.ctx, variables)
		requireTestAgrees(d.t, d.describe("Test with "+name), d.want, d.wantErr, b, err)
		d.compared += 2
	}
}

// requireTestAgrees checks Test by the outcome of Value.
func requireTestAgrees(t testing.TB, expression string, v value.Value, wantErr error, b bool, err error) {
	switch {
	case wantErr != nil:
		require.EqualError(t, err, wantErr.Error(), expression)
	case v.IsNull() || v.Kind() == value.KindBool:
		require.NoError(t, err, expression)
		require.Equal(t, v.Bool(), b, expression)
	default:
		require.True(t, errors.Is(err, stellar.ErrType), "%s gives %v", expression, err)
	}
}

func (d *differential) compareEval() {
	got, err := d.program.Eval(d.ctx, stellar.Vars(d.message))
	requireSameOutcome(d.t, d.describe("Eval"), value.FromGo(d.want.Go()), d.wantErr, value.FromGo(got), err)
	d.compared++
}

// compareExplain explains the program. Constant parts are computed again, which may
// meet a limit; and of two mistakes the compiler may know the second beforehand, and
// Explain meets the first.
func (d *differential) compareExplain() {
	explanation, err := d.program.Explain(d.ctx, stellar.Vars(d.message))
	d.compareVariant("Explain", explanation.Value, err)
	requireSoundError(d.t, d.program.Source(), err)
	requireSound(d.t, explanation)
	require.NotEmpty(d.t, explanation.String())
}

// compareText evaluates the canonical text, which is its own.
func (d *differential) compareText() {
	text := d.program.String()
	program, err := d.env.Compile(text)
	if errors.Is(err, stellar.ErrLimit) { // it has parentheses that the source has not
		return
	}
	require.NoError(d.t, err, d.describe("String"))
	require.Equal(d.t, text, program.String(), d.describe("String"))
	got, err := program.Value(d.ctx, stellar.Vars(d.message))
	d.compareVariant("String", got, err)
	d.compareMistakes("String", err)
}

// compareInLambda evaluates the expression as the body of a lambda.
func (d *differential) compareInLambda() {
	program, err := d.env.Compile("MAP([1], parameter -> (" + d.program.Source() + "))")
	if err != nil {
		d.compareVariant("lambda", value.Null, err)
		return
	}
	got, err := program.Value(d.ctx, stellar.Vars(d.message))
	if err == nil {
		got = got.List().At(0)
	}
	d.compareVariant("lambda", got, err)
	d.compareMistakes("lambda", err)
}

// compareConstantsAsVariables evaluates the expression with a variable in place
// of each literal, so that nothing is known when it is compiled. Of two mistakes
// it may meet the other one.
func (d *differential) compareConstantsAsVariables() {
	if d.reads("_") { // which has more fields then
		return
	}
	variables := stellar.Vars(maps.Clone(d.message))
	var b strings.Builder
	written := 0
	var write func(stellar.Node)
	write = func(n stellar.Node) {
		if n.Kind == "literal" {
			name := fmt.Sprint("constant", len(variables))
			variables[name] = n.Value
			b.WriteString(d.program.Source()[written:n.Start] + " " + name + " ")
			written = n.End
		}
		for _, child := range n.Children {
			write(child)
		}
	}
	write(d.program.Root())
	b.WriteString(d.program.Source()[written:])
	program, err := d.env.Compile(b.String())
	if err != nil {
		d.compareVariant("constants as variables", value.Null, err)
		return
	}
	got, err := program.Value(d.ctx, variables)
	d.compareVariant("constants as variables", got, err)
}

// compareSet evaluates the expression twice as a rule of a set, which reads fields by
// their numbers, and each once.
func (d *differential) compareSet(all resolvers) {
	e := rules.Expression{Text: d.program.Source()}
	assignments := []rules.Assignment{{Name: "first result", Expression: e}, {Name: "second result", Expression: e}}
	if d.reads("_") { // of which the first result is a part
		assignments = assignments[:1]
	}
	set, _, err := rules.Compile(d.ctx, d.env, rules.Parsed{Rules: []rules.Rule{{Assignments: assignments}}})
	require.NoError(d.t, err, d.describe("set"))
	read, err := set.Reader().Read(value.FromGo(d.message).AppendJSON(nil))
	require.NoError(d.t, err)
	forms := maps.Clone(all)
	forms["message of the set"] = read
	for form, variables := range forms {
		results, err := set.Eval(d.ctx, variables)
		if err != nil {
			d.compareVariant("set over "+form, value.Null, err)
			continue
		}
		for _, r := range results {
			d.compareVariant("set over "+form, r.Value, nil)
		}
	}
}

// compareVariant compares the outcome of another expression that means the same.
// Its errors stand elsewhere, and one that costs a little more may meet a limit.
func (d *differential) compareVariant(way string, got value.Value, err error) {
	d.compared++
	switch {
	case errors.Is(err, stellar.ErrLimit) || errors.Is(d.wantErr, stellar.ErrLimit):
	case d.wantErr == nil:
		requireSameOutcome(d.t, d.describe(way), d.want, nil, got, err)
	default:
		require.Error(d.t, err, d.describe(way))
	}
}

// compareMistakes compares the errors of another expression that means the same,
// without their places.
func (d *differential) compareMistakes(way string, err error) {
	var want, got *stellar.Error
	if errors.As(d.wantErr, &want) && errors.As(err, &got) && want.Kind != stellar.ErrLimit && got.Kind != stellar.ErrLimit {
		require.Equal(d.t, []any{want.Kind, want.Message, want.Function}, []any{got.Kind, got.Message, got.Function}, d.describe(way))
	}
}
