package tlsh

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// words makes a text of so many bytes, at least.
func words(random *rand.Rand, length int) []byte {
	var text []byte
	for len(text) < length {
		for range 2 + random.IntN(8) {
			text = append(text, 'a'+byte(random.IntN(26)))
		}
		text = append(text, ' ')
	}
	return text
}

func hashOf(t *testing.T, o Options, text string) Hash {
	b := NewBuilder(o)
	for i := 0; i < len(text); i += 7 { // in pieces
		b.Write(text[i:min(i+7, len(text))])
	}
	h, ok := b.Hash()
	require.True(t, ok)
	return h
}

// The text of a hash is read as it was, a changed word makes little difference, and
// another text makes much.
func TestDistance(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, o := range []Options{{}, {Buckets: 256}, {Checksum: 3}, {Buckets: 256, Checksum: 3}} {
		for range 20 {
			text := words(random, 2000)
			h := hashOf(t, o, string(text))
			parsed, err := Parse(h.String())
			require.NoError(t, err)
			require.Equal(t, h, parsed)

			copy(text[1000:], "changed")
			similar, err := Distance(h, hashOf(t, o, string(text)), true)
			require.NoError(t, err)
			other, err := Distance(h, hashOf(t, o, string(words(random, 2000))), true)
			require.NoError(t, err)
			require.Less(t, 2*similar, other)
		}
	}
}

func TestTooShortOrUniform(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		text   string
		anyway bool
		ok     bool
	}{
		{string(words(random, 300)), false, true},
		{string(words(random, 300))[:255], false, false},
		{string(words(random, 200)), true, true},
		{string(make([]byte, 1000)), true, false},
		{"", true, false},
	} {
		b := NewBuilder(Options{Anyway: c.anyway})
		b.Write(c.text)
		_, ok := b.Hash()
		require.Equal(t, c.ok, ok, "%d bytes", len(c.text))
	}
}

// The first numbers of java.util.Random with the seed 0, from Java's documentation of
// its algorithm.
func TestJavaRandom(t *testing.T) {
	r := newJavaRandom(0)
	require.Equal(t, int32(-1155484576), r.next(32))
	require.Equal(t, int32(-723955400), r.next(32))
	r = newJavaRandom(0)
	for range 1000 {
		n := r.below(100)
		require.True(t, n >= 0 && n < 100)
	}
}
