package table_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// TestSmallest: the row of an address or a number is that of the smallest network or range
// in which it lies, and of equal ones the last, as a search through all of them finds it.
func TestSmallest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		type network struct {
			netip.Prefix
			line  int
			valid bool
		}
		var networks []network
		var text strings.Builder
		text.WriteString("net,line,until\n")
		for i := range 1 + random.IntN(200) {
			a := netip.AddrFrom4([4]byte{10, byte(random.IntN(3)), byte(random.IntN(4) * 85), byte(random.IntN(256))})
			if random.IntN(3) == 0 {
				a = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, byte(random.IntN(2)), 14: byte(random.IntN(2)), 15: byte(random.IntN(256))})
			}
			n := network{netip.PrefixFrom(a, random.IntN(a.BitLen()+1)).Masked(), i, round%2 == 0 || random.IntN(2) == 0}
			until := "2020-01-01"
			if n.valid {
				until = "2999-01-01"
			}
			networks = append(networks, n)
			fmt.Fprintf(&text, "%v,%d,%s\n", n.Prefix, i, until)
		}
		s := spec.Spec{File: written(t, "a.csv", text.String()), Match: spec.CIDR}
		if round%2 == 1 {
			s.Until = "until"
		}
		of, err := table.Load(context.Background(), s, nil)
		require.NoError(t, err)
		for range 500 {
			a := netip.AddrFrom4([4]byte{10, byte(random.IntN(4)), byte(random.IntN(256)), byte(random.IntN(256))})
			if random.IntN(3) == 0 {
				a = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, byte(random.IntN(3)), 14: byte(random.IntN(3)), 15: byte(random.IntN(256))})
			}
			want := ""
			best := -1
			for _, n := range networks {
				if n.Contains(a) && n.Bits() >= best && n.valid {
					best, want = n.Bits(), strconv.Itoa(n.line)
				}
			}
			cell, err := of.Cell(value.String(a.String()), now, "line")
			require.NoError(t, err)
			require.Equal(t, want, cell.Str(), "%v in\n%s", a, text.String())
		}
	}
}

// TestAsWritten: cells are read as encoding/csv writes them.
func TestAsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"a", `"`, ",", "\n", " ", "ü", "\t", "b c", ""}
	var rows [][]string
	for i := range 300 {
		row := []string{"k" + strconv.Itoa(i)}
		for range 3 {
			cell := ""
			for range random.IntN(4) {
				cell += parts[random.IntN(len(parts))]
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	for _, separator := range []rune{',', '\t'} {
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma = separator
		require.NoError(t, w.Write([]string{"key", "a", "b", "c"}))
		require.NoError(t, w.WriteAll(rows))
		name := map[rune]string{',': "a.csv", '\t': "a.tsv"}[separator]
		file := written(t, name, text.String())
		of, err := table.Load(context.Background(), spec.Spec{File: file}, nil)
		require.NoError(t, err)
		i := 0
		require.NoError(t, table.EachRow(context.Background(), file, func(_ int64, row value.Value, err error) error {
			require.NoError(t, err)
			found, _ := of.Row(value.String(rows[i][0]), now)
			require.True(t, value.Same(found, row))
			for c, name := range []string{"key", "a", "b", "c"} {
				cell, _ := row.Map().Get(value.String(name))
				require.Equal(t, rows[i][c], cell.Str())
			}
			i++
			return nil
		}))
		require.Equal(t, len(rows), i)
	}
}

// FuzzLoad: no file does harm, and what is found of a row that was read is its key.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a,b\n\"1\n\",2\n1,\"\"\"\"", "net\n10.0.0.0/8\n::/0\n", "a,b\n1,5\n2,3\n", `[{"a":1,"b":[{}]},{"a":"x"}]`, "{\"a\":1.5}\n{\"a\":null}",
		"a\n\xff\n\x00", "\xff\xfea\x00\n\x00b\x00", "\x1f\x8b", "\x28\xb5\x2f\xfd", "a,until\nx,2026-01-01\nx,5", "",
	} {
		f.Add([]byte(seed), uint8(0))
		f.Add([]byte(seed), uint8(7))
	}
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte, how uint8) {
		s := spec.Spec{
			File: filepath.Join(folder, []string{"a.csv", "a.json"}[how%2]), Key: "a", Match: spec.Match(spec.Matches()[how/2%5]),
		}
		if s.Match == spec.Range {
			s.To = "b"
		}
		if how/16%2 == 1 {
			s.Until = "b"
		}
		require.NoError(t, os.WriteFile(s.File, text, 0o644))
		of, err := table.Load(context.Background(), s, nil)
		if err != nil {
			return
		}
		if s.Match != spec.Exact || s.Until != "" || how%2 == 1 {
			_, err = of.Row(value.String(string(text)), time.Time{})
			require.NoError(t, err)
			return
		}
		require.NoError(t, table.EachRow(context.Background(), s.File, func(_ int64, row value.Value, err error) error {
			require.NoError(t, err)
			key, _ := row.Map().Get(value.String("a"))
			found, err := of.Row(key, time.Time{})
			require.NoError(t, err)
			again, _ := found.Map().Get(value.String("a"))
			require.Equal(t, key.Str(), again.Str())
			return nil
		}))
	})
}
