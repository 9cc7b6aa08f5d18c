package maas

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEjectionGrowsAndEndsWithAnAnswer(t *testing.T) {
	const url = "http://a"
	h, now := newHealth(), time.Now()
	broken := errors.New("connection refused")
	for _, want := range []time.Duration{5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600} {
		h.note(url, broken, now)
		now = now.Add(want*time.Second - 1)
		require.True(t, h.ejected(url, now))
		now = now.Add(1)
		require.False(t, h.ejected(url, now))
	}
	h.note(url, &StatusError{Code: 404}, now) // it lives
	h.note(url, broken, now)
	require.True(t, h.ejected(url, now))
	require.False(t, h.ejected(url, now.Add(5*time.Second)))
	h.note(url, nil, now)
	require.False(t, h.ejected(url, now))
}
