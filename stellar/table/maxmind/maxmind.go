// Package maxmind reads MaxMind databases: what is known of addresses, such as where they
// are. The whole file is kept in memory.
package maxmind

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// MaxFile bounds the bytes of a database.
const MaxFile = 4 << 30

// Database is a database. It is safe for concurrent use.
type Database struct {
	reader   *maxminddb.Reader
	size     int64
	networks int64
	members  []string
	made     [1 << 12]atomic.Pointer[madeRecord] // by offset
}

type madeRecord struct {
	offset uintptr
	record value.Value
}

var _ table.Lookup = (*Database)(nil)

// Load reads a database, all of it, to find what is damaged: a file whose name ends in
// .mmdb or .mmdb.gz, or an archive, .tar.gz, of which one entry has such a name.
func Load(ctx context.Context, s spec.Spec, p *table.Progress) (*Database, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	content, err := contentOf(ctx, s.File, p)
	if err != nil {
		return nil, err
	}
	reader, err := maxminddb.OpenBytes(content)
	if err != nil {
		return nil, fmt.Errorf("%s is no MaxMind database: %w", s.File, err)
	}
	d := &Database{reader: reader, size: int64(len(content))}
	d.networks, d.members, err = verify(ctx, &reader.Metadata, content)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%s is a damaged MaxMind database: %w", s.File, err)
	}
	return d, nil
}

func contentOf(ctx context.Context, name string, p *table.Progress) ([]byte, error) {
	file, err := table.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // nothing was written
	if p == nil {
		p = &table.Progress{}
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	p.Size.Store(info.Size())
	var text io.Reader = p.Counting(ctx, file)
	size := info.Size()
	if lower := strings.ToLower(name); !strings.HasSuffix(lower, ".mmdb") {
		unpacked, err := gzip.NewReader(text)
		if err != nil {
			return nil, fmt.Errorf("%s is not compressed by gzip: %w", name, err)
		}
		text, size = unpacked, 0
		if !strings.HasSuffix(lower, ".mmdb.gz") {
			return contentOfArchive(ctx, name, unpacked)
		}
	}
	return contentFrom(ctx, name, text, size)
}

// contentFrom reads a database of a size, 0 if that is not known.
func contentFrom(ctx context.Context, name string, text io.Reader, size int64) ([]byte, error) {
	var content bytes.Buffer
	content.Grow(int(min(size, MaxFile)) + bytes.MinRead)
	n, err := io.Copy(&content, io.LimitReader(text, MaxFile+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case n > MaxFile:
		return nil, fmt.Errorf("%s has more than %d GiB", name, MaxFile>>30)
	}
	return content.Bytes(), nil
}

// contentOfArchive reads the only database of an archive.
func contentOfArchive(ctx context.Context, name string, archive io.Reader) (content []byte, err error) {
	found := ""
	for entries := tar.NewReader(archive); ; {
		entry, err := entries.Next()
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, io.EOF) && found == "":
			return nil, fmt.Errorf("%s: the archive has no file whose name ends in .mmdb", name)
		case errors.Is(err, io.EOF):
			return content, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		case entry.Typeflag != tar.TypeReg || !strings.HasSuffix(strings.ToLower(entry.Name), ".mmdb"):
			continue
		case found != "":
			return nil, fmt.Errorf("%s: the archive has two databases, %.200s and %.200s; unpack the one that is meant", name, found, entry.Name)
		}
		found = entry.Name
		if content, err = contentFrom(ctx, name, entries, 0); err != nil {
			return nil, err
		}
	}
}

// addressOf returns the address that a key is.
func addressOf(key value.Value) (netip.Addr, bool) {
	if key.Kind() != value.KindString || len(key.Str()) > 100 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(key.Str(), "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}

// notMap is the name of a record that is no map.
const notMap = "value"

// Row returns the record of an address, a map; null if there is none. A record that is
// no map is one with the member value.
func (d *Database) Row(key value.Value, _ time.Time) (value.Value, error) {
	found, ok := d.find(key)
	if !ok {
		return value.Null, found.Err()
	}
	offset := found.Offset()
	kept := &d.made[(uint64(offset)*0x9E3779B97F4A7C15>>32)%uint64(len(d.made))]
	if made := kept.Load(); made != nil && made.offset == offset {
		return made.record, nil
	}
	var decoded any
	if err := found.Decode(&decoded); err != nil {
		return value.Null, fmt.Errorf("the MaxMind database is damaged: %w", err)
	}
	record := value.FromGo(decoded).Detach()
	if record.Kind() != value.KindMap {
		record = value.FromMap(value.NewMap(1).Put(value.String(notMap), record))
	}
	kept.Store(&madeRecord{offset, record.Freeze()})
	return record, nil
}

func (d *Database) find(key value.Value) (found maxminddb.Result, ok bool) {
	a, ok := addressOf(key)
	if !ok || a.Is6() && d.reader.Metadata.IPVersion == 4 {
		return found, false
	}
	found = d.reader.Lookup(a)
	return found, found.Found()
}

// Has reports whether there is a record of an address.
func (d *Database) Has(key value.Value, _ time.Time) (bool, error) {
	found, ok := d.find(key)
	return ok, found.Err()
}

// Cell returns a member of the record of an address.
func (d *Database) Cell(key value.Value, at time.Time, column string) (value.Value, error) {
	record, err := d.Row(key, at)
	if err != nil || record.IsNull() {
		return value.Null, err
	}
	member, _ := record.Map().Get(value.String(column))
	return member, nil
}

// Columns returns nil: records need not have the same members.
func (d *Database) Columns() []string { return nil }

// Rows returns how many networks there are.
func (d *Database) Rows() int64 { return d.networks }

// Type returns what the database says that it is, such as GeoLite2-City.
func (d *Database) Type() string { return d.reader.Metadata.DatabaseType }

// Members lists the members that records have.
func (d *Database) Members() []string { return d.members }

// Size returns the bytes of the database.
func (d *Database) Size() int64 { return d.size }

// Built returns when the database was made.
func (d *Database) Built() time.Time { return d.reader.Metadata.BuildTime() }
