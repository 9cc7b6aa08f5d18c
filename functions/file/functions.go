package file

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// files makes the functions of a file system.
type files struct {
	prefix string // of their names
	system System
	of     string // which files they are
	time   string // how long a call may take, "" for as long as its context
	none   string // what is wrong without a system
}

// maxEntries bounds the table of a folder, and stepsOfCall is the work of a call.
const (
	maxEntries  = 10_000
	stepsOfCall = 50
)

func (s files) functions() []fn.Func {
	path := fn.Param{Name: "path", Kinds: fn.String, Null: fn.NullAccepted, Doc: "where the file is"}
	optional := path
	optional.Optional, optional.Doc = true, "the folder, or a file; the home if it is left out"
	all := []fn.Func{
		{
			Name: s.prefix + "READ", Params: []fn.Param{path},
			Result: fn.String, ResultDoc: "the content, read as UTF-8; null of null, and if it cannot be read",
			Doc:      "Reads a file " + s.of + ".",
			Examples: []fn.Example{{Expr: s.prefix + "READ(null)", Want: "null"}},
			Body:     s.read,
		},
		{
			Name: s.prefix + "READ_LINES", Params: []fn.Param{path},
			Result: fn.List, ResultDoc: "the lines, without their ends; null of null, and if they cannot be read",
			Doc:      "Reads the lines of a file " + s.of + ".",
			Examples: []fn.Example{{Expr: s.prefix + "READ_LINES(null)", Want: "null"}},
			Body:     s.readLines,
		},
		{
			Name: s.prefix + "WRITE", Params: []fn.Param{
				{Name: "content", Kinds: fn.String, Null: fn.NullAccepted, Doc: "what the file will hold, written as UTF-8"}, path,
			},
			Result: fn.Bool, ResultDoc: "whether it was written; false of null",
			Doc:      "Writes a file " + s.of + ", in place of what was there, and makes the folders that it is in.",
			Examples: []fn.Example{{Expr: s.prefix + "WRITE(null, 'copy.txt')", Want: "false"}},
			Body:     s.write,
		},
		{
			Name: s.prefix + "RM", Params: []fn.Param{
				path,
				{Name: "recursive", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "whether a folder is removed with all that is in it; false if it is left out"},
			},
			Result: fn.Bool, ResultDoc: "whether it is not there any more; false of null, and of a folder that is not empty, unless recursive is true",
			Doc:      "Removes a file or folder " + s.of + ".",
			Examples: []fn.Example{{Expr: s.prefix + "RM(null)", Want: "false"}},
			Body:     s.remove,
		},
		{
			Name: s.prefix + "LS", Params: []fn.Param{optional},
			Result: fn.String, ResultDoc: "a table, the oldest first; an empty one of null, and if the folder cannot be read",
			Doc:      "Draws a table of what is in a folder " + s.of + ", for people.",
			Examples: []fn.Example{{Expr: "LENGTH(SPLIT(" + s.prefix + "LS(null), 'empty'))", Want: "2"}},
			Body:     s.list,
		},
	}
	for i := range all {
		all[i].Purity, all[i].Cost = fn.External, fn.OwnCost
		all[i].Doc += s.time
	}
	return all
}

// ask charges a call of a function, and calls do if the path, argument i, is not null. A
// failure is observed, and ok is false.
func (s files) ask(c *fn.Call, name string, i int, do func(ctx context.Context, path string) error) (ok bool, err error) {
	path := c.Args[i]
	switch {
	case path.IsNull():
		return false, nil
	case path.Str() == "":
		return false, fn.Argumentf(i, "the path is empty")
	}
	return s.try(c, name, path.Str(), func(ctx context.Context) error { return do(ctx, path.Str()) })
}

// gives is what functions return of a failure, but for null.
var gives = map[string]string{"WRITE": "false", "RM": "false", "LS": "an empty table"}

