package table

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/internal/unpack"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// Progress is how far the reading of a file is. It is safe for concurrent use.
type Progress struct {
	Rows atomic.Int64
	Read atomic.Int64 // bytes of the file
	Size atomic.Int64 // of the file

	ctx context.Context
}

// counted counts the bytes that are read of a file. It ends with the context.
type counted struct {
	file io.Reader
	*Progress
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.file.Read(p)
	c.Progress.Read.Add(int64(n))
	return n, err
}

// Counting returns a reader of a file whose progress p is. It ends with the context.
func (p *Progress) Counting(ctx context.Context, file io.Reader) io.Reader {
	p.ctx = ctx
	return counted{file, p}
}

// Open opens the file of a table, which must be a regular one.
func Open(name string) (*os.File, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, and no table", name)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file on a disk, and so no table", name)
	}
	return os.Open(name)
}

// Load reads a table. Mistakes in rows are a *Mistakes. The progress may be nil.
func Load(ctx context.Context, s spec.Spec, p *Progress) (*Table, error) {
	return load(ctx, s, p, false)
}

// Describe reads only as much of the file as says what columns it has, and returns a table
// without rows, whose columns are nil if they cannot be known.
func Describe(ctx context.Context, s spec.Spec) (*Table, error) { return load(ctx, s, nil, true) }

func load(ctx context.Context, s spec.Spec, p *Progress, headOnly bool) (*Table, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if p == nil {
		p = &Progress{}
	}
	text, release, err := openText(ctx, s.File, p)
	if err != nil {
		return nil, err
	}
	defer release()
	t, err := read(text, s, p, headOnly)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.File, err)
	}
	return t, nil
}

// openText returns the text of a file without a byte order mark, and what closes the file.
func openText(ctx context.Context, name string, p *Progress) (text *bufio.Reader, release func(), err error) {
	file, err := Open(name)
	if err != nil {
		return nil, nil, err
	}
	if info, err := file.Stat(); err == nil {
		p.Size.Store(info.Size())
	}
	text, unpacked, err := unpack.Text(bufio.NewReaderSize(p.Counting(ctx, file), unpack.BufferSize))
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	const mark = "\ufeff"
	if begin, _ := text.Peek(len(mark)); string(begin) == mark { // a failure comes again
		_, _ = text.Discard(len(mark))
	}
	return text, func() {
		unpacked()
		_ = file.Close() // nothing was written
	}, nil
}

// read reads rows in the form that the name of the file says, or else that its first
// character says: JSON begins with a bracket.
func read(text *bufio.Reader, s spec.Spec, p *Progress, headOnly bool) (*Table, error) {
	switch formOf(s.File) {
	case ".csv", ".tsv", ".tab":
		return readCSV(text, s, p, headOnly)
	case ".json", ".jsonl", ".ndjson":
		return readJSON(text, s, p, headOnly)
	}
	return nil, fmt.Errorf("the form of the table is not known: the name of its file ends in .csv, .tsv, .json, .jsonl or .mmdb, and may have .gz or .zst after that")
}

// formOf returns the ending of a name, without that of compression.
func formOf(name string) string {
	name = strings.ToLower(name)
	for _, ending := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, ending)
	}
	return filepath.Ext(name)
}

// IsName reports whether a file is a table with rows by its name.
func IsName(file string) bool {
	switch formOf(file) {
	case ".csv", ".tsv", ".tab":
		return true
	}
	return false
}

// countedRows is after how many rows the progress is updated.
const countedRows = 1 << 10

