package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand says which version the command is.
type versionCommand struct{}

// Run is called by the parser of the command line.
func (*versionCommand) Run(s *streams) error {
	_, err := fmt.Fprintf(s.out, "stellar %s (%s, %s/%s)\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion returns the version of the module that the command was built from: a tag,
// one that Go makes of the commit, or else the commit.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if info.Main.Version == "(devel)" {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return "commit " + setting.Value[:min(len(setting.Value), 12)]
			}
		}
	}
	return info.Main.Version
}
