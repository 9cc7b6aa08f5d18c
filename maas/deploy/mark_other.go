//go:build unix && !linux

package deploy

const markName = "STELLAR_REPLICA"

// mark returns the variable for the folder of an instance.
func mark(folder string) string { return markName + "=" + folder }

// endMarked ends nothing: what other processes were started with is not known here.
func endMarked(string) {}
