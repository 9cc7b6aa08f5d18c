package stats_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

// TestFigures compares with what testdata/figures.py computed by other means.
func TestFigures(t *testing.T) {
	file, err := os.Open("testdata/figures.jsonl")
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Name    string
			Window  int
			Numbers []string
			Figures map[string]struct {
				Want string
				Tol  float64
				Abs  float64
			}
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		require.NotEmpty(t, c.Figures)
		vars := stellar.Vars(map[string]any{"numbers": c.Numbers, "window": c.Window})
		for figure, expected := range c.Figures {
			call, argument, _ := strings.Cut(figure, " ")
			if argument != "" {
				argument = ", " + argument
			}
			got, err := stellar.Eval(context.Background(), "STATS_"+call+"(STATS_ADD(STATS_INIT(window), numbers)"+argument+")", vars)
			require.NoError(t, err, "%s: %s", c.Name, figure)
			want, err := strconv.ParseFloat(expected.Want, 64)
			require.NoError(t, err)
			off := math.Abs(got.(float64) - want)
			if !(got == want || math.IsNaN(want) && math.IsNaN(got.(float64)) || off <= max(expected.Tol*math.Abs(want), expected.Abs)) {
				t.Errorf("%s, window %d: %s is %v, want %v, off by %.2g where %.2g or %.2g of it is allowed",
					c.Name, c.Window, figure, got, want, off, expected.Abs, expected.Tol)
			}
		}
	}
	require.NoError(t, lines.Err())
}
