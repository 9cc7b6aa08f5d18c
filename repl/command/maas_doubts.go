package command

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
)

// doubtsAbout says what of a registry can be read, and is probably not what is meant.
func doubtsAbout(s *maas.Snapshot) []string {
	known := append(slices.Collect(maps.Keys(protocol.All(nil, 0))), protocol.NameV2GRPC)
	slices.Sort(known)
	var doubts []string
	weighted, others := make(map[string]bool), make(map[string][]string) // by model
	for _, v := range versionsIn(s) {
		r := v.Release
		if r != nil && len(v.Instances) == 0 {
			doubts = append(doubts, fmt.Sprintf("the release of %s %s has no instance", v.Model, v.Version))
		}
		if !slices.Contains(known, v.protocol()) {
			doubts = append(doubts, fmt.Sprintf("%s %s has the protocol %s, which is none of %s", v.Model, v.Version, v.protocol(), strings.Join(known, ", ")))
		}
		switch {
		case r != nil && r.Shadow:
		case r != nil && r.Weight != nil:
			weighted[v.Model] = true
		case len(v.Instances) > 0:
			others[v.Model] = append(others[v.Model], v.Version)
		}
	}
	for _, model := range slices.Sorted(maps.Keys(others)) {
		if weighted[model] {
			doubts = append(doubts, fmt.Sprintf("%s %s gets no calls that name no version, as others have weights and it has none",
				model, strings.Join(others[model], ", ")))
		}
	}
	return doubts
}
