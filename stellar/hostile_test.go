package stellar_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

var (
	hostileAll    = flag.Bool("hostile.all", false, "run all cases of TestHostile, not only the quick ones")
	hostileRandom = flag.Int("hostile.random", 0, "how many processes of random programs TestHostile runs besides")
	hostileSeed   = flag.Uint64("hostile.seed", 0, "the first of them; 0 is a random one")
	hostileCase   = flag.String("hostile.case", "", "the case that TestHostileCase measures")
)

// What nothing within the limits may take.
const (
	hostileMemory   = 1 << 30 // bytes of a process, whatever it has done
	hostileDeadline = 200 * time.Millisecond
	hostileDelay    = 50 * time.Millisecond // after the deadline
	hostileTime     = 5 * time.Second       // without a deadline
	hostileTries    = 20                    // as the machine may be busy
	hopelessTries   = 3                     // far beyond the deadline
)

// hostileMeasures are what a case takes.
type hostileMeasures struct {
	Case                  string
	Expression            string
	Reading               time.Duration // of the JSON text
	Compiling             time.Duration
	Delay, ExplainDelay   time.Duration // of the return after a deadline
	Evaluating            time.Duration // without a deadline
	Memory                int64         // that the process has ever had
	Outcome               string
	WithDeadline, Explain string
}

// excesses lists what is too much.
func (m *hostileMeasures) excesses() []string {
	var list []string
	for _, limited := range []struct {
		what        string
		is, allowed time.Duration
	}{
		{"reading", m.Reading, hostileTime},
		{"compiling", m.Compiling, hostileTime},
		{"returning after the deadline", m.Delay, hostileDelay},
		{"returning from Explain after the deadline", m.ExplainDelay, hostileDelay},
		{"evaluating without a deadline", m.Evaluating, hostileTime},
	} {
		if limited.is > limited.allowed {
			list = append(list, fmt.Sprintf("%s takes %v, more than %v", limited.what, limited.is.Round(time.Millisecond), limited.allowed))
		}
	}
	if m.Memory > hostileMemory {
		list = append(list, fmt.Sprintf("the process takes %d MB of memory, more than %d", m.Memory>>20, hostileMemory>>20))
	}
	return list
}

// TestHostile: no expression within the limits and no message takes much memory,
// outlasts its deadline, or takes long without one. Each case runs in a process of
// its own, which knows how much memory it has ever had.
func TestHostile(t *testing.T) {
	if builtForRaces() {
		t.Skip("looking for races multiplies the time")
	}
	names := map[string]bool{}
	for _, c := range hostiles {
		require.False(t, names[c.name], c.name)
		names[c.name] = true
		if c.quick || *hostileAll {
			t.Run(c.name, func(t *testing.T) { requireHarmless(t, c.name) })
		}
	}
	first := *hostileSeed
	if first == 0 {
		first = rand.Uint64N(1 << 32)
	}
	for i := range *hostileRandom {
		name := fmt.Sprint(randomCase, first+uint64(i))
		t.Run(name, func(t *testing.T) { requireHarmless(t, name) })
	}
}

// requireHarmless measures a case in a process of its own.
func requireHarmless(t *testing.T, name string) {
	command := exec.Command(os.Args[0], "-test.run=^TestHostileCase$", "-test.timeout=3m", "-hostile.case="+name)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	require.NoError(t, err, "%s%.2000s", out, complaints.String()) // such as that it takes minutes
	measured := 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		text, found := bytes.CutPrefix(lines.Bytes(), []byte(measuresPrefix))
		if !found {
			continue
		}
		var m hostileMeasures
		require.NoError(t, json.Unmarshal(text, &m))
		measured++
		t.Logf("%s: read %v, compiled %v, %v after the deadline (%s), Explain %v (%s), evaluated %v (%s), %d MB", m.Expression, m.Reading, m.Compiling,
			m.Delay, m.WithDeadline, m.ExplainDelay, m.Explain, m.Evaluating, m.Outcome, m.Memory>>20)
		for _, excess := range m.excesses() {
			t.Errorf("%s: %s", m.Case, excess)
		}
		if m.Memory > hostileMemory {
			break // it keeps it
		}
	}
	require.Positive(t, measured)
}

// Beginnings of a line of measures, and of the name of a case that is random.
const (
	measuresPrefix = "measures: "
	randomCase     = "random "
)

