//go:build !unix

package deploy

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/stellarlang/stellar/maas"
)

type process struct {
	done   chan struct{}
	err    error
	output func() string
}

var errSystem = errors.New("models are run on Unix systems only")

func start(_, _ []string, _ string, _ []string, _ *lines) (*process, error) { return nil, errSystem }

func startAt(*Home, []string, []string, string, []string, int64) (*process, error) {
	return nil, errSystem
}

func (*replica) takeOver(context.Context) (*process, life, error) { return nil, life{}, nil }

func (*process) stop(time.Duration, <-chan struct{}) {}

// Guard does nothing on this system.
func Guard([]string) int { return 1 }

// Lives returns false: models do not run on this system.
func (*Home) Lives() (maas.Instance, bool) { return maas.Instance{}, false }

// Lock fails: models do not run on this system.
func Lock(string) (*os.File, bool, error) { return nil, false, errSystem }
