package table_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	asking "github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// BenchmarkLookUp compares looking up in tables of a million rows with a Go map of the
// same keys to maps of the rows, at random. Both have the rows in the order of the file,
// and nothing is read of a row that was found, but by those named cell.
func BenchmarkLookUp(b *testing.B) {
	const rows = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	var hosts, nets, domains strings.Builder
	hosts.WriteString("host,owner,site,class\n")
	nets.WriteString("net,zone\n")
	domains.WriteString("domain,why\n")
	keys := make([]value.Value, rows)
	var all strings.Builder // one text, as messages are, that the collector looks at as one
	ends := make([]int, rows+1)
	addresses := make([]value.Value, 1<<16)
	for i := range rows {
		host := "host-" + strconv.Itoa(i) + ".example.org"
		ends[i+1] = ends[i] + len(host)
		all.WriteString(host)
		fmt.Fprintf(&hosts, "%s,owner%d,berlin,server\n", host, i%1000)
		a := random.Uint32()
		fmt.Fprintf(&nets, "%d.%d.%d.%d/%d,zone%d\n", a>>24, a>>16&255, a>>8&255, a&255, 8+random.IntN(25), i%100)
		fmt.Fprintf(&domains, "d%d.example.org,list\n", i)
	}
	for i := range addresses {
		a := random.Uint32()
		addresses[i] = value.String(fmt.Sprintf("%d.%d.%d.%d", a>>24, a>>16&255, a>>8&255, a&255))
	}
	for i := range keys {
		keys[i] = value.String(all.String()[ends[i]:ends[i+1]])
	}
	load := func(text string, s spec.Spec) *table.Table {
		s.File = written(b, "t.csv", text)
		of, err := table.Load(context.Background(), s, nil)
		require.NoError(b, err)
		return of
	}
	found := 0
	of := func(name string, do func(i int) bool) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if do(i) {
					found++
				}
			}
		})
	}
	byHost := make(map[string]map[string]string, rows)
	for i, key := range keys {
		byHost[strings.Clone(key.Str())] = map[string]string{"host": key.Str(), "owner": "owner" + strconv.Itoa(i%1000), "site": "berlin", "class": "server"}
	}
	// Only now, as memory of which the look-ups take one piece after the other would be there
	// before it is asked for.
	random.Shuffle(rows, func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	of("map", func(i int) bool { return byHost[keys[i%rows].Str()] != nil })
	of("map/cell", func(i int) bool { return byHost[keys[i%rows].Str()]["site"] != "" })
	of("map/again", func(i int) bool { return byHost[keys[i%1000].Str()] != nil })
	clear(byHost) // so that the collector need not look at it any more
	byHost = nil
	runtime.GC()
	exact, cidr := load(hosts.String(), spec.Spec{}), load(nets.String(), spec.Spec{Match: spec.CIDR})
	suffix := load(domains.String(), spec.Spec{Match: spec.Suffix})
	hosts.Reset()
	nets.Reset()
	var below []value.Value
	for i := range 1 << 16 {
		below = append(below, value.String(fmt.Sprintf("www.d%d.example.org", i*7%rows)))
	}
	site := value.String("site")
	row := func(t *table.Table, key value.Value) bool {
		v, _ := t.Row(key, now)
		return !v.IsNull()
	}
	of("exact/exists", func(i int) bool { ok, _ := exact.Has(keys[i%rows], now); return ok })
	of("exact/cell", func(i int) bool { v, _ := exact.Cell(keys[i%rows], now, "site"); return !v.IsNull() })
	of("exact/row", func(i int) bool { return row(exact, keys[i%rows]) })
	of("exact/row/cell", func(i int) bool {
		v, _ := exact.Row(keys[i%rows], now)
		cell, _ := v.Map().Get(site)
		return !cell.IsNull()
	})
	of("exact/exists/again", func(i int) bool { ok, _ := exact.Has(keys[i%1000], now); return ok })
	of("exact/cell/again", func(i int) bool { v, _ := exact.Cell(keys[i%1000], now, "site"); return !v.IsNull() })
	of("exact/row/again", func(i int) bool { return row(exact, keys[i%1000]) })
	of("cidr/exists", func(i int) bool { ok, _ := cidr.Has(addresses[i%len(addresses)], now); return ok })
	of("cidr/row", func(i int) bool { return row(cidr, addresses[i%len(addresses)]) })
	of("suffix/exists", func(i int) bool { ok, _ := suffix.Has(below[i%len(below)], now); return ok })
	env, err := stellar.NewEnv(stellar.Options{Functions: asking.Library(table.Set{"t": exact}).Functions})
	require.NoError(b, err)
	for _, c := range []struct{ name, text string }{
		{"row", "TABLE_GET('t', key)"},
		{"row/cell", "MAP_GET('site', TABLE_GET('t', key))"},
		{"cell", "TABLE_GET('t', key, 'site')"},
		{"exists", "TABLE_EXISTS('t', key)"},
	} {
		program, err := env.Compile(c.text)
		require.NoError(b, err)
		vars := map[string]any{}
		for name, most := range map[string]int{"": rows, "/again": 1000} {
			of("expression/"+c.name+name, func(i int) bool {
				vars["key"] = keys[i%most].Str()
				v, err := program.Value(context.Background(), stellar.Vars(vars))
				return err == nil && !v.IsNull()
			})
		}
	}
	_ = found
}

