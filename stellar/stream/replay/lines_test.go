package replay

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/stream"
)

// TestRoom: no more lines are read than there is room for, until some are released or the
// context ends.
func TestRoom(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	text := strings.Repeat(strings.Repeat("x", 999)+"\n", 20)
	r := newLineReader(ctx, []stream.Source{{Name: "s", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}})
	r.room = 3500
	lines := make(chan line, 20)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for l := range r.all {
			lines <- l
		}
	}()
	for range 10 { // each of which makes room for the next one
		r.release(<-lines)
	}
	require.Eventually(t, func() bool { return len(lines) == 3 }, 10*time.Second, time.Millisecond)
	r.mu.Lock()
	require.LessOrEqual(t, r.inFlight, r.room)
	r.mu.Unlock()
	cancel()
	<-ended
	require.Len(t, lines, 3)
	require.NoError(t, r.failed)
}
