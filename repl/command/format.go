package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/rules/metron"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// formatCommand formats rule files.
type formatCommand struct {
	Check     bool   `help:"Change nothing, but list the files that would change, and end with 1 if there are any."`
	Diff      bool   `help:"Change nothing, but show what would change."`
	StdinName string `default:"stdin.stellar" placeholder:"NAME" help:"The name of the file that standard input holds, by which its form is known: ${default}."`

	Files []string `arg:"" optional:"" name:"file" help:"Rule files, and folders with rule files; - or none is standard input, which is written to the output."`
}

// Help is called by the parser of the command line.
func (c *formatCommand) Help() string {
	return `Gives rule files their usual form: one blank around operators and after commas, keywords in lower case, lines that go on indented by four blanks for each level of brackets. Comments and line breaks stay, and so does the meaning. In rule sets in YAML, expressions are formatted, and all else stays; so does an expression with a mistake, or in a form of YAML that cannot be changed safely. Configurations in JSON have no form of ours and are passed over in folders.

  stellar fmt rules/
  stellar fmt --check rules/ || echo run stellar fmt
  stellar fmt --diff site.stellar

Ends with 0, with 1 if --check or --diff find what would change, or files have mistakes, which then stay as they are, 2 if something cannot be read or written.`
}

// Run is called by the parser of the command line.
func (c *formatCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	files, err := c.files(ctx)
	if err != nil {
		return err
	}
	failed := false
	for _, name := range files {
		fine, err := c.file(ctx, s, report, name)
		switch {
		case ctx.Err() != nil:
			return errInterrupted
		case err != nil:
			return err
		}
		failed = failed || !fine
	}
	if failed {
		return errFailed
	}
	return nil
}

// files lists the files that the arguments name.
func (c *formatCommand) files(ctx context.Context) ([]string, error) {
	if len(c.Files) == 0 {
		return []string{"-"}, nil
	}
	var all []string
	for _, name := range c.Files {
		if name == "-" {
			all = append(all, name)
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if metron.IsName(name) {
				return nil, fmt.Errorf("%s is a configuration in JSON, which is not formatted", name)
			}
			all = append(all, name)
			continue
		}
		below, err := ruleFilesBelow(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, file := range below {
			if !metron.IsName(file) {
				all = append(all, file)
			}
		}
	}
	return all, nil
}

// file formats a file, - for standard input. It reports whether there is nothing to be
// told by the exit code.
func (c *formatCommand) file(ctx context.Context, s *streams, report *reporter, name string) (fine bool, err error) {
	shown := name
	var content []byte
	if name == "-" {
		shown = c.StdinName
		if content, err = readAll(ctx, s.in, maxRuleFile); err != nil {
			err = fmt.Errorf("stdin: %w", err)
		}
	} else {
		content, err = readBounded(ctx, name, maxRuleFile)
	}
	if err != nil {
		return false, err
	}
	formatted, err := formatRules(shown, content)
	if err != nil {
		report.failure("", err)
		return false, nil
	}
	changed := !bytes.Equal(content, formatted)
	switch {
	case c.Diff:
		if changed {
			_, err = io.WriteString(s.out, unifiedDiff(shown, string(content), string(formatted)))
		}
		return !changed, err
	case c.Check:
		if changed {
			_, err = fmt.Fprintln(s.out, terminal.Printable(shown))
		}
		return !changed, err
	case name == "-":
		_, err = s.out.Write(formatted)
		return true, err
	case changed:
		return true, replaceFile(name, formatted)
	}
	return true, nil
}

// formatRules formats the content of a file in the form that its name says.
func formatRules(name string, content []byte) ([]byte, error) {
	if yaml.IsName(name) {
		formatted, mistakes := yaml.Format(name, content)
		if len(mistakes) > 0 {
			return nil, mistakes
		}
		return formatted, nil
	}
	if strings.TrimSpace(string(content)) != "" && script.IsEmpty(string(content)) {
		return content, nil // comments
	}
	formatted, mistakes := script.Format(name, content)
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return formatted, nil
}

// replaceFile writes a file so that there is the old content or the new one, whatever
// happens. It keeps the mode, and what a link leads to is written, not the link.
func replaceFile(name string, content []byte) (err error) {
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what matters is why it was not used
	}
	return err
}
