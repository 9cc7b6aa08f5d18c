package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/sample"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/input"
)

// readMessages calls do for the messages of a file in any form that a run reads, - for
// standard input.
func readMessages(ctx context.Context, s *streams, name string, do func(number int, m *rules.Message) error) error {
	source := s.in
	if name == "-" {
		name = "stdin"
	} else {
		f, err := openMessages(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // nothing was written
		source = f
	}
	lines := input.NewReader(name, stream.NewReader(ctx, source), input.Options{})
	defer func() { _ = lines.Close() }()
	if err := sample.Read(ctx, lines, do); err != nil {
		return called(ctx, fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// notOfRules returns an error for a file that its name says to be of rules: people often
// change the order of arguments, or name several rule files before the messages.
func notOfRules(name string) error {
	if isRuleName(name) && !metron.IsName(name) {
		return fmt.Errorf("%s is a rule file, where messages are wanted: the rules stand before the messages, and more than one are a folder, or follow --rules", name)
	}
	return nil
}

// openMessages opens a file of messages.
func openMessages(name string) (*os.File, error) {
	if err := notOfRules(name); err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, fmt.Errorf("%s is a folder, not a file of messages", name)
	}
	return f, nil
}

// openSample opens a file of messages of a test, which may have any form that a run reads.
func openSample(name string) (io.ReadCloser, error) {
	f, err := openMessages(name)
	if err != nil {
		return nil, err
	}
	return &sampleFile{input.NewReader(name, f, input.Options{}), f}, nil
}

// sampleFile is a file and the reader of its lines.
type sampleFile struct {
	*input.Reader
	file *os.File
}

// Close closes both.
func (f *sampleFile) Close() error { return errors.Join(f.Reader.Close(), f.file.Close()) }
