package table

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// Lookup is rows that are found by a key: a Table, or a database of another form.
type Lookup interface {
	table.Table
	// Rows returns how many rows there are.
	Rows() int64
	// Size returns the bytes that the rows take.
	Size() int64
}

// LoadFunc reads the file of a table.
type LoadFunc func(ctx context.Context, s spec.Spec, p *Progress) (Lookup, error)

// Live is a table whose file may be read anew. It is safe for concurrent use: a look-up
// sees all of the file before, or all of the one after.
type Live struct {
	Spec    spec.Spec
	load    LoadFunc
	current atomic.Pointer[version]

	needs  needs
	mu     sync.Mutex            // of loading
	failed atomic.Pointer[error] // of the last loading; nil if it succeeded
	fails  atomic.Int64
}

// version is what was read at a time.
type version struct {
	Lookup
	loaded time.Time
	file   os.FileInfo // before it was read
}

// Status says how a table is, for metrics.
type Status struct {
	Rows     int64
	Bytes    int64
	Modified time.Time // the file that was read
	Loaded   time.Time // when that was
	Failures int64     // how often a later file could not be read
	Err      error     // why the last one could not; nil if it could
}

// NewLive reads a table.
func NewLive(ctx context.Context, s spec.Spec, load LoadFunc, p *Progress) (*Live, error) {
	l := &Live{Spec: s, load: load}
	if err := l.Reload(ctx, p); err != nil {
		return nil, err
	}
	return l, nil
}

// Reload reads the file again. If that fails, the rows read before stay.
func (l *Live) Reload(ctx context.Context, p *Progress) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	file, err := os.Stat(l.Spec.File)
	var read Lookup
	if err == nil {
		read, err = l.load(ctx, l.Spec, p)
	}
	if err == nil {
		err = l.needs.check(read)
	}
	if err != nil {
		l.fails.Add(1)
		l.failed.Store(&err)
		return err
	}
	l.current.Store(&version{read, time.Now(), file})
	l.failed.Store(nil)
	return nil
}

// Require returns the error that check has for the rows. If there is none, later rows for
// which check has one are refused.
func (l *Live) Require(check func(Lookup) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := check(l.current.Load().Lookup); err != nil {
		return err
	}
	l.needs.add(check)
	return nil
}

// Need has later files refused that lack a column, which rules name.
func (l *Live) Need(column string) { l.needs.name(column) }

// Renew says that rules are read anew: what those before them need counts until Settle.
func (l *Live) Renew() { l.needs.renew() }

// Settle says that the rules read last are those in use.
func (l *Live) Settle() { l.needs.settle() }

// File returns the file of the rows, as it was before it was read.
func (l *Live) File() os.FileInfo { return l.current.Load().file }

// Status returns how the table is.
func (l *Live) Status() Status {
	v := l.current.Load()
	s := Status{Rows: v.Rows(), Bytes: v.Size(), Modified: v.file.ModTime(), Loaded: v.loaded, Failures: l.fails.Load()}
	if failed := l.failed.Load(); failed != nil {
		s.Err = *failed
	}
	return s
}

// Row is Lookup.Row of the rows as they are now.
func (l *Live) Row(key value.Value, at time.Time) (value.Value, error) {
	return l.current.Load().Row(key, at)
}

// Has is Lookup.Has of the rows as they are now.
func (l *Live) Has(key value.Value, at time.Time) (bool, error) {
	return l.current.Load().Has(key, at)
}

// Cell is Lookup.Cell of the rows as they are now.
func (l *Live) Cell(key value.Value, at time.Time, column string) (value.Value, error) {
	return l.current.Load().Cell(key, at, column)
}

// Columns is Lookup.Columns of the rows as they are now.
func (l *Live) Columns() []string { return l.current.Load().Columns() }

// Set holds tables by name. It must not be changed while it is used.
type Set map[string]table.Table

var (
	_ table.Tables = Set{}
	_ table.Needer = (*Live)(nil)
)

// Names lists the names in order.
func (s Set) Names() []string { return slices.Sorted(maps.Keys(s)) }

// Find returns the table of a name. The error says which there are.
func (s Set) Find(name string) (table.Table, error) {
	if t, known := s[name]; known {
		return t, nil
	}
	known := s.Names()
	switch nearest := names.Nearest(name, known); {
	case nearest != "":
		return nil, fmt.Errorf("there is no table %.60q; did you mean %q?", name, nearest)
	case len(known) == 0:
		return nil, fmt.Errorf("there is no table %.60q: a rule set declares tables under the key tables, and the stellar command takes them by --table", name)
	}
	return nil, fmt.Errorf("there is no table %.60q, only %.400s", name, strings.Join(known, ", "))
}
