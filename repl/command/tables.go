package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/functions/geo"
	tablefunctions "github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/maxmind"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// tableFlags name tables.
type tableFlags struct {
	Table []string `group:"Tables:" sep:"none" placeholder:"NAME=FILE" help:"A table for TABLE_GET, TABLE_EXISTS and ENRICHMENT_GET, besides those of rule sets and in place of one of its name; may be given several times. What rule sets say of a table stands after commas: assets=assets.csv,key=net,match=cidr,reload=watch; what has commas itself stands in double quotes. stellar doc tables says more."`
	Geo   string   `group:"Tables:" placeholder:"FILE" help:"The MaxMind database of places for GEO_GET: .mmdb, .mmdb.gz or .tar.gz. Without it, the file that geo.hdfs.file of the global configuration names, if it is on this machine."`
	ASN   string   `name:"asn" group:"Tables:" placeholder:"FILE" help:"The MaxMind database of autonomous systems for ASN_GET; without it, that of asn.hdfs.file."`
}

// tables are those that a host has read. They are safe for concurrent use.
type tables struct {
	report   *reporter
	describe bool // only what columns there are
	named    table.Set
	places   geo.Host

	mu     sync.Mutex
	opened map[spec.Spec]*table.Live
	failed map[spec.Spec]*failedTable
	pinned map[spec.Spec]bool // that flags name, or the global configuration
	stop   func()             // ends watching; nil if none is watched
}

