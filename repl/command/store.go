package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/functions/enrich"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/file"
	"github.com/stellarlang/stellar/stellar/store/redis"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// storeCommand looks after what is kept in stores.
type storeCommand struct {
	List    storeListCommand    `cmd:"" help:"Say what a store has."`
	Export  storeExportCommand  `cmd:"" help:"Write what a store has as JSON, one object a line."`
	Import  storeImportCommand  `cmd:"" help:"Read what export has written, or enrichments, into a store."`
	Compact storeCompactCommand `cmd:"" help:"Make the file of a store small, without what has expired."`
}

// storeArgument names a store.
type storeArgument struct {
	Store string `arg:"" name:"store" help:"A file, or a server: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]."`
}

// open opens the store, to write it too if it says so.
func (a *storeArgument) open(ctx context.Context, write bool) (store.Store, error) {
	return (&storeFlag{Store: a.Store}).openStore(ctx, write)
}

// storeListCommand says what a store has.
type storeListCommand struct {
	storeArgument
	JSON bool `help:"Write JSON."`
}

// kept is what a store has of a kind, as it is told.
type kept struct {
	Kind  string     `json:"kind"`
	Name  string     `json:"name"`
	Count int        `json:"count"`
	Of    int        `json:"entities,omitempty"`
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`

	entities map[string]bool
}

// mostEntities bounds the entities that are told apart.
const mostEntities = 1_000_000

// Run is called by the parser of the command line.
func (c *storeListCommand) Run(ctx context.Context, s *streams) error {
	opened, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	told := damagedEntries{report: newReporter(s.err)}
	all := map[string]*kept{}
	of := func(kind, name string) *kept {
		k := all[kind+"\x00"+name]
		if k == nil {
			k = &kept{Kind: kind, Name: name, entities: map[string]bool{}}
			all[kind+"\x00"+name] = k
		}
		k.Count++
		return k
	}
	err = store.Profiles{Store: opened, Types: library.Types(), Damaged: told.tell}.Scan(ctx, func(r store.Record) error {
		k := of("profile", r.Profile)
		if len(k.entities) < mostEntities {
			k.entities[r.Entity] = true
		}
		start, end := time.UnixMilli(r.Period.Start()).UTC(), time.UnixMilli(r.Period.End()).UTC()
		if k.First == nil || start.Before(*k.First) {
			k.First = &start
		}
		if k.Last == nil || end.After(*k.Last) {
			k.Last = &end
		}
		return nil
	})
	if err == nil {
		err = store.Enrichments{Store: opened, Types: library.Types(), Damaged: told.tell}.Scan(ctx, func(e store.Enrichment) error {
			of("enrichment", e.Type)
			return nil
		})
	}
	if err == nil {
		err = store.ScanStates(ctx, opened, func(profiler string) error {
			of("profiler", profiler)
			return nil
		})
	}
	if err != nil {
		return err
	}
	if err := c.write(s, all); err != nil {
		return err
	}
	return told.end()
}

// damagedEntries tells of entries that cannot be read.
type damagedEntries struct {
	report *reporter
	count  int64
}

func (d *damagedEntries) tell(err error) {
	d.count++
	d.report.failure("", err)
}

func (d *damagedEntries) end() error {
	d.report.summary()
	if d.count == 0 {
		return nil
	}
	d.report.printf("entries that cannot be read, and are left out: %s", grouped(d.count))
	return errFailed
}

func (c *storeListCommand) write(s *streams, all map[string]*kept) error {
	list := []*kept{}
	for _, k := range all {
		k.Of = len(k.entities)
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b *kept) int { return strings.Compare(a.Kind+"\x00"+a.Name, b.Kind+"\x00"+b.Name) })
	if c.JSON {
		return writeJSON(s.out, list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(s.out, "The store is empty.")
		return err
	}
	rows := [][]string{{"KIND", "NAME", "COUNT", "ENTITIES", "FIRST", "LAST"}}
	for _, k := range list {
		entities, first, last := "", "", ""
		if k.First != nil {
			entities, first, last = grouped(int64(k.Of)), k.First.Format(time.RFC3339), k.Last.Format(time.RFC3339)
		}
		rows = append(rows, []string{k.Kind, diag.ShortText(k.Name, 40), grouped(int64(k.Count)), entities, first, last})
	}
	return writeTable(s.out, rows)
}

// storeExportCommand writes what a store has.
type storeExportCommand struct{ storeArgument }

// Help is called by the parser of the command line.
func (*storeExportCommand) Help() string {
	return `Writes measurements and enrichments, one JSON object a line, which jq and its like read, and which import reads into another store. What JSON cannot hold, such as statistics, is in the member binary, too. What profilers know of open periods is written as it is kept.

  stellar store export baseline.db | gzip >baseline.json.gz
  stellar store export baseline.db | stellar store import redis://localhost

An entry that is damaged is told and left out. Ends with 0, with 1 if one was, 2 if the store cannot be read.`
}

// Run is called by the parser of the command line.
func (c *storeExportCommand) Run(ctx context.Context, s *streams) error {
	opened, err := c.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	out := bufio.NewWriterSize(s.out, 64<<10)
	told := damagedEntries{report: newReporter(s.err)}
	err = store.Export(ctx, opened, library.Types(), told.tell, func(line []byte) error {
		_, err := out.Write(append(line, '\n'))
		return err
	})
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if isBroken(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return told.end()
}

// storeImportCommand reads into a store.
type storeImportCommand struct {
	storeArgument
	inputFlags
	Type      string `placeholder:"TYPE" help:"The lines are messages, of which enrichments of this type are made: their metadata are the fields."`
	Indicator string `placeholder:"FIELD" help:"With --type, the field that has the indicator."`
	Table     string `default:"enrichment" placeholder:"NAME" help:"With --type, the table that ENRICHMENT_GET names."`
	Family    string `default:"t" placeholder:"NAME" help:"With --type, the column family that ENRICHMENT_GET names."`

	Inputs []string `arg:"" optional:"" name:"input" help:"${inputs_help}"`
}

// Help is called by the parser of the command line.
func (*storeImportCommand) Help() string {
	return `Reads what export has written into a store. With --type, the lines are messages, or rows of files of CSV and TSV, of which enrichments are made.

  stellar store import new.db baseline.json.gz
  stellar store import threats.db iocs.json --type malicious --indicator domain
  stellar store import threats.db whois.csv.gz --type whois --indicator domain
  stellar eval --store threats.db "ENRICHMENT_GET('malicious', 'evil.example', 'enrichment', 't')"

A line that is wrong is told and passed over. Ends with 0, with 1 if a line is wrong, 2 if something cannot be read or written.`
}

// Run is called by the parser of the command line.
func (c *storeImportCommand) Run(ctx context.Context, s *streams) error {
	if (c.Type == "") != (c.Indicator == "") {
		return errors.New("--type and --indicator belong together")
	}
	report := newReporter(s.err)
	var messages, rows []string
	for _, name := range c.Inputs {
		if c.Type != "" && table.IsName(name) {
			rows = append(rows, name)
		} else {
			messages = append(messages, name)
		}
	}
	in, err := c.openInputs(messages, s.in, func(note string) { report.printf("%s", terminal.Printable(note)) })
	if err != nil {
		return err
	}
	opened, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	importing := store.NewImport(opened, library.Types())
	wrong := 0
	take := func(at stream.Place, err error) error {
		var mistake *store.LineError
		var wrongRow *table.RowError
		if errors.As(err, &mistake) || errors.As(err, &wrongRow) || errors.Is(err, stream.ErrLongLine) {
			wrong++
			report.failure(at.String()+": ", err)
			return nil
		}
		return err
	}
	if len(messages) > 0 || len(rows) == 0 {
		err = stream.EachLine(ctx, in.sources(), func(at stream.Place, text []byte, err error) error {
			if err == nil {
				err = c.line(ctx, importing, text)
			}
			return take(at, err)
		})
	}
	for _, name := range rows {
		if err != nil {
			break
		}
		err = table.EachRow(ctx, name, func(line int64, row value.Value, err error) error {
			if err == nil {
				err = c.line(ctx, importing, row.AppendJSON(nil))
			}
			return take(stream.Place{Source: name, Line: line}, err)
		})
	}
	if flushed := importing.Flush(context.WithoutCancel(ctx)); err == nil {
		err = flushed
	}
	report.summary()
	report.printf("entries read: %s", grouped(importing.Count()))
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err == nil && wrong > 0:
		return errFailed
	}
	return err
}

func (c *storeImportCommand) line(ctx context.Context, importing *store.Import, text []byte) error {
	if c.Type == "" {
		return importing.Line(ctx, text)
	}
	m, err := rules.ParseMessage(text)
	if err != nil {
		return &store.LineError{Err: err}
	}
	return importing.Message(ctx, enrich.Key{Type: c.Type, Table: c.Table, Family: c.Family}, c.Indicator, m)
}

// storeCompactCommand makes a file small.
type storeCompactCommand struct {
	Store string `arg:"" name:"store" help:"The file of a store."`
}

// Run is called by the parser of the command line.
func (c *storeCompactCommand) Run(ctx context.Context, s *streams) error {
	if redis.IsURL(c.Store) {
		return errors.New("compact is for files: Redis looks after its memory itself")
	}
	before, after, err := file.Compact(ctx, c.Store)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s: %s, was %s\n", c.Store, bytesText(after), bytesText(before))
	return err
}