func readCSV(text *bufio.Reader, s spec.Spec, p *Progress, headOnly bool) (*Table, error) {
	b := newBuilder(s, "line")
	in := newCSVReader(text, s)
	if err := b.header(in); err != nil {
		return nil, err
	}
	if s.Separator == "" {
		err := in.checkSeparator(b.columns, func(taken, seen spec.Separator) string {
			return fmt.Sprintf("say separator: %s, or separator: %s if they are not", seen, taken)
		})
		if err != nil {
			return nil, err
		}
	}
	if s.Key == "" {
		s.Key = b.columns[0]
	}
	var at [4]int
	for i, c := range []struct{ key, name string }{{"key", s.Key}, {"to", s.To}, {"from", s.From}, {"until", s.Until}} {
		var err error
		if at[i], err = b.needs(c.key, c.name); err != nil {
			return nil, err
		}
	}
	if headOnly {
		return b.finish(p)
	}
	for {
		cells, err := b.next(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = b.record(in.line, cells, at)
		}
		if err := b.took(numbered{line: in.line}, err, p); err != nil {
			return nil, fmt.Errorf("line %d: %w", in.line, err)
		}
	}
	return b.finish(p)
}

func (b *builder) header(in *csvReader) error {
	cells, err := in.read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty: its first line has the names of the columns")
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", in.line, err)
	}
	for i, c := range cells {
		name := strings.TrimSpace(string(c))
		switch at, err := b.column(name); {
		case err != nil:
			return err
		case name == "":
			return fmt.Errorf("column %d has no name: the first line has the names of the columns", i+1)
		case at != i:
			return fmt.Errorf("there are two columns %.60q", name)
		}
	}
	return nil
}

// next returns the cells of the next row, of which there are as many as columns.
func (b *builder) next(in *csvReader) ([][]byte, error) {
	cells, err := in.read()
	switch {
	case err != nil:
		return nil, err
	case len(cells) == len(b.columns):
		return cells, nil
	case len(cells) == 1:
		return nil, rowErrorf("there is 1 cell, where the header has %d columns", len(b.columns))
	}
	return nil, rowErrorf("there are %d cells, where the header has %d columns", len(cells), len(b.columns))
}

// record adds a row of CSV, whose key, To, From and Until are in the columns at, -1 for
// none.
func (b *builder) record(line int64, cells [][]byte, at [4]int) error {
	cell := func(i int) value.Value {
		if i < 0 {
			return value.Null
		}
		return value.String(textOf(cells[i])) // of which nothing is kept
	}
	key := cell(at[0])
	text, err := b.begin(key, cell(at[2]), cell(at[3]))
	if err != nil {
		return err
	}
	for i, c := range cells {
		if i == at[0] && b.isText() && string(c) == text {
			b.buffer = append(b.buffer, byte(other(cellKey)))
			continue
		}
		b.buffer = appendText(b.buffer, c)
	}
	return b.end(line, key, cell(at[1]))
}

// took counts a row, or what is wrong with it. It returns an error that ends the reading.
func (b *builder) took(row numbered, err error, p *Progress) error {
	var wrong *RowError
	switch {
	case errors.As(err, &wrong):
		b.wrong.add(fmt.Sprintf("%s: %s", row, wrong.what))
		return nil
	case err != nil:
		return err
	}
	if b.count++; b.count%countedRows == 0 {
		p.Rows.Store(b.count)
		return p.ctx.Err()
	}
	return nil
}

// numbered is where a row is: its number, 0 if rows are lines, and the line in which it
// begins.
type numbered struct{ row, line int64 }

// String implements fmt.Stringer.
func (n numbered) String() string {
	if n.row == 0 {
		return fmt.Sprintf("line %d", n.line)
	}
	return fmt.Sprintf("row %d (line %d)", n.row, n.line)
}

// allowed reads a text for as long as bytes are left, which is set anew for each row. It
// counts lines.
type allowed struct {
	text     *bufio.Reader
	left     int
	read     int64
	newlines []int64 // their offsets, but for those that were counted
	counted  int64
}

// lineAt returns the line of an offset, which is not before the one asked for last.
func (a *allowed) lineAt(offset int64) int64 {
	n, _ := slices.BinarySearch(a.newlines, offset)
	a.newlines = a.newlines[n:]
	a.counted += int64(n)
	return a.counted + 1
}

var errLongRow = fmt.Errorf("it is longer than %d KiB", maxRecord>>10)

