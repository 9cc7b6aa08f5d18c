package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"

	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/file"
	"github.com/stellarlang/stellar/stellar/store/redis"
)

// storeFlag names the store of what outlasts a run.
type storeFlag struct {
	Store string `group:"Profiles and enrichments:" placeholder:"STORE" help:"Where measurements of profiles and enrichments are kept: a file, or a server, redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], that several processes share."`
}

// openStore opens the store, nil if none is named. A file that is written is made if there
// is none, and no other process can use it.
func (f *storeFlag) openStore(ctx context.Context, write bool) (store.Store, error) {
	switch {
	case f.Store == "":
		return nil, nil
	case redis.IsURL(f.Store):
		s, err := redis.Open(ctx, f.Store)
		if err != nil {
			return nil, called(ctx, storeAway(f.Store, err))
		}
		return s, nil
	}
	open := file.OpenReadOnly
	if write {
		open = file.Open
	}
	s, err := open(f.Store)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// storeAway returns an error that says what to do, in place of one that a server cannot be
// reached. Others it returns as they are.
func storeAway(store string, err error) error {
	var network *net.OpError
	at, malformed := url.Parse(store)
	if malformed != nil || !errors.As(err, &network) {
		return err
	}
	reason := network.Err
	var call *os.SyscallError
	if errors.As(reason, &call) {
		reason = call.Err
	}
	return fmt.Errorf("the store at %s cannot be reached: %w: see whether Redis or Valkey runs there, and can be reached from this machine", at.Host, reason)
}
