//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package terminal

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lock keeps other processes that call it for a file waiting, until unlock is called. After
// lockTime it goes on in any case: what waits for ever does more harm.
func lock(name string) (unlock func()) {
	file, err := os.OpenFile(name+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return func() {} // the file itself will say why
	}
	for end := time.Now().Add(lockTime); unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return func() { _ = file.Close() }
}