// Read implements io.Reader.
func (a *allowed) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, errLongRow
	}
	n, err := a.text.Read(p[:min(len(p), unpack.BufferSize)])
	a.left -= n
	for begin := 0; ; {
		i := bytes.IndexByte(p[begin:n], '\n')
		if i < 0 {
			break
		}
		a.newlines = append(a.newlines, a.read+int64(begin+i))
		begin += i + 1
	}
	a.read += int64(n)
	return n, err
}

// describedRows is how many rows of a file of JSON Describe reads.
const describedRows = 100

func readJSON(text *bufio.Reader, s spec.Spec, p *Progress, headOnly bool) (*Table, error) {
	if s.Separator != "" {
		return nil, errors.New("separator is for CSV and TSV, and this is JSON by its name")
	}
	if s.Key == "" {
		return nil, errors.New("key says which member of the objects has the keys, and is missing")
	}
	b := newJSONBuilder(s)
	limited := &allowed{text: text, left: maxRecord}
	d := jsontext.NewDecoder(limited)
	inArray := d.PeekKind() == '['
	if inArray {
		if _, err := d.ReadToken(); err != nil {
			return nil, err
		}
	}
	for number := int64(1); !headOnly || number <= describedRows; number++ {
		limited.left = maxRecord
		if inArray && d.PeekKind() == ']' {
			_, err := d.ReadToken()
			if err == nil {
				_, err = d.ReadToken()
			}
			if !errors.Is(err, io.EOF) {
				return nil, errors.New("there is more after the end of the array")
			}
			break
		}
		written, err := d.ReadValue()
		offset := d.InputOffset() - int64(len(written))
		if wrong := (*jsontext.SyntacticError)(nil); errors.As(err, &wrong) {
			offset = wrong.ByteOffset
		}
		at := numbered{number, limited.lineAt(offset)}
		switch {
		case errors.Is(err, io.EOF) && number == 1 && !inArray: // as one cut off while it is written anew
			return nil, errors.New("the file is empty: a table without rows is []")
		case errors.Is(err, io.EOF) && !inArray:
			return b.describedOrFinished(p, headOnly)
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("%s: the file ends too early", at)
		case errors.Is(err, errLongRow):
			return nil, fmt.Errorf("%s: %w", at, errLongRow)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if err := b.took(at, b.object(number, written), p); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
	}
	return b.describedOrFinished(p, headOnly)
}

// describedOrFinished finishes a table of JSON. One that is only described is empty, as the
// rest of the file may have other columns.
func (b *builder) describedOrFinished(p *Progress, headOnly bool) (*Table, error) {
	t, err := b.finish(p)
	if err == nil && headOnly {
		return newJSONBuilder(b.spec).finish(p)
	}
	return t, err
}

func newJSONBuilder(s spec.Spec) *builder {
	b := newBuilder(s, "row")
	b.sparse = true
	return b
}

// object adds a row that is an object of JSON.
func (b *builder) object(number int64, written []byte) error {
	v, err := value.ParseJSON(written)
	if err != nil {
		return err
	}
	if v.Kind() != value.KindMap {
		return rowErrorf("a row is an object, and this is %s", v.Kind())
	}
	member := func(name string) value.Value {
		if name == "" {
			return value.Null
		}
		found, _ := v.Map().Get(value.String(name))
		return found
	}
	key := member(b.spec.Key)
	if key.IsNull() {
		return rowErrorf("it has no %.60q, the key", b.spec.Key)
	}
	text, err := b.begin(key, member(b.spec.From), member(b.spec.Until))
	if err != nil {
		return err
	}
	b.buffer = appendUvarint(b.buffer, v.Len())
	for name, cell := range v.Map().All() {
		i, err := b.column(name.Str())
		if err != nil {
			return err
		}
		b.buffer = appendUvarint(b.buffer, i)
		if b.isText() && name.Str() == b.spec.Key && cell.Kind() == value.KindString && cell.Str() == text {
			b.buffer = append(b.buffer, byte(other(cellKey)))
			continue
		}
		b.buffer = appendCell(b.buffer, cell)
	}
	return b.end(number, key, member(b.spec.To))
}