// programsPerProcess is how many random programs are evaluated over one message.
const programsPerProcess = 10

// TestHostileCase measures the case of the flag, for TestHostile.
func TestHostileCase(t *testing.T) {
	if *hostileCase == "" {
		t.Skip("it is for TestHostile")
	}
	env := newEnv(t, stellar.Options{})
	if seed, random := strings.CutPrefix(*hostileCase, randomCase); random {
		var number uint64
		_, err := fmt.Sscan(seed, &number)
		require.NoError(t, err)
		g := newGenerator(randomBytes(number), env.Functions())
		message := g.hostileMessage()
		r := rand.New(rand.NewPCG(number, 1))
		for range programsPerProcess {
			g.bytes = randomBytes(r.Uint64())
			measureHostile(t, env, hostile{name: *hostileCase, expression: g.hostileExpression()}, message)
		}
		return
	}
	for _, c := range hostiles {
		if c.name == *hostileCase {
			measureHostile(t, env, c, messages[c.message](messageSize))
			return
		}
	}
	t.Errorf("there is no case %q", *hostileCase)
}

// measureHostile evaluates a case and writes what it takes.
func measureHostile(t *testing.T, env *stellar.Env, c hostile, text string) {
	require.LessOrEqual(t, len(text), 16<<20)
	m := hostileMeasures{Case: c.name, Expression: shortened(c.expression)}
	var resolver stellar.Resolver
	var err error
	m.Reading = timeOf(func() { resolver, err = read(text, c.form) })
	if err != nil {
		m.Outcome = err.Error()
		m.write()
		return
	}
	var program *stellar.Program
	m.Compiling = timeOf(func() { program, err = env.Compile(c.expression) })
	if err != nil {
		require.Less(t, len(c.expression), 60<<10, "%v", err)
		require.True(t, strings.HasPrefix(c.name, randomCase), "%s: %v", c.name, err)
		m.Outcome = err.Error()
		m.write()
		return
	}
	m.Delay, m.WithDeadline = delay(func(ctx context.Context) error {
		_, err := program.Eval(ctx, resolver)
		return err
	})
	m.ExplainDelay, m.Explain = delay(func(ctx context.Context) error {
		explanation, err := program.Explain(ctx, resolver)
		_ = explanation.String()
		return err
	})
	m.Evaluating = timeOf(func() { _, err = program.Eval(context.Background(), resolver) })
	m.Outcome = outcomeOf(err)
	m.write()
}

// read makes a message of JSON text.
func read(text string, as form) (stellar.Resolver, error) {
	switch as {
	case asMessage:
		return rules.ParseMessage([]byte(text))
	case asVars:
		variables := stellar.Vars{}
		return variables, json.Unmarshal([]byte(text), &variables)
	}
	return stellar.JSON([]byte(text))
}

func (m *hostileMeasures) write() {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	m.Memory = int64(memory.Sys)
	text, _ := json.Marshal(m)
	fmt.Printf("\n%s%s\n", measuresPrefix, text)
}

func shortened(expression string) string {
	if len(expression) <= 160 {
		return expression
	}
	return fmt.Sprintf("%s … (%d bytes)", strings.ToValidUTF8(expression[:150], ""), len(expression))
}

// timeOf returns how long f takes. What was garbage before is not f's.
func timeOf(f func()) time.Duration {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start)
}

// delay returns how long after its deadline f returns, at best, and how it ends.
func delay(f func(context.Context) error) (best time.Duration, outcome string) {
	best = time.Hour
	for try := range hostileTries {
		var err error
		took := timeOf(func() {
			ctx, cancel := context.WithTimeout(context.Background(), hostileDeadline)
			defer cancel()
			err = f(ctx)
		})
		best = min(best, max(took-hostileDeadline, 0))
		outcome = outcomeOf(err)
		if best <= hostileDelay || best > 10*hostileDelay && try >= hopelessTries || took > hostileTime {
			break
		}
	}
	return best, outcome
}

func outcomeOf(err error) string {
	var e *stellar.Error
	switch {
	case err == nil:
		return "a value"
	case errors.Is(err, context.DeadlineExceeded):
		return "deadline"
	case errors.As(err, &e):
		return shortened(e.Kind.Error() + ": " + e.Message)
	}
	return err.Error()
}
