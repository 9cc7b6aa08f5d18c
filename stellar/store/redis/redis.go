// Package redis is a store that many processes share: a server of Redis or Valkey, or a
// cluster of them.
package redis

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"

	"github.com/stellarlang/stellar/stellar/store"
)

// Store is a store in Redis.
type Store struct {
	client  rueidis.Client
	host    string
	prefix  string       // of all keys
	resting atomic.Int64 // until when no call is tried, in nanoseconds since 1970
}

var _ store.Store = (*Store)(nil)

// usualPrefix begins the keys of a store whose URL names no prefix.
const usualPrefix = "stellar:"

// Times, where the context allows more.
const (
	dialTime = 5 * time.Second
	callTime = 5 * time.Second
)

// leastRest is the shortest rest after a call that the server did not answer, during which
// no other one is tried. A rest lasts as long as that call took: a server that hangs holds
// up no more than half of the time.
const leastRest = time.Second

// ErrAway says that the server has not answered, and was not asked again yet.
var ErrAway = errors.New("the server has not answered the last call; it is asked again within seconds")

// IsURL reports whether a name is the URL of a store in Redis.
func IsURL(name string) bool {
	for _, scheme := range []string{"redis://", "rediss://", "valkey://", "valkeys://"} {
		if strings.HasPrefix(name, scheme) {
			return true
		}
	}
	return false
}

// Open connects to a server: redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], or rediss://
// by TLS. Parameters are prefix, with which all keys begin ("stellar:"), and those of
// rueidis.ParseURL, such as addr for further nodes of a cluster. Errors do not hold
// the password.
func Open(ctx context.Context, name string) (*Store, error) {
	name = strings.Replace(name, "valkey", "redis", 1)
	prefix := usualPrefix
	u, err := url.Parse(name)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("store: the URL of Redis is not of the form redis://HOST:PORT/DATABASE")
	}
	parameters := u.Query()
	if parameters.Has("prefix") {
		prefix = parameters.Get("prefix")
		parameters.Del("prefix")
		u.RawQuery = parameters.Encode()
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	options, err := rueidis.ParseURL(u.String())
	if err != nil {
		return nil, errors.New("store: the URL of Redis is not of the form redis://HOST:PORT/DATABASE")
	}
	options.DisableCache = true // entries are read once
	options.Dialer.Timeout = dialTime
	options.ConnWriteTimeout = callTime
	client, err := connect(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", u.Host, err)
	}
	return &Store{client: client, host: u.Host, prefix: prefix}, nil
}

