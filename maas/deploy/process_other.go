//go:build !unix

package deploy

import (
	"errors"
	"io"
	"time"
)

type process struct {
	done chan struct{}
	err  error
}

var errSystem = errors.New("models are run on Unix systems only")

func start(_, _ []string, _ string, _ []string, _ io.Writer) (*process, error) { return nil, errSystem }

func (*process) stop(time.Duration) {}

// Guard does nothing on this system.
func Guard([]string) int { return 1 }
