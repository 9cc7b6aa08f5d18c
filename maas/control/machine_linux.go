package control

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// machineMemory returns how many bytes of memory there are: those of the machine, or of
// the container if that has less.
func machineMemory() (int64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	var kib int64
	if _, err := fmt.Fscanf(bytes.NewReader(text), "MemTotal: %d kB", &kib); err != nil {
		return 0, err
	}
	memory := kib << 10
	if limit, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if most, err := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64); err == nil && most > 0 {
			memory = min(memory, most)
		}
	}
	return memory, nil
}
