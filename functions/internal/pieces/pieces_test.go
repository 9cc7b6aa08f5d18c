package pieces_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// account is a budget of so many steps.
type account struct {
	fn.Budget
	steps int64
}

var errUsedUp = errors.New("used up")

func (a *account) Spend(steps int64) error {
	if a.steps -= steps; a.steps < 0 {
		return errUsedUp
	}
	return nil
}

// TestPieces: pieces of any text are those of its characters, in order.
func TestPieces(t *testing.T) {
	for _, unit := range []string{"x", "ä", "語", "𐐀", "\x80", "\xf0\x90", "x𐐀語\xffä\x80\x80\x80\x80\x80"} {
		for offset := range 5 {
			text := strings.Repeat("-", offset) + strings.Repeat(unit, 3*pieces.Size/len(unit))
			var characters []rune
			count := 0
			for rest := text; rest != ""; count++ {
				piece, err := pieces.First(nil, rest)
				require.NoError(t, err)
				characters = append(characters, []rune(piece)...)
				rest = rest[len(piece):]
			}
			require.Equal(t, string([]rune(text)), string(characters), "%q %d", unit, offset)
			require.InDelta(t, 3.5, count, 0.5)
		}
	}
}

func TestBudget(t *testing.T) {
	text := strings.Repeat("x", pieces.Size+1)
	budget := account{steps: pieces.Size / 64}
	piece, err := pieces.First(&budget, text)
	require.NoError(t, err)
	require.Len(t, piece, pieces.Size)
	piece, err = pieces.First(&budget, piece) // a short one is free
	require.NoError(t, err)
	require.Len(t, piece, pieces.Size)
	_, err = pieces.First(&budget, text)
	require.ErrorIs(t, err, errUsedUp)
}
