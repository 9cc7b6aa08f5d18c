package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/console/engine"
)

var update = flag.Bool("update", false, "write what the tests compare with")

func newEngine(t testing.TB) *engine.Engine {
	e, err := engine.New(engine.Options{Place: "a test"})
	require.NoError(t, err)
	return e
}

var call = regexp.MustCompile(`(?s)\A(.*?)-- (\w+) --\n(.*?)(?:-- answer --\n(.*))?\z`)

var micros = regexp.MustCompile(`"micros": \d+`)

// TestCalls makes the requests of testdata/calls and compares the answers.
func TestCalls(t *testing.T) {
	files, err := filepath.Glob("testdata/calls/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	e := newEngine(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			parts := call.FindStringSubmatch(string(text))
			require.NotNil(t, parts)
			var got bytes.Buffer
			answer, err := e.Call(context.Background(), parts[2], []byte(parts[3]))
			if err != nil {
				got.WriteString("error: " + err.Error())
			} else {
				require.NoError(t, json.Indent(&got, answer, "", "  "))
			}
			want := micros.ReplaceAllString(got.String(), `"micros": 0`) + "\n"
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(parts[1]+"-- "+parts[2]+" --\n"+parts[3]+"-- answer --\n"+want), 0o644))
				return
			}
			require.Equal(t, parts[4], want)
		})
	}
}

func TestReference(t *testing.T) {
	answer, err := newEngine(t).Call(context.Background(), "reference", []byte("{}"))
	require.NoError(t, err)
	var reference engine.Reference
	require.NoError(t, json.Unmarshal(answer, &reference))
	require.Equal(t, "a test", reference.Place)
	require.Greater(t, len(reference.Functions), 150)
	for _, f := range reference.Functions {
		require.NotEmpty(t, f.Doc, f.Name)
		require.NotEmpty(t, f.Examples, f.Name)
	}
}

// TestSampleInParts goes through a sample as the page does.
func TestSampleInParts(t *testing.T) {
	e := newEngine(t)
	const messages = 2500
	text := engine.Text{Mode: engine.Expression, Text: "n >= 2000", Messages: sampleOf(messages)}
	hits := 0
	for text.At < messages {
		parameters, err := json.Marshal(text)
		require.NoError(t, err)
		answer, err := e.Call(context.Background(), "sample", parameters)
		require.NoError(t, err)
		var s engine.Sample
		require.NoError(t, json.Unmarshal(answer, &s))
		require.Equal(t, messages, s.Total)
		require.Greater(t, s.Next, text.At)
		require.Len(t, s.Rows, s.Next-text.At)
		for i, row := range s.Rows {
			require.Equal(t, text.At+i, row.At)
			if row.Outcome == "hit" {
				hits++
			}
		}
		text.At = s.Next
	}
	require.Equal(t, 500, hits)
}

func sampleOf(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`{"n":`)
		number, _ := json.Marshal(i)
		b.Write(number)
		b.WriteString("}\n")
	}
	return b.String()
}

func TestTooManyMessages(t *testing.T) {
	parameters, err := json.Marshal(engine.Text{Mode: engine.Expression, Text: "n", Messages: sampleOf(10_001)})
	require.NoError(t, err)
	answer, err := newEngine(t).Call(context.Background(), "check", parameters)
	require.NoError(t, err)
	var checked engine.Checked
	require.NoError(t, json.Unmarshal(answer, &checked))
	require.Equal(t, 10_000, checked.Count)
	require.Contains(t, checked.Messages, "more than 10000 messages")
}

// TestCalledOff ends the context of requests that take long.
func TestCalledOff(t *testing.T) {
	e := newEngine(t)
	for _, method := range []string{"run", "sample"} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		list := "[" + strings.Repeat("1, ", 299) + "1]"
		parameters, err := json.Marshal(engine.Text{
			Mode: engine.Expression, Messages: "{}",
			Text: "MAP(" + list + ", x -> MAP(" + list + ", y -> MAP(" + list + ", z -> x + y + z + n)))",
		})
		require.NoError(t, err)
		start := time.Now()
		_, err = e.Call(ctx, method, parameters)
		require.ErrorIs(t, err, context.DeadlineExceeded, method)
		require.Less(t, time.Since(start), 5*time.Second)
	}
}

// FuzzCall asks everything of any text.
func FuzzCall(f *testing.F) {
	e := newEngine(f)
	f.Add("rules", "triage: {rules: [{name: a, when: n > 1, score: 1}]}", `{"n": 1}`, 20)
	f.Add("expression", "MAP_GET('é', m) # 😀", `{"m": {"é": 1}}`, 9)
	f.Fuzz(func(t *testing.T, mode, text, messages string, offset int) {
		for _, method := range []string{"check", "complete", "signature", "hover", "format", "run", "sample", "test"} {
			parameters, err := json.Marshal(engine.Text{Mode: engine.Mode(mode), Text: text, Messages: messages, Offset: offset})
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			answer, err := e.Call(ctx, method, parameters)
			cancel()
			if err == nil {
				require.True(t, json.Valid(answer))
			}
		}
	})
}
