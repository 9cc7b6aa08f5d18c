package stream

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
)

// TestDeadLetters: what has errors goes there, whole and with reasons, and nowhere
// else.
func TestDeadLetters(t *testing.T) {
	const (
		input  = "{\"n\":1}\n {\"n\" : \"x\\u0041\"} \r\ntime=1 <\"é\">\n\xff\n{\"n\":3}"
		failed = `{"source":"a","line":2,"errors":[{"kind":"type","severity":"error","message":"+ takes numbers, and 'xA' is a string","file":"r.stellar",` +
			`"line":1,"column":6,"start":5,"end":10,"argument":{"start":5,"end":6},"variables":[{"name":"n","value":"'xA'"}]}],"message":{"n" : "x\u0041"}}` + "\n"
		noJSON = `{"source":"a","line":3,"errors":[{"severity":"error","message":"a JSON object is wanted, and this is no JSON: it begins with 't'"}],"text":"time=1 <\"é\">"}` + "\n"
		noUTF8 = `{"source":"a","line":4,"errors":[{"severity":"error","message":"a JSON object is wanted, and this is no JSON: it begins with `
	)
	for policy, want := range map[rules.ErrorPolicy]struct {
		out     string
		letters []string
		err     error
	}{
		rules.Report: {"{\"n\":1,\"m\":2}\n{\"n\":3,\"m\":4}\n", []string{failed, noJSON, noUTF8}, nil},
		rules.Skip:   {"{\"n\":1,\"m\":2}\n{\"n\":3,\"m\":4}\n", []string{failed, noJSON, noUTF8}, nil},
		rules.Null:   {"{\"n\":1,\"m\":2}\n {\"n\" : \"x\\u0041\"} \r\n{\"n\":3,\"m\":4}\n", []string{noJSON, noUTF8}, nil},
		rules.Fail:   {"{\"n\":1,\"m\":2}\n", []string{failed}, ErrStopped},
	} {
		for _, parallel := range []int{1, 8} {
			var out, letters bytes.Buffer
			runner := New(Options{
				Set: setOf(t, "m := n + 1", policy), Output: &out, DeadLetters: &letters, Parallel: parallel,
			})
			_, err := runner.Run(context.Background(), from("a", strings.NewReader(input)))
			require.ErrorIs(t, err, want.err)
			require.Equal(t, want.out, out.String())
			lines := strings.SplitAfter(letters.String(), "\n")
			require.Len(t, lines, len(want.letters)+1, letters.String())
			for i, letter := range want.letters {
				require.True(t, strings.HasPrefix(lines[i], letter), lines[i])
			}
			for line := range strings.Lines(letters.String()) {
				require.True(t, json.Valid([]byte(line)), line)
			}
		}
	}
}

// TestDeadLinesAreWhole: of what is no text, and of what is too long, no byte is lost.
func TestDeadLinesAreWhole(t *testing.T) {
	for _, line := range []string{"\xff{}\x00", strings.Repeat("y", maxLine+bufferSize+2)} {
		var out, letters bytes.Buffer
		runner := New(Options{Set: setOf(t, "m := 1", rules.Report), Output: &out, DeadLetters: &letters})
		counters, err := runner.Run(context.Background(), from("a", strings.NewReader(line+"\n{}")))
		require.NoError(t, err)
		require.Equal(t, Counters{Read: 2, Failed: 1, Passed: 1, Written: 1}, counters)
		require.Equal(t, "{\"m\":1}\n", out.String())
		var letter struct{ Base64 string }
		require.NoError(t, json.Unmarshal(letters.Bytes(), &letter))
		whole, err := base64.StdEncoding.DecodeString(letter.Base64)
		require.NoError(t, err)
		require.True(t, line == string(whole))
	}
}

// full takes so many bytes.
type full struct{ room int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFullDeadLetters: a run ends before what it can't keep.
func TestFullDeadLetters(t *testing.T) {
	for _, parallel := range []int{1, 8} {
		var out bytes.Buffer
		runner := New(Options{
			Set: setOf(t, "m := n + 1", rules.Report), Output: &out, DeadLetters: &full{100}, Parallel: parallel,
		})
		counters, err := runner.Run(context.Background(), from("a", strings.NewReader(strings.Repeat("{\"n\":\"x\"}\n", 100_000)+"{\"n\":1}\n")))
		require.ErrorIs(t, err, errFull)
		require.ErrorContains(t, err, "dead letters: ")
		require.Less(t, counters.Read, int64(10_000))
		require.Empty(t, out.String())
	}
}

// TestUse: a new set is applied to all messages after some message.
func TestUse(t *testing.T) {
	noGoroutinesLeft(t)
	for _, parallel := range []int{1, 2, 64} {
		first, second := setOf(t, "v := 1", rules.Skip), setOf(t, "v := n + 1", rules.Report)
		var out bytes.Buffer
		var runner *Runner
		runner = New(Options{Set: first, Output: &out, Parallel: parallel, Failed: func(at Place, _ error) {
			if at.Line == 1000 {
				runner.Use(second)
			}
		}})
		const n = 5000
		text := numbered(n)
		text = strings.Replace(text, "\n{\"n\":1000}\n", "\nthis is no message\n", 1)
		counters, err := runner.Run(context.Background(), from("a", strings.NewReader(text)))
		require.NoError(t, err)
		require.Equal(t, Counters{Read: n, Failed: 1, Passed: n - 1, Written: n - 1}, counters)
		require.Equal(t, counters, runner.Progress())
		changed := 0
		i := 0
		for line := range strings.Lines(out.String()) {
			if i++; i == 1000 {
				i++
			}
			switch line {
			case fmt.Sprintf("{\"n\":%d,\"v\":1}\n", i):
				require.Zero(t, changed, "the old set came back")
			case fmt.Sprintf("{\"n\":%d,\"v\":%d}\n", i, i+1):
				if changed == 0 {
					changed = i
				}
			default:
				require.FailNow(t, line)
			}
		}
		require.Greater(t, changed, 1000)
		require.LessOrEqual(t, changed, 1001+parallel+ahead)
	}
}
