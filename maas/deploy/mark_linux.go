package deploy

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// markName is the variable by which processes of an instance are known, also those that
// have left its group, or whose guard was killed.
const markName = "STELLAR_REPLICA"

// mark returns the variable for the folder of an instance.
func mark(folder string) string { return markName + "=" + folder }

// endMarked ends all processes that were started with a mark, but this one. Those of other
// users cannot be seen, nor could they be ended.
func endMarked(mark string) {
	const most = 20 // a process may start another one before it is ended
	for range most {
		found := false
		entries, err := os.ReadDir("/proc")
		if err != nil {
			return
		}
		for _, e := range entries {
			if pid, err := strconv.Atoi(e.Name()); err == nil && pid != os.Getpid() && endIfMarked(pid, []byte(mark)) {
				found = true
			}
		}
		if !found {
			return
		}
		time.Sleep(time.Millisecond) // what was killed takes a moment to go
	}
}

// endIfMarked ends a process that was started with a mark, and reports whether it did.
func endIfMarked(pid int, mark []byte) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil || !isMarked(text, mark) {
		return false
	}
	p, err := os.FindProcess(pid) // from here on it is this one that is ended, and no successor
	if err != nil {
		return false
	}
	defer func() { _ = p.Release() }()
	text, err = os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && isMarked(text, mark) && p.Kill() == nil
}

func isMarked(environment, mark []byte) bool {
	for variable := range bytes.SplitSeq(environment, []byte{0}) {
		if bytes.Equal(variable, mark) {
			return true
		}
	}
	return false
}