// connect connects, and gives up when ctx ends.
func connect(ctx context.Context, options rueidis.ClientOption) (rueidis.Client, error) {
	type connected struct {
		client rueidis.Client
		err    error
	}
	done := make(chan connected, 1)
	go func() {
		client, err := rueidis.NewClient(options)
		done <- connected{client, err}
	}()
	select {
	case c := <-done:
		return c.client, c.err
	case <-ctx.Done():
		go func() {
			if c := <-done; c.client != nil {
				c.client.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

func (s *Store) key(key []byte) string { return s.prefix + rueidis.BinaryString(key) }

// atOnce is how many commands are sent together.
const atOnce = 500

// call calls ask, for at most callTime, unless the server does not answer at the moment.
// Errors have the name of the server.
func (s *Store) call(ctx context.Context, ask func(ctx context.Context) error) error {
	begun := time.Now()
	if begun.UnixNano() < s.resting.Load() {
		return fmt.Errorf("store %s: %w", s.host, ErrAway)
	}
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	err := ask(limited)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, answered := rueidis.IsRedisErr(err); !answered {
		s.resting.Store(time.Now().Add(max(time.Since(begun), leastRest)).UnixNano())
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer in %s", callTime)
		}
	}
	return fmt.Errorf("store %s: %w", s.host, err)
}

// do sends commands, some hundred at a time, and hands each answer to each.
func (s *Store) do(ctx context.Context, count int, command func(i int) rueidis.Completed, each func(i int, r rueidis.RedisResult) error) error {
	for first := 0; first < count; first += atOnce {
		commands := make(rueidis.Commands, 0, atOnce)
		for i := first; i < min(first+atOnce, count); i++ {
			commands = append(commands, command(i))
		}
		err := s.call(ctx, func(ctx context.Context) error {
			for i, r := range s.client.DoMulti(ctx, commands...) {
				if err := each(first+i, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	err := s.do(ctx, len(keys),
		func(i int) rueidis.Completed { return s.client.B().Get().Key(s.key(keys[i])).Build() },
		func(i int, r rueidis.RedisResult) (err error) {
			values[i], err = r.AsBytes()
			if rueidis.IsRedisNil(err) {
				values[i], err = nil, nil
			} else if err == nil && values[i] == nil {
				values[i] = []byte{}
			}
			return err
		})
	return values, err
}

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, entries []store.Entry) error {
	return s.do(ctx, len(entries), func(i int) rueidis.Completed {
		e := &entries[i]
		set := s.client.B().Set().Key(s.key(e.Key)).Value(rueidis.BinaryString(e.Value))
		if e.Expires.IsZero() {
			return set.Build()
		}
		return set.PxatMillisecondsTimestamp(max(e.Expires.UnixMilli(), 1)).Build()
	}, func(_ int, r rueidis.RedisResult) error { return r.Error() })
}

// replace puts the value ARGV[3] under a key that has the value ARGV[2], or, if ARGV[1] is
// 0, none. It expires at ARGV[4], in milliseconds since 1970, 0 for never.
var replace = rueidis.NewLuaScript(`
local now = redis.call('GET', KEYS[1])
if ARGV[1] == '0' then
  if now then return 0 end
elseif now ~= ARGV[2] then return 0 end
if ARGV[4] == '0' then redis.call('SET', KEYS[1], ARGV[3])
else redis.call('SET', KEYS[1], ARGV[3], 'PXAT', ARGV[4]) end
return 1`)

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, e store.Entry, old []byte) (replaced bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	there, expires := "1", int64(0)
	if old == nil {
		there = "0"
	}
	if !e.Expires.IsZero() {
		expires = max(e.Expires.UnixMilli(), 1)
	}
	err = s.call(ctx, func(ctx context.Context) (err error) {
		replaced, err = replace.Exec(ctx, s.client, []string{s.key(e.Key)}, []string{
			there, rueidis.BinaryString(old), rueidis.BinaryString(e.Value), strconv.FormatInt(expires, 10),
		}).AsBool()
		return err
	})
	return replaced && err == nil, err
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, keys [][]byte) error {
	return s.do(ctx, len(keys),
		func(i int) rueidis.Completed { return s.client.B().Del().Key(s.key(keys[i])).Build() },
		func(_ int, r rueidis.RedisResult) error { return r.Error() })
}

// Scan implements store.Store.
func (s *Store) Scan(ctx context.Context, prefix []byte, yield func(store.Entry) error) error {
	pattern := escaped(s.key(prefix)) + "*"
	for _, node := range s.client.Nodes() {
		for cursor := uint64(0); ; {
			var found rueidis.ScanEntry
			err := s.call(ctx, func(ctx context.Context) (err error) {
				found, err = node.Do(ctx, node.B().Scan().Cursor(cursor).Match(pattern).Count(atOnce).Build()).AsScanEntry()
				return err
			})
			if err != nil {
				return err
			}
			if err := s.scanned(ctx, found.Elements, yield); err != nil {
				return err
			}
			if cursor = found.Cursor; cursor == 0 {
				break
			}
		}
	}
	return ctx.Err()
}

// scanned reads the entries of keys and yields them.
func (s *Store) scanned(ctx context.Context, keys []string, yield func(store.Entry) error) error {
	entries := make([]store.Entry, len(keys))
	err := s.do(ctx, 2*len(keys), func(i int) rueidis.Completed {
		if i%2 == 0 {
			return s.client.B().Get().Key(keys[i/2]).Build()
		}
		return s.client.B().Pttl().Key(keys[i/2]).Build()
	}, func(i int, r rueidis.RedisResult) error {
		e := &entries[i/2]
		if i%2 == 1 {
			left, err := r.AsInt64()
			if left > 0 {
				e.Expires = time.Now().Add(time.Duration(left) * time.Millisecond)
			}
			return err
		}
		value, err := r.AsBytes()
		if rueidis.IsRedisNil(err) { // it expired
			return nil
		}
		e.Key, e.Value = []byte(strings.TrimPrefix(keys[i/2], s.prefix)), append([]byte{}, value...)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Key == nil {
			continue
		}
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}

// escaped returns a text for a pattern that only it matches.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `^`, `\^`, `-`, `\-`).Replace(text)
}

// Close implements store.Store.
func (s *Store) Close() error {
	s.client.Close()
	return nil
}