// BenchmarkColdRow looks up rows that were not asked for before, and reads so many of
// their four values.
func BenchmarkColdRow(b *testing.B) {
	const rows = 70_000
	var text strings.Builder
	text.WriteString("host,owner,site,class\n")
	keys := make([]value.Value, rows)
	for i := range rows {
		host := "host-" + strconv.Itoa(i) + ".example.org"
		keys[i] = value.String(host)
		text.WriteString(host + ",owner" + strconv.Itoa(i%1000) + ",berlin,server\n")
	}
	of, err := table.Load(context.Background(), spec.Spec{File: written(b, "t.csv", text.String())}, nil)
	require.NoError(b, err)
	columns := []value.Value{value.String("site"), value.String("owner"), value.String("class"), value.String("host")}
	for _, read := range []int{0, 1, 4} {
		b.Run(strconv.Itoa(read), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				row, err := of.Row(keys[i%rows], now)
				if err != nil || row.IsNull() {
					b.Fatal(row, err)
				}
				for _, column := range columns[:read] {
					if v, _ := row.Map().Get(column); v.IsNull() {
						b.Fatal(row)
					}
				}
			}
		})
	}
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		var text []byte
		for i := range b.N {
			row, err := of.Row(keys[i%rows], now)
			if text = row.AppendJSON(text[:0]); err != nil || len(text) < 10 {
				b.Fatal(row, err)
			}
		}
	})
}

// TestTenMillionRows says what loading them takes. It runs if TEN_MILLION_ROWS is set.
func TestTenMillionRows(t *testing.T) {
	if os.Getenv("TEN_MILLION_ROWS") == "" {
		t.Skip("TEN_MILLION_ROWS is not set")
	}
	for _, match := range []spec.Match{spec.Exact, spec.CIDR} {
		file := filepath.Join(t.TempDir(), "t.csv")
		out, err := os.Create(file)
		require.NoError(t, err)
		written := int64(0)
		w := func(format string, values ...any) {
			n, err := fmt.Fprintf(out, format, values...)
			require.NoError(t, err)
			written += int64(n)
		}
		w("key,owner,site\n")
		var text strings.Builder
		for i := range 10_000_000 {
			if match == spec.Exact {
				fmt.Fprintf(&text, "host-%d.example.org,owner%d,berlin\n", i, i%1000)
			} else {
				fmt.Fprintf(&text, "%d.%d.%d.0/24,owner%d,berlin\n", i>>16&255, i>>8&255, i&255, i%1000)
			}
			if text.Len() > 1<<20 {
				w("%s", text.String())
				text.Reset()
			}
		}
		w("%s", text.String())
		require.NoError(t, out.Close())
		before := heap()
		began := time.Now()
		of, err := table.Load(context.Background(), spec.Spec{File: file, Match: match}, nil)
		require.NoError(t, err)
		took := time.Since(began)
		kept := heap() - before
		t.Logf("%s: %d rows in %v; %.1f bytes a row in the file, %.1f in the heap, %.1f by Size", match, of.Rows(), took,
			float64(written)/float64(of.Rows()), float64(kept)/float64(of.Rows()), float64(of.Size())/float64(of.Rows()))
		require.Less(t, kept, 2*written+16*of.Rows())
		runtime.KeepAlive(of)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
