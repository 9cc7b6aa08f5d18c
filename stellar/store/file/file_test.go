package file_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/file"
	"github.com/stellarlang/stellar/stellar/store/storetest"
)

func open(t *testing.T, name string) *file.Store {
	s, err := file.Open(name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) { storetest.Run(t, open(t, filepath.Join(t.TempDir(), "store"))) }

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "store")
	s := open(t, name)
	require.NoError(t, s.Put(t.Context(), []store.Entry{{Key: []byte("a"), Value: []byte("1")}}))
	_, err := file.Open(name)
	require.ErrorIs(t, err, file.ErrInUse)
	require.NoError(t, s.Close())
	values, err := open(t, name).Get(t.Context(), [][]byte{[]byte("a")})
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("1")}, values)

	wrong := filepath.Join(dir, "wrong")
	require.NoError(t, os.WriteFile(wrong, bytes.Repeat([]byte("no store "), 10_000), 0o600))
	for name, want := range map[string]string{
		wrong: "store " + wrong + ": it is no store, or is damaged: invalid database", dir: "store " + dir + ": it is no file",
		filepath.Join(dir, "none", "store"): "store: open " + filepath.Join(dir, "none", "store") + ": no such file or directory",
	} {
		_, err := file.Open(name)
		require.EqualError(t, err, want)
	}
}

func TestReadOnly(t *testing.T) {
	name := filepath.Join(t.TempDir(), "store")
	_, err := file.OpenReadOnly(name)
	require.ErrorIs(t, err, os.ErrNotExist)
	s := open(t, name)
	require.NoError(t, s.Put(t.Context(), []store.Entry{{Key: []byte("a"), Value: []byte("1")}}))
	_, err = file.OpenReadOnly(name)
	require.ErrorIs(t, err, file.ErrInUse)
	require.NoError(t, s.Close())
	for range 2 { // at the same time
		s, err := file.OpenReadOnly(name)
		require.NoError(t, err)
		defer func() { _ = s.Close() }()
		values, err := s.Get(t.Context(), [][]byte{[]byte("a")})
		require.NoError(t, err)
		require.Equal(t, [][]byte{[]byte("1")}, values)
		require.Error(t, s.Put(t.Context(), []store.Entry{{Key: []byte("a"), Value: []byte("1")}}))
	}
}

func TestCompact(t *testing.T) {
	name := filepath.Join(t.TempDir(), "store")
	_, _, err := file.Compact(t.Context(), name)
	require.EqualError(t, err, "store "+name+": there is no such file")

	s := open(t, name)
	var keys [][]byte
	for i := range 20_000 {
		key := fmt.Appendf(nil, "key%d", i)
		keys = append(keys, key)
	}
	var entries []store.Entry
	for _, key := range keys {
		entries = append(entries, store.Entry{Key: key, Value: bytes.Repeat([]byte{1}, 200)})
	}
	entries[0].Expires = time.Now().Add(time.Hour)
	require.NoError(t, s.Put(t.Context(), entries))
	require.NoError(t, s.Delete(t.Context(), keys[100:]))
	_, _, err = file.Compact(t.Context(), name)
	require.ErrorIs(t, err, file.ErrInUse)
	require.NoError(t, s.Close())

	before, after, err := file.Compact(t.Context(), name)
	require.NoError(t, err)
	require.Less(t, after, before/10)
	s = open(t, name)
	count := 0
	require.NoError(t, s.Scan(t.Context(), nil, func(e store.Entry) error {
		if count++; string(e.Key) == "key0" {
			require.WithinDuration(t, time.Now().Add(time.Hour), e.Expires, time.Minute)
		}
		require.Equal(t, bytes.Repeat([]byte{1}, 200), e.Value)
		return nil
	}))
	require.Equal(t, 100, count)
}
