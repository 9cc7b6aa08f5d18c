// Package storetest tests that a store keeps the contract of store.Store.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/store"
)

// Run tests a store that is empty.
func Run(t *testing.T, s store.Store) {
	ctx := t.Context()
	get := func(keys ...string) [][]byte {
		var asked [][]byte
		for _, key := range keys {
			asked = append(asked, []byte(key))
		}
		values, err := s.Get(ctx, asked)
		require.NoError(t, err)
		require.Len(t, values, len(keys))
		return values
	}
	scan := func(prefix string) map[string]string {
		found := map[string]string{}
		require.NoError(t, s.Scan(ctx, []byte(prefix), func(e store.Entry) error {
			found[string(e.Key)] = string(e.Value)
			return nil
		}))
		return found
	}
	put := func(entries ...store.Entry) { require.NoError(t, s.Put(ctx, entries)) }
	entry := func(key, value string) store.Entry { return store.Entry{Key: []byte(key), Value: []byte(value)} }

	require.Equal(t, [][]byte{nil, nil}, get("a", "b"))
	require.Empty(t, get())
	require.Empty(t, scan(""))
	put()

	odd := "\x00\xff\n*?[a-b]^\\ ä"
	put(entry("a", "1"), entry("b", ""), entry("ab", "2"), entry(odd, odd), entry("a", "3"))
	require.Equal(t, [][]byte{[]byte("3"), {}, nil, []byte("2"), []byte(odd), []byte("3")}, get("a", "b", "c", "ab", odd, "a"))
	require.Equal(t, map[string]string{"a": "3", "ab": "2"}, scan("a"))
	require.Equal(t, map[string]string{odd: odd}, scan(odd[:5]))
	require.Equal(t, map[string]string{"a": "3", "b": "", "ab": "2", odd: odd}, scan(""))

	require.NoError(t, s.Delete(ctx, [][]byte{[]byte("a"), []byte("none"), []byte(odd)}))
	require.Equal(t, map[string]string{"b": "", "ab": "2"}, scan(""))
	require.NoError(t, s.Delete(ctx, [][]byte{[]byte("b"), []byte("ab")}))

	t.Run("replace", func(t *testing.T) {
		replace := func(key, value string, old []byte) bool {
			replaced, err := s.Replace(ctx, entry(key, value), old)
			require.NoError(t, err)
			return replaced
		}
		require.False(t, replace("r", "1", []byte("0")))
		require.False(t, replace("r", "1", []byte{}))
		require.True(t, replace("r", "", nil))
		require.False(t, replace("r", "1", nil))
		require.True(t, replace("r", odd, []byte{}))
		require.True(t, replace("r", "2", []byte(odd)))
		require.Equal(t, []byte("2"), get("r")[0])
		past := entry("r", "x")
		past.Expires = time.Now().Add(-time.Hour)
		replaced, err := s.Replace(ctx, past, []byte("2"))
		require.NoError(t, err)
		require.True(t, replaced)
		require.True(t, replace("r", "0", nil), "what has expired is not there")
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 25 {
					for added := false; !added; {
						values, err := s.Get(ctx, [][]byte{[]byte("r")})
						if err != nil {
							t.Error(err)
							return
						}
						n, _ := strconv.Atoi(string(values[0]))
						if added, err = s.Replace(ctx, entry("r", strconv.Itoa(n+1)), values[0]); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		group.Wait()
		require.Equal(t, []byte("100"), get("r")[0])
		require.NoError(t, s.Delete(ctx, [][]byte{[]byte("r")}))
	})

	t.Run("expiry", func(t *testing.T) {
		soon := time.Now().Add(300 * time.Millisecond)
		put(store.Entry{Key: []byte("soon"), Value: []byte("x"), Expires: soon}, store.Entry{Key: []byte("past"), Value: []byte("x"), Expires: time.Now().Add(-time.Hour)},
			store.Entry{Key: []byte("late"), Value: []byte("x"), Expires: time.Now().Add(time.Hour)}, entry("never", "x"))
		require.Nil(t, get("past")[0])
		require.NotNil(t, get("late")[0])
		require.Eventually(t, func() bool { return get("soon")[0] == nil }, 5*time.Second, 20*time.Millisecond)
		require.Equal(t, []string{"late", "never"}, slices.Sorted(maps.Keys(scan(""))))
		require.NoError(t, s.Scan(ctx, []byte("late"), func(e store.Entry) error {
			require.WithinDuration(t, time.Now().Add(time.Hour), e.Expires, 10*time.Second)
			return nil
		}))
		require.NoError(t, s.Delete(ctx, [][]byte{[]byte("late"), []byte("never")}))
	})

	t.Run("many and large", func(t *testing.T) {
		var entries []store.Entry
		var keys [][]byte
		for i := range 5000 {
			e := store.Entry{Key: fmt.Appendf(nil, "many%05d", i), Value: bytes.Repeat([]byte{byte(i)}, i%300)}
			entries, keys = append(entries, e), append(keys, e.Key)
		}
		large := store.Entry{Key: bytes.Repeat([]byte{'k'}, store.MaxKey), Value: bytes.Repeat([]byte{7}, 20<<20)}
		entries, keys = append(entries, large), append(keys, large.Key)
		put(entries...)
		values, err := s.Get(ctx, keys)
		require.NoError(t, err)
		for i, v := range values {
			require.True(t, v != nil && bytes.Equal(v, entries[i].Value), "%d", i)
		}
		require.Len(t, scan("many"), 5000)
		require.NoError(t, s.Delete(ctx, keys))
		require.Empty(t, scan(""))
	})

	t.Run("one after the other in many goroutines", func(t *testing.T) {
		var group sync.WaitGroup
		for g := range 4 {
			group.Go(func() {
				key := fmt.Appendf(nil, "g%d", g)
				for i := range 25 {
					value := fmt.Appendf(nil, "%d", i)
					if err := s.Put(ctx, []store.Entry{{Key: key, Value: value}, {Key: []byte("all"), Value: value}}); err != nil {
						t.Error(err)
					}
					values, err := s.Get(ctx, [][]byte{key})
					if err != nil || !bytes.Equal(values[0], value) {
						t.Errorf("%s: %s, %v", key, values, err)
					}
				}
			})
		}
		group.Wait()
	})

	t.Run("ends", func(t *testing.T) {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		_, err := s.Get(ended, [][]byte{[]byte("a")})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, s.Put(ended, []store.Entry{entry("a", "b")}), context.Canceled)
		_, err = s.Replace(ended, entry("a", "b"), nil)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, s.Delete(ended, [][]byte{[]byte("a")}), context.Canceled)
		require.ErrorIs(t, s.Scan(ended, nil, func(store.Entry) error { return nil }), context.Canceled)
		failed := errors.New("enough")
		put(entry("x", "1"), entry("y", "1"))
		require.ErrorIs(t, s.Scan(ctx, nil, func(store.Entry) error { return failed }), failed)
		require.NoError(t, s.Delete(ctx, [][]byte{[]byte("x"), []byte("y")}))
	})
}