// try calls do for the file of a path, "" for the home. A failure is observed, and ok is
// false.
func (s files) try(c *fn.Call, name, path string, do func(ctx context.Context) error) (ok bool, err error) {
	if s.system == nil {
		return false, fn.Externalf(fn.NoArg, "%s", s.none)
	}
	if err := c.Spend(stepsOfCall); err != nil {
		return false, err
	}
	start := time.Now()
	err = do(c.Context())
	switch {
	case c.Context().Err() != nil:
		return false, c.Context().Err()
	case err != nil:
		subject := "the home"
		if path != "" {
			subject = fmt.Sprintf("%.200q", path)
		}
		c.Observe(fn.Event{Function: s.prefix + name, Subject: subject, Gives: gives[name], Err: err, Duration: time.Since(start)})
		return false, nil
	}
	return true, nil
}

// content reads the file that argument 0 names.
func (s files) content(c *fn.Call, name string) (text string, ok bool, err error) {
	ok, err = s.ask(c, name, 0, func(ctx context.Context, path string) error {
		content, err := s.system.Read(ctx, path, int64(c.Limits().StringLength))
		text = strings.ToValidUTF8(string(content), "\ufffd")
		return err
	})
	if ok {
		if err = c.Allocate(2 * int64(len(text))); err == nil {
			err = c.Spend(int64(len(text) / 64))
		}
	}
	return text, ok, err
}

func (s files) read(c *fn.Call) (value.Value, error) {
	text, ok, err := s.content(c, "READ")
	if !ok || err != nil {
		return value.Null, err
	}
	return value.String(text), nil
}

// bytesOfLine is the memory of a line in a list, besides its text.
const bytesOfLine = 48

func (s files) readLines(c *fn.Call) (value.Value, error) {
	text, ok, err := s.content(c, "READ_LINES")
	if !ok || err != nil {
		return value.Null, err
	}
	lines := c.NewList(0)
	for text != "" {
		if int64(lines.Len()) >= c.Limits().Elements {
			return value.Null, fn.Limitf(0, "the file has more lines than a list may have items, %d", c.Limits().Elements)
		}
		if err := c.Spend(1); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(bytesOfLine); err != nil {
			return value.Null, err
		}
		end := strings.IndexAny(text, "\r\n")
		if end < 0 {
			lines.Append(value.String(text))
			break
		}
		lines.Append(value.String(text[:end]))
		if strings.HasPrefix(text[end:], "\r\n") {
			end++
		}
		text = text[end+1:]
	}
	return value.FromList(lines), nil
}

func (s files) write(c *fn.Call) (value.Value, error) {
	content := c.Args[0]
	if content.IsNull() {
		return value.Bool(false), nil
	}
	if err := c.Spend(int64(len(content.Str()) / 64)); err != nil {
		return value.Null, err
	}
	ok, err := s.ask(c, "WRITE", 1, func(ctx context.Context, path string) error {
		return s.system.Write(ctx, path, []byte(content.Str()))
	})
	return value.Bool(ok), err
}

func (s files) remove(c *fn.Call) (value.Value, error) {
	recursive := false
	if len(c.Args) > 1 {
		var ok bool
		if recursive, ok = value.ToBool(c.Args[1]); !ok {
			return value.Null, fn.Argumentf(1, "it is neither true nor false")
		}
	}
	ok, err := s.ask(c, "RM", 0, func(ctx context.Context, path string) error { return s.system.Remove(ctx, path, recursive) })
	return value.Bool(ok), err
}

func (s files) list(c *fn.Call) (value.Value, error) {
	var entries []Entry
	var err error
	if path := c.Arg(0); len(c.Args) == 0 || path.Str() != "" {
		_, err = s.try(c, "LS", path.Str(), func(ctx context.Context) (err error) {
			entries, err = s.system.List(ctx, path.Str(), maxEntries)
			return err
		})
	}
	if err != nil {
		return value.Null, err
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Name, b.Name))
	})
	t := table.Table{Headers: []string{"PERMISSION", "OWNER", "GROUP", "SIZE", "LAST MOD TIME", "NAME"}}
	for _, e := range entries {
		t.Rows = append(t.Rows, []string{
			e.Permission, e.Owner, e.Group, strconv.FormatInt(e.Size, 10), e.Modified.In(c.Location()).Format(time.RFC3339), e.Name,
		})
	}
	if err := c.Spend(int64(len(entries))); err != nil {
		return value.Null, err
	}
	return t.Draw(c, 0)
}
