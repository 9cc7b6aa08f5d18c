package stellar_test

import (
	"syscall"
	"time"
	"unsafe"
)

// threadTime returns the processor time that the thread has had, from some start.
// That of getrusage counts in steps of milliseconds on many machines.
func threadTime() time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		panic(errno)
	}
	return time.Duration(t.Nano())
}
