package redis_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/redis"
	"github.com/stellarlang/stellar/stellar/store/redis/redistest"
	"github.com/stellarlang/stellar/stellar/store/storetest"
)

func open(t *testing.T, url string) *redis.Store {
	s, err := redis.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	address, kill := redistest.Start(t)
	url := "redis://:secret@" + address
	s := open(t, url)
	other := open(t, url+"?prefix=other:")
	require.NoError(t, other.Put(t.Context(), []store.Entry{{Key: []byte("a"), Value: []byte("other")}}))
	storetest.Run(t, s)

	// What one process puts, another sees; other prefixes and databases are apart.
	require.NoError(t, s.Put(t.Context(), []store.Entry{{Key: []byte("shared"), Value: []byte("1")}}))
	second := open(t, "valkey://:secret@"+address)
	for url, want := range map[*redis.Store][]byte{second: []byte("1"), other: nil, open(t, url+"/1"): nil, open(t, url+"/"): []byte("1")} {
		values, err := url.Get(t.Context(), [][]byte{[]byte("shared")})
		require.NoError(t, err)
		require.Equal(t, want, values[0])
	}

	kill()
	limited, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := s.Get(limited, [][]byte{[]byte("shared")})
	require.Error(t, err)

	// After a call without an answer, none waits for the next seconds.
	_, err = second.Get(t.Context(), [][]byte{[]byte("shared")})
	require.ErrorContains(t, err, "store "+address)
	require.NotErrorIs(t, err, redis.ErrAway)
	start := time.Now()
	for range 100 {
		require.ErrorIs(t, second.Put(t.Context(), []store.Entry{{Key: []byte("shared")}}), redis.ErrAway)
	}
	require.Less(t, time.Since(start), time.Second)
}

func TestOpen(t *testing.T) {
	address, _ := redistest.Start(t)
	_, err := redis.Open(t.Context(), "redis://:wrong@"+address)
	require.ErrorContains(t, err, "store "+address+": WRONGPASS")
	require.NotContains(t, err.Error(), ":wrong")

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	_, err = redis.Open(t.Context(), "redis://"+closed.Addr().String())
	require.ErrorContains(t, err, "connection refused")

	for _, url := range []string{"redis://h:port", "redis://", "redis:///0", "redis://:secret@h:1/database"} {
		_, err = redis.Open(t.Context(), url)
		require.EqualError(t, err, "store: the URL of Redis is not of the form redis://HOST:PORT/DATABASE", url)
	}

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	limited, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = redis.Open(limited, "redis://"+silent.Addr().String())
	require.ErrorIs(t, err, context.DeadlineExceeded, fmt.Sprint(err))
	require.Less(t, time.Since(start), 3*time.Second)
}
