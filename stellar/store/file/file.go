// Package file is a store in one file, a B+ tree of bbolt, which survives crashes at any
// moment. One process writes it, or several read it.
package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/stellarlang/stellar/stellar/store"
)

// Store is a store in a file.
type Store struct {
	db      *bbolt.DB
	name    string
	damaged atomic.Bool // a transaction may hold its locks for ever
}

var _ store.Store = (*Store)(nil)

// bucket has all entries: after eight bytes with when it expires, in milliseconds since
// 1970 or 0, the value.
var bucket = []byte("entries")

const expirySize = 8

// lockTime is how long opening waits for another process.
const lockTime = 2 * time.Second

// ErrInUse says that another process has the file.
var ErrInUse = errors.New("another process uses it, and a file is written by one process, or read by several; Redis (redis://HOST) is for more")

// ErrDamaged says that the file is no store, or not as it was written.
var ErrDamaged = errors.New("it is no store, or is damaged")

var errOther = errors.New("it is the file of another program")

// Open opens a file, and makes it if there is none. No other process can use it then.
func Open(name string) (*Store, error) {
	s, err := open(name, bbolt.Options{})
	if err != nil {
		return nil, err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		if first, _ := tx.Cursor().First(); first != nil && tx.Bucket(bucket) == nil {
			return errOther
		}
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	return s.orClosed(err)
}

// orClosed returns s, or closes it if err is one.
func (s *Store) orClosed(err error) (*Store, error) {
	if err == nil {
		return s, nil
	}
	_ = s.Close()
	return nil, named(s.name, err)
}

// named returns an error with the name of the file, which ErrDamaged has.
func named(name string, err error) error {
	if errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("store %s: %w", name, err)
}

// view calls do with a transaction that reads.
func (s *Store) view(do func(tx *bbolt.Tx) error) error {
	return s.guarded(func() error { return s.db.View(do) })
}

// update calls do with a transaction that writes.
func (s *Store) update(do func(tx *bbolt.Tx) error) error {
	return s.guarded(func() error { return s.db.Update(do) })
}

// guarded calls do. bbolt panics where the file is damaged, and reading memory that it maps
// faults where the file is too short.
func (s *Store) guarded(do func() error) (err error) {
	if s.damaged.Load() {
		return fmt.Errorf("store %s: %w", s.name, ErrDamaged)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if cause := recover(); cause != nil {
			s.damaged.Store(true)
			err = fmt.Errorf("store %s: %w", s.name, ErrDamaged)
			if _, of := cause.(runtime.Error); !of { // which says nothing to people
				err = fmt.Errorf("%w: %.100v", err, cause)
			}
		}
	}()
	return do()
}

// OpenReadOnly opens a file, which other processes may read at the same time. What would
// change it fails.
func OpenReadOnly(name string) (*Store, error) {
	s, err := open(name, bbolt.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return s.orClosed(s.view(checkBucket))
}

func checkBucket(tx *bbolt.Tx) error {
	if tx.Bucket(bucket) == nil {
		return errOther
	}
	return nil
}

func open(name string, options bbolt.Options) (*Store, error) {
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("store %s: it is no file", name)
	case err == nil && info.Size() == 0 && options.ReadOnly:
		return nil, fmt.Errorf("store %s: it is no store, as it is empty", name)
	}
	options.Timeout, options.FreelistType = lockTime, bbolt.FreelistMapType
	s := &Store{name: name}
	err := s.guarded(func() (err error) {
		s.db, err = bbolt.Open(name, 0o600, &options)
		return err
	})
	switch {
	case errors.Is(err, ErrDamaged):
		return nil, err
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, fmt.Errorf("store %s: %w", name, ErrInUse)
	case errors.As(err, new(*fs.PathError)), errors.As(err, new(syscall.Errno)):
		return nil, fmt.Errorf("store: %w", err)
	case err != nil:
		return nil, fmt.Errorf("store %s: %w: %w", name, ErrDamaged, err)
	}
	return s, nil
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	now := time.Now()
	err := s.view(func(tx *bbolt.Tx) error {
		entries := tx.Bucket(bucket)
		for i, key := range keys {
			if err := ctx.Err(); err != nil {
				return err
			}
			if raw := entries.Get(key); raw != nil && !expired(raw, now) {
				values[i] = append([]byte{}, raw[expirySize:]...)
			}
		}
		return nil
	})
	return values, err
}

// atOnce is how many bytes a transaction writes at most, about.
const atOnce = 16 << 20

// Put implements store.Store. What a transaction writes is written as a whole.
func (s *Store) Put(ctx context.Context, entries []store.Entry) error {
	for len(entries) > 0 {
		n := 0
		for size := 0; n < len(entries) && size < atOnce; n++ {
			size += len(entries[n].Key) + len(entries[n].Value)
		}
		if err := s.put(ctx, entries[:n]); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// put puts entries in the order of their keys: bbolt keeps the new ones in one sorted list,
// and putting one among them moves all after it.
func (s *Store) put(ctx context.Context, entries []store.Entry) error {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b store.Entry) int { return bytes.Compare(a.Key, b.Key) })
	return s.update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		for i := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := b.Put(entries[i].Key, written(&entries[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, e store.Entry, old []byte) (replaced bool, err error) {
	err = s.update(func(tx *bbolt.Tx) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := tx.Bucket(bucket)
		raw := b.Get(e.Key)
		there := raw != nil && !expired(raw, time.Now())
		if there != (old != nil) || there && !bytes.Equal(raw[expirySize:], old) {
			return nil
		}
		replaced = true
		return b.Put(e.Key, written(&e))
	})
	return replaced && err == nil, err
}

func written(e *store.Entry) []byte {
	raw := make([]byte, expirySize, expirySize+len(e.Value))
	if !e.Expires.IsZero() {
		binary.BigEndian.PutUint64(raw, uint64(max(e.Expires.UnixMilli(), 1)))
	}
	return append(raw, e.Value...)
}

// expiry returns when an entry expires, the zero time for never.
func expiry(raw []byte) time.Time {
	if milliseconds := binary.BigEndian.Uint64(raw); milliseconds > 0 {
		return time.UnixMilli(int64(milliseconds))
	}
	return time.Time{}
}

// expired reports whether an entry is gone, or is none.
func expired(raw []byte, now time.Time) bool {
	if len(raw) < expirySize {
		return true
	}
	at := expiry(raw)
	return !at.IsZero() && !at.After(now)
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, keys [][]byte) error {
	return s.update(func(tx *bbolt.Tx) error {
		entries := tx.Bucket(bucket)
		for _, key := range keys {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := entries.Delete(key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Scan implements store.Store. The entries come in the order of their keys.
func (s *Store) Scan(ctx context.Context, prefix []byte, yield func(store.Entry) error) error {
	now := time.Now()
	return s.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(bucket).Cursor()
		for key, raw := cursor.Seek(prefix); bytes.HasPrefix(key, prefix) && key != nil; key, raw = cursor.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if expired(raw, now) {
				continue
			}
			e := store.Entry{Key: bytes.Clone(key), Value: append([]byte{}, raw[expirySize:]...), Expires: expiry(raw)}
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Close implements store.Store. A file that is damaged stays open, as closing it would
// wait for a transaction that has not ended.
func (s *Store) Close() error {
	if s.damaged.Load() {
		return nil
	}
	return s.guarded(s.db.Close)
}

// Compact writes a file anew, without what has expired and without the room of what was
// deleted. It returns the sizes before and after, in bytes. The file is replaced in one
// step.
func Compact(ctx context.Context, name string) (before, after int64, err error) {
	if before, err = size(name); err != nil {
		return 0, 0, fmt.Errorf("store %s: %w", name, err)
	}
	if name, err = filepath.EvalSymlinks(name); err != nil { // the file is replaced, not the link
		return 0, 0, err
	}
	from, err := open(name, bbolt.Options{})
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = from.Close() }()
	if err := from.view(checkBucket); err != nil {
		return 0, 0, named(name, err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return 0, 0, err
	}
	made := f.Name()
	defer func() { _ = os.Remove(made) }()
	if err := f.Close(); err != nil {
		return 0, 0, err
	}
	if err := copyTo(ctx, made, from); err != nil {
		return 0, 0, named(name, err)
	}
	if info, err := os.Stat(name); err == nil {
		_ = os.Chmod(made, info.Mode()) // not all file systems have modes
	}
	if after, err = size(made); err != nil {
		return 0, 0, err
	}
	if err := os.Rename(made, name); err != nil { // while the lock of the old file is held
		return 0, 0, err
	}
	return before, after, nil
}

func size(name string) (int64, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errors.New("there is no such file")
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func copyTo(ctx context.Context, name string, from *Store) error {
	made, err := Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = made.Close() }()
	var batch []store.Entry
	held := 0
	put := func() error {
		err := made.Put(ctx, batch)
		batch, held = batch[:0], 0
		return err
	}
	err = from.Scan(ctx, nil, func(e store.Entry) error {
		batch = append(batch, e)
		if held += len(e.Key) + len(e.Value); held < atOnce {
			return nil
		}
		return put()
	})
	if err != nil {
		return err
	}
	if err := put(); err != nil {
		return err
	}
	return made.Close()
}
