//go:build !linux

package control

// groups are control groups, which this system has not.
type groups struct{}

func openGroups(string) *groups { return nil }

func (*groups) path(Unit) string { return "" }

func (*groups) bounds(string) bool { return false }

func (*groups) make(Replica) error { return nil }

func (*groups) remove(Unit) {}

// String says what is bounded.
func (*groups) String() string { return "no core files" }
