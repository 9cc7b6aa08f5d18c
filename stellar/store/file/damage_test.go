package file_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/file"
)

// A file that was cut off or changed anywhere is an error, or what is left of it is read:
// nothing panics or faults, and no other file is touched.
func TestDamage(t *testing.T) {
	name := filepath.Join(t.TempDir(), "store")
	s := open(t, name)
	var entries []store.Entry
	for i := range 500 {
		entries = append(entries, store.Entry{Key: fmt.Appendf(nil, "key%d", i), Value: bytes.Repeat([]byte{byte(i)}, 100)})
	}
	require.NoError(t, s.Put(t.Context(), entries))
	require.NoError(t, s.Close())
	whole, err := os.ReadFile(name)
	require.NoError(t, err)

	page := os.Getpagesize()
	var damaged [][]byte
	for size := 1; size < len(whole); size += page {
		damaged = append(damaged, whole[:size])
	}
	random := rand.New(rand.NewPCG(1, 1))
	for n := range len(whole) / page {
		zero, header := bytes.Clone(whole), bytes.Clone(whole)
		clear(zero[n*page : (n+1)*page])
		for i := range 24 {
			header[n*page+i] = byte(random.Uint32())
		}
		damaged = append(damaged, zero, header)
	}
	failed := 0
	for i, content := range damaged {
		for _, use := range []func(s *file.Store) error{
			func(s *file.Store) error {
				return s.Scan(t.Context(), nil, func(store.Entry) error { return nil })
			},
			func(s *file.Store) error { return s.Put(t.Context(), entries) },
			func(s *file.Store) error { _, err := s.Get(t.Context(), [][]byte{[]byte("key3")}); return err },
		} {
			name := filepath.Join(t.TempDir(), fmt.Sprint(i))
			require.NoError(t, os.WriteFile(name, content, 0o600))
			s, err := file.Open(name)
			if err == nil {
				err = use(s)
				require.NoError(t, s.Close())
			}
			if err != nil {
				failed++
				require.ErrorContains(t, err, "store "+name)
			}
		}
		name := filepath.Join(t.TempDir(), fmt.Sprint(i))
		require.NoError(t, os.WriteFile(name, content, 0o600))
		if _, _, err := file.Compact(t.Context(), name); err != nil {
			left, err := os.ReadFile(name)
			require.NoError(t, err)
			require.Equal(t, content, left[:len(content)])
		}
	}
	require.Greater(t, failed, len(damaged))
}

// Files of other programs are left as they are.
func TestOthers(t *testing.T) {
	name := filepath.Join(t.TempDir(), "other")
	db, err := bbolt.Open(name, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	}))
	require.NoError(t, db.Close())
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	want := "store " + name + ": it is the file of another program"
	_, err = file.Open(name)
	require.EqualError(t, err, want)
	_, err = file.OpenReadOnly(name)
	require.EqualError(t, err, want)
	_, _, err = file.Compact(t.Context(), name)
	require.EqualError(t, err, want)
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, before, after)

	empty := filepath.Join(t.TempDir(), "empty")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	_, err = file.OpenReadOnly(empty)
	require.EqualError(t, err, "store "+empty+": it is no store, as it is empty")
}

// Compacting keeps links and modes.
func TestCompactLink(t *testing.T) {
	dir := t.TempDir()
	name, link := filepath.Join(dir, "store"), filepath.Join(dir, "link")
	require.NoError(t, open(t, name).Close())
	require.NoError(t, os.Chmod(name, 0o640))
	if err := os.Symlink(name, link); err != nil {
		t.Skip(err)
	}
	_, _, err := file.Compact(t.Context(), link)
	require.NoError(t, err)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	info, err = os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode())
}
