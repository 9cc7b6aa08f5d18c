package deploy

import (
	"os"
	"syscall"
)

// endWithParent has the system end a process with the thread that starts it.
func endWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }

// bound bounds what processes that are started from now on may take. Core files are of
// no use to anybody here.
func bound(data int64) {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
	if data > 0 {
		_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: uint64(data), Max: uint64(data)})
	}
}

// startIn has a process start in a control group.
func startIn(group *os.File, attributes *syscall.SysProcAttr) {
	attributes.UseCgroupFD, attributes.CgroupFD = true, int(group.Fd())
}