// openTables reads the tables that the flags name.
func (f *tableFlags) openTables(ctx context.Context, r *reporter, describe bool, globals func(context.Context) (value.Value, error)) (*tables, error) {
	t := &tables{report: r, describe: describe, named: table.Set{}, opened: map[spec.Spec]*table.Live{}, failed: map[spec.Spec]*failedTable{}, pinned: map[spec.Spec]bool{}}
	for _, option := range f.Table {
		name, s, err := spec.Parse(option)
		if err == nil && t.named[name] != nil {
			err = fmt.Errorf("the table %s is named twice", name)
		}
		if err == nil {
			t.named[name], err = t.open(ctx, s, true)
		}
		if err != nil {
			t.close()
			return nil, tableError("--table", err)
		}
	}
	var err error
	if t.places.City, err = t.database(ctx, cityDatabase, f.Geo, globals); err == nil {
		t.places.Network, err = t.database(ctx, networkDatabase, f.ASN, globals)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func tableError(flag string, err error) error {
	if errors.Is(err, context.Canceled) {
		return errInterrupted
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// open returns a table, which was read before if its file has not changed since.
func (t *tables) open(ctx context.Context, s spec.Spec, pin bool) (*table.Live, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if live := t.opened[s]; live != nil {
		if info, err := os.Stat(s.File); err == nil && isSameVersion(info, live.File()) {
			return live, nil
		}
	}
	load := t.load
	if t.describe {
		load = t.describeTable
	}
	progress := &table.Progress{}
	began := time.Now()
	end := showStatus(t.report.w, func() string {
		return tableProgress(filepath.Base(s.File), progress.Rows.Load(), progress.Read.Load(), progress.Size.Load(), time.Since(began))
	})
	live, err := table.NewLive(ctx, s, load, progress)
	end()
	if err != nil {
		return nil, err
	}
	t.opened[s] = live
	if pin {
		t.pinned[s] = true
	}
	if s.Watch && !t.describe && t.stop == nil {
		t.watch()
	}
	return live, nil
}

// load reads a table in the form that the name of its file says.
func (t *tables) load(ctx context.Context, s spec.Spec, p *table.Progress) (table.Lookup, error) {
	if spec.IsMaxMind(s.File) {
		return asLookup(maxmind.Load(ctx, s, p))
	}
	return asLookup(table.Load(ctx, s, p))
}

// wholeTable is the size of files up to which a check reads all rows, to find mistakes in
// them.
const wholeTable = 64 << 20

// describeTable reads what columns a table has, and all of it if it is not large.
func (t *tables) describeTable(ctx context.Context, s spec.Spec, p *table.Progress) (table.Lookup, error) {
	if info, err := os.Stat(s.File); err == nil && info.Size() > wholeTable && !spec.IsMaxMind(s.File) {
		return asLookup(table.Describe(ctx, s))
	}
	return t.load(ctx, s, p)
}

func asLookup[L table.Lookup](read L, err error) (table.Lookup, error) {
	if err != nil {
		return nil, err
	}
	return read, nil
}

// tableProgress says how far the reading of a table is.
func tableProgress(name string, rows, read, size int64, since time.Duration) string {
	text := fmt.Sprintf("reading %s: %s", name, rowsText(rows))
	switch {
	case size > 0 && read >= size:
		return text + ", making the index"
	case size > 0 && read > 0:
		share := float64(read) / float64(size)
		left := time.Duration(float64(since) * (1 - share) / share)
		text += fmt.Sprintf(", %.0f %% of %s, %v left", 100*share, bytesText(size), left.Round(time.Second))
	}
	return text
}

// database returns a function that returns the database of a kind: the one of a file that
// its flag names, or else its key of the global configuration. Without either, that function
// fails.
func (t *tables) database(ctx context.Context, kind *databaseKind, file string, globals func(context.Context) (value.Value, error)) (func(context.Context) (geo.Database, error), error) {
	if file != "" {
		if !spec.IsMaxMind(file) {
			return nil, fmt.Errorf("%s: %s is no MaxMind database: its name ends in .mmdb, .mmdb.gz or .tar.gz", kind.flag, file)
		}
		live, err := t.open(ctx, spec.Spec{File: file, Watch: true}, true)
		if err == nil {
			err = live.Require(kind.check(file))
		}
		if err != nil {
			return nil, tableError(kind.flag, err)
		}
		return func(context.Context) (geo.Database, error) { return live, nil }, nil
	}
	var required atomic.Pointer[table.Live]
	return func(ctx context.Context) (geo.Database, error) {
		all, err := globals(ctx)
		if err != nil {
			return nil, err
		}
		var named value.Value
		if all.Kind() == value.KindMap {
			named, _ = all.Map().Get(value.String(kind.key))
		}
		name := strings.TrimPrefix(named.Str(), "file://")
		switch {
		case name == "":
			return nil, kind.missing
		case strings.Contains(name, "://") || !spec.IsMaxMind(name):
			return nil, fmt.Errorf("%s of the global configuration names no MaxMind database on this machine, a file whose name ends in .mmdb, .mmdb.gz or .tar.gz", kind.key)
		}
		live, err := t.known(ctx, spec.Spec{File: name, Watch: true})
		if err == nil && required.Load() != live {
			if err = live.Require(kind.check(name)); err == nil {
				required.Store(live)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s of the global configuration: %w", kind.key, err)
		}
		return live, nil
	}, nil
}

// known returns a table that was read before, or reads it: not again at once if that
// fails.
func (t *tables) known(ctx context.Context, s spec.Spec) (*table.Live, error) {
	t.mu.Lock()
	live, failed := t.opened[s], t.failed[s]
	t.mu.Unlock()
	switch {
	case live != nil:
		return live, nil
	case failed != nil && time.Since(failed.at) < retryTable:
		return nil, failed.err
	}
	live, err := t.open(ctx, s, true)
	if err != nil && ctx.Err() == nil {
		t.mu.Lock()
		t.failed[s] = &failedTable{err, time.Now()}
		t.mu.Unlock()
	}
	return live, err
}

// failedTable is why a table could not be read, and when.
type failedTable struct {
	err error
	at  time.Time
}

// retryTable is after how long a table is tried again.
const retryTable = 5 * time.Second

// use has the rules of files see the tables that these declare, besides those that flags
// name: all of them if messages go through the files together, or else those of each file.
// What is wrong with tables is a finding of the file.
func (t *tables) use(ctx context.Context, h *host, files *ruleFiles, together bool) error {
	t.eachOpened((*table.Live).Renew)
	all := maps.Clone(t.named)
	by := map[string]*ruleFile{}
	var last *ruleFile
	for _, file := range files.files {
		if file.set == nil || len(file.set.Tables) == 0 {
			continue
		}
		if !together {
			all = maps.Clone(t.named)
		}
		var findings diag.List
		for i := range file.set.Tables {
			declared := &file.set.Tables[i]
			if t.named[declared.Name] != nil {
				continue
			}
			live, err := t.open(ctx, declared.Spec, false)
			switch other := by[declared.Name]; {
			case ctx.Err() != nil:
				return errInterrupted
			case together && other != nil && err == nil && all[declared.Name] != tablefunctions.Table(live):
				err = fmt.Errorf("%s declares another one of this name, and messages go through both files", other.name)
				fallthrough
			case err != nil:
				findings = append(findings, declared.Mistake(readable(err)))
				all[declared.Name] = noTable{}
			default:
				all[declared.Name] = live
			}
			by[declared.Name] = file
		}
		file.parsed.Findings = slices.Concat(file.parsed.Findings, findings)
		file.set.Findings = slices.Concat(file.set.Findings, findings)
		last = file
		if !together {
			t.bind(h, file, all)
		}
	}
	if together && last != nil {
		t.bind(h, last, all)
	}
	return nil
}

// eachOpened calls do with all tables that are open.
func (t *tables) eachOpened(do func(*table.Live)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, live := range t.opened {
		do(live)
	}
}

// settle says that the rules of files are in use now.
func (t *tables) settle(files *ruleFiles) {
	t.eachOpened((*table.Live).Settle)
	t.forget(files)
}

// forget lets go of tables that neither the rules of files, which are those in use, nor flags
// name; files is nil if no rules are in use yet.
func (t *tables) forget(files *ruleFiles) {
	t.mu.Lock()
	defer t.mu.Unlock()
	used := maps.Clone(t.pinned)
	if files != nil {
		for _, file := range files.files {
			if file.set != nil {
				for _, declared := range file.set.Tables {
					used[declared.Spec] = true
				}
			}
		}
	}
	maps.DeleteFunc(t.opened, func(s spec.Spec, _ *table.Live) bool { return !used[s] })
}

// bind has the functions in a file see tables.
func (t *tables) bind(h *host, file *ruleFile, all table.Set) {
	asked := h.asked
	asked.Tables = all
	file.parsed.Functions = library.OfTables(asked)
	file.set.Functions = file.parsed.Functions
}

// readable returns an error without the name of the system call.
func readable(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return fmt.Errorf("%s: %w", failed.Path, failed.Err)
	}
	return err
}

// noTable stands for a table that cannot be read, which was told.
type noTable struct{}

var errNoTable = errors.New("the table could not be read")

func (noTable) Row(value.Value, time.Time) (value.Value, error) { return value.Null, errNoTable }
func (noTable) Has(value.Value, time.Time) (bool, error)        { return false, errNoTable }
func (noTable) Columns() []string                               { return nil }
func (noTable) Cell(value.Value, time.Time, string) (value.Value, error) {
	return value.Null, errNoTable
}

// watch begins to look at the files of tables that are watched.
func (t *tables) watch() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	t.stop = func() {
		cancel()
		<-ended
	}
	go func() {
		defer close(ended)
		states := map[*table.Live]*watchState{}
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
			watched := t.watched()
			maps.DeleteFunc(states, func(live *table.Live, _ *watchState) bool { return !slices.Contains(watched, live) })
			for _, live := range watched {
				if states[live] == nil {
					states[live] = &watchState{}
				}
				t.look(ctx, live, states[live])
			}
		}
	}()
}

// watchState is what is known of the file of a table.
type watchState struct {
	looked bool
	seen   fs.FileInfo // nil if it was not there
	tried  fs.FileInfo // that could not be used
	gone   bool        // as was told
}

// look reads a table again if its file has changed.
func (t *tables) look(ctx context.Context, live *table.Live, state *watchState) {
	info, err := os.Stat(live.Spec.File)
	if err != nil {
		info = nil
	}
	settled := state.looked && isSameVersion(info, state.seen) // otherwise it may be written to just now, or about to be replaced
	state.looked, state.seen = true, info
	switch {
	case !settled:
	case info == nil && !state.gone:
		state.gone = true
		t.tell(live, "cannot be read any more, so the rows of before stay: "+missingFile(err))
	case info == nil:
	case isSameVersion(info, live.File()) || isSameVersion(info, state.tried):
		state.gone = false
	default:
		state.gone = false
		if !t.reload(ctx, live) {
			state.tried = info
		}
	}
}

func (t *tables) watched() []*table.Live {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*table.Live
	for s, live := range t.opened {
		if s.Watch {
			all = append(all, live)
		}
	}
	return all
}

// reload reads a table again, and says so.
func (t *tables) reload(ctx context.Context, live *table.Live) bool {
	switch err := live.Reload(ctx, nil); {
	case ctx.Err() != nil:
	case err != nil:
		t.tell(live, "has changed and cannot be used, so the rows of before stay: "+strings.TrimPrefix(err.Error(), live.Spec.File+": "))
		return false
	default:
		t.tell(live, "has changed, and has "+rowsText(live.Status().Rows)+" now")
	}
	return true
}

// tell says something about a table.
func (t *tables) tell(live *table.Live, text string) {
	report := newReporter(t.report.w) // that of the run is for its goroutine
	report.printf("the table %s %s", terminal.Printable(live.Spec.File), terminal.Printable(text))
}

// writeSummary says how tables are.
func (t *tables) writeSummary(w io.Writer, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range slices.SortedFunc(maps.Keys(t.opened), func(a, b spec.Spec) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
		status := t.opened[s].Status()
		fmt.Fprintf(w, "table %s: %s, %s, written %v ago, read %v ago", terminal.Printable(s.File), rowsText(status.Rows), bytesText(status.Bytes),
			now.Sub(status.Modified).Round(time.Second), now.Sub(status.Loaded).Round(time.Second))
		if status.Err != nil {
			fmt.Fprintf(w, "; a later file cannot be used: %s", terminal.Printable(status.Err.Error()))
		}
		fmt.Fprintln(w)
	}
}

func rowsText(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return grouped(n) + " rows"
}

// close ends watching.
func (t *tables) close() {
	if t.stop != nil {
		t.stop()
	}
}
