//go:build linux || darwin || freebsd

package screentest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTry(t *testing.T) {
	s := start(t, terminal{})
	s.prompted()
	s.press("1 + 2\r")
	s.ends("[Stellar]>>> 1 + 2", "3", prompt)
	s.press("[1,\r2]\r")
	s.ends("[1, 2]", prompt)
	s.press("\x1b[1;2R")
	s.press("7\r")
	s.ends("7", prompt)
	s.press("1 + 99")
	s.press(ctrlC)
	s.prompted()
	s.paste("LENGTH('" + strings.Repeat("x", 20000) + "')")
	s.press("\r")
	s.ends("20000", prompt)
	s.paste("LENGTH([" + strings.Repeat("\n1,", 199) + "\n1])")
	s.press("\r")
	s.ends("200", prompt)
	s.press("LENGTH('" + strings.Repeat("x", 5000) + "')\r")
	s.ends("5000", prompt)
	s.press("'ü漢' + 'x\r")
	s.press(ctrlC)
	s.prompted()
	t.Log(strings.Join(s.lines(), "\n"))
	s.press(ctrlD)
	require.Zero(t, s.exit())
}
