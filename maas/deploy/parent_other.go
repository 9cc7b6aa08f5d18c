//go:build unix && !linux

package deploy

import (
	"os"
	"syscall"
)

// endWithParent asks for nothing, as the system cannot end a process with another one.
func endWithParent() *syscall.SysProcAttr { return nil }

// bound has processes that are started from now on write no core files. Memory is not
// bounded on this system.
func bound(int64) { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }

// startIn does nothing: there are no control groups on this system.
func startIn(*os.File, *syscall.SysProcAttr) {}
