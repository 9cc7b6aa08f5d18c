package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync/atomic"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/input"
)

// inputFlags say how the files of messages are read.
type inputFlags struct {
	Records recordsPath `placeholder:"PATH" help:"The messages are within the objects of the files, at this path, such as Records or hits.hits._source; arrays on the way stand for their items."`
	Follow  bool        `short:"f" help:"Go on with what is appended to the files, and with files that take their names (rotation), until it is interrupted. All files are read at the same time."`
}

// inputsHelp says what the arguments INPUT of commands may be.
const inputsHelp = "Files of messages; - or none is standard input. They are told apart by what they begin with: " +
	"JSON objects, one a line or over several lines, or arrays of them; UTF-8 or UTF-16; plain or compressed by gzip or zstd."

// recordsPath is a path to messages.
type recordsPath []string

// UnmarshalText is called by the parser of the command line.
func (p *recordsPath) UnmarshalText(text []byte) (err error) {
	*p, err = input.ParsePath(string(text))
	return err
}

// inputs are files of messages.
type inputs struct {
	flags inputFlags
	names []string
	stdin io.Reader
	note  func(string)
	size  int64        // of all files in bytes; 0 if that is not known
	read  atomic.Int64 // of these
}

// openInputs finds missing inputs and folders before any input is read. Note is told what
// people want to know of the files.
func (f inputFlags) openInputs(names []string, stdin io.Reader, note func(string)) (*inputs, error) {
	if len(names) == 0 {
		names = []string{"-"}
	}
	all := &inputs{flags: f, names: names, stdin: stdin, note: note}
	known := !f.Follow
	for _, name := range names {
		if name == "-" {
			known = false
			continue
		}
		if err := notOfRules(name); err != nil {
			return nil, err
		}
		info, err := os.Stat(name)
		switch {
		case f.Follow && errors.Is(err, fs.ErrNotExist): // it is waited for
		case err != nil:
			return nil, err
		case info.IsDir():
			return nil, fmt.Errorf("%s is a folder, not a file of messages", name)
		default:
			known = known && info.Mode().IsRegular()
			all.size += info.Size()
		}
	}
	if !known {
		all.size = 0
	}
	return all, nil
}

// holding returns the name of the input that is a file, "" if none is.
func (in *inputs) holding(file fs.FileInfo) string {
	for _, name := range in.names {
		if stdin := regularFile(in.stdin); name == "-" && stdin != nil && os.SameFile(stdin, file) {
			return "stdin"
		}
	}
	return amongFiles(file, slices.DeleteFunc(slices.Clone(in.names), func(name string) bool { return name == "-" }))
}

// sources are what a run reads.
func (in *inputs) sources() []stream.Source {
	options := input.Options{Records: in.flags.Records}
	if in.flags.Follow {
		return []stream.Source{options.Follow(in.names, in.stdin, in.note)}
	}
	sources := make([]stream.Source, len(in.names))
	for i, name := range in.names {
		open := func() (io.ReadCloser, error) {
			file, err := os.Open(name)
			return counted{file, &in.read}, err
		}
		if name == "-" {
			name = "stdin"
			open = func() (io.ReadCloser, error) {
				if terminal.Is(in.stdin) {
					in.note("reading messages from the terminal, one JSON object a line, up to Ctrl-D")
				}
				return io.NopCloser(in.stdin), nil
			}
		}
		sources[i] = options.Source(name, open)
	}
	return sources
}

// counted is a file, and how much of all files was read.
type counted struct {
	*os.File
	read *atomic.Int64
}

// Read reads from the file.
func (c counted) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.read.Add(int64(n))
	return n, err
}
