package repl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/sample"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/input"
)

const (
	scriptEnding = ".stellar"
	maxScript    = 16 << 20 // bytes
)

// fileName returns the file that an argument names: ~ is the home folder, and quotes may
// stand around it.
func fileName(argument string) string {
	for _, quote := range []string{"'", `"`} {
		if inner, ok := strings.CutPrefix(argument, quote); ok {
			argument = strings.TrimSuffix(inner, quote)
		}
	}
	if rest, ok := strings.CutPrefix(argument, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return argument
}

// load makes variables of a message, or does a script.
func (s *Session) load(ctx context.Context, arguments string) Result {
	name, number := arguments, 1
	if i := strings.LastIndexAny(arguments, " \t"); i >= 0 {
		if n, err := strconv.Atoi(arguments[i+1:]); err == nil {
			name, number = strings.TrimSpace(arguments[:i]), n
		}
	}
	if name = fileName(strings.TrimSuffix(name, ";")); name == "" {
		return Result{Err: errors.New("%load: a file is wanted, as in %load messages.json, or %load messages.json 3 for its third message")}
	}
	if number < 1 {
		return Result{Err: errors.New("%load: messages are counted from 1")}
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Result{Err: fmt.Errorf("%%load: there is no file %s", name)}
	case err != nil:
		return Result{Err: fmt.Errorf("%%load: %w", err)}
	case info.IsDir():
		return Result{Err: fmt.Errorf("%%load: %s is a folder, not a file", name)}
	case strings.EqualFold(filepath.Ext(name), scriptEnding):
		return s.loadScript(ctx, name)
	case slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(filepath.Ext(name))):
		return Result{Err: fmt.Errorf("%%load: %s is a rule file: %%rules %s applies it", name, name)}
	}
	answer, err := s.loadMessage(ctx, name, number)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return Result{Err: fmt.Errorf("%%load: %s: %w", name, err)}
	}
	return Result{Answer: answer}
}

// loadScript makes the assignments of a script.
func (s *Session) loadScript(ctx context.Context, name string) Result {
	f, err := stream.Open(ctx, name)
	if err != nil {
		return Result{Err: fmt.Errorf("%%load: %w", err)}
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(stream.NewReader(ctx, f), maxScript+1))
	if err == nil && len(text) > maxScript {
		err = fmt.Errorf("there are more than %d MiB", maxScript>>20)
	}
	if err != nil {
		return Result{Err: fmt.Errorf("%%load: %s: %w", name, err)}
	}
	return s.assignFrom(ctx, name, strings.TrimPrefix(string(text), "\ufeff"))
}

// loadMessage makes variables of a message of a file.
func (s *Session) loadMessage(ctx context.Context, name string, number int) (answer Loaded, err error) {
	f, err := stream.Open(ctx, name)
	if err != nil {
		return answer, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	lines := input.NewReader(name, stream.NewReader(ctx, f), input.Options{})
	defer func() { _ = lines.Close() }()
	var text []byte
	found, more := 0, false
	err = sample.Read(ctx, lines, func(n int, m *rules.Message) error {
		found = n
		if n == number {
			text = m.AppendJSON(nil)
		}
		if more = n > number; more {
			return sample.ErrEnough
		}
		return nil
	})
	switch {
	case text != nil: // what comes after it does not matter
	case err != nil:
		return answer, err
	case found == 0:
		return answer, errors.New("it has no messages")
	default:
		return answer, fmt.Errorf("it has %d messages, and none of number %d", found, number)
	}
	message, err := stellar.JSON(text)
	if err != nil {
		return answer, err
	}
	s.variables.loaded = message
	answer = Loaded{File: name, Number: number, More: more}
	for _, field := range message.Names() {
		v := Variable{Name: field, Value: message.Lookup(field)}
		answer.Fields = append(answer.Fields, v)
		if _, hidden := s.variables.assigned[field]; hidden {
			answer.Hidden = append(answer.Hidden, v.Written())
		}
	}
	return answer, nil
}
