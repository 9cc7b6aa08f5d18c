package stellar_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/stellarlang/stellar/"

// layers lists the packages, each with what it may import of this module besides
// itself; folders below belong to the same layer. It is the table of the design:
// an import that is not here needs a decision first.
var layers = map[string][]string{
	"grammar":                      {},
	"stellar/value":                {},
	"stellar/diag":                 {"stellar/value"},
	"stellar/internal/names":       {},
	"stellar/fn":                   {"stellar/internal/names", "stellar/diag", "stellar/value"},
	"stellar/binary":               {"stellar/fn", "stellar/value"},
	"stellar/internal/syntax":      {"grammar", "stellar/internal/names", "stellar/diag", "stellar/value"},
	"stellar/internal/analysis":    {"stellar/internal/syntax", "stellar/internal/names", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/internal/compile":     {"stellar/internal/analysis", "stellar/internal/syntax", "stellar/internal/names", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar":                      {"functions", "stellar/internal/syntax", "stellar/internal/names", "stellar/internal/compile", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/assist":               {"stellar", "stellar/internal/syntax", "stellar/internal/names", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/search":               {"functions", "stellar/internal/names", "stellar/fn"},
	"stellar/internal/unpack":      {},
	"stellar/table/spec":           {"stellar/internal/names"},
	"stellar/table":                {"functions/table", "stellar/table/spec", "stellar/internal/names", "stellar/internal/unpack", "stellar/fn", "stellar/value"},
	"stellar/store":                {"stellar", "functions/enrich", "functions/profile", "stellar/profiler", "stellar/binary", "stellar/fn", "stellar/value"},
	"stellar/profiler":             {"functions/profile", "stellar", "stellar/rules", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/rules":                {"stellar/table/spec", "functions/match", "functions/profile", "stellar/profiler", "stellar", "stellar/internal/syntax", "stellar/internal/names", "stellar/internal/analysis", "stellar/internal/compile", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/rules/fleet":          {"maas"},
	"stellar/stream":               {"stellar/rules", "stellar/internal/unpack", "stellar/diag"},
	"stellar/stream/kafka":         {"functions/kafka", "stellar", "stellar/profiler", "stellar/rules", "stellar/store", "stellar/stream", "stellar/binary", "stellar/fn", "stellar/diag", "stellar/value"},
	"stellar/stream/kafka/metrics": {"stellar/stream/kafka"},
	"stellar/stream/dashboard":     {"maas/dashboard", "stellar/rules/fleet", "stellar/stream/kafka/metrics"},
	"stellar/stream/replay":        {"stellar", "stellar/rules", "stellar/stream", "stellar/diag", "stellar/value"},
	"maas/balance":                 {},
	"maas/protocol":                {"stellar/value"},
	"maas/gateway":                 {"maas", "stellar/value"},
	"maas/monitor":                 {"maas", "maas/protocol", "stellar/value"},
	"maas/dashboard":               {"maas/metrics"},
	"maas/mlflow":                  {"maas", "maas/protocol"},
	"maas/metrics":                 {"maas", "maas/monitor", "maas/protocol"},
	"maas/deploy":                  {"maas", "stellar/value"},
	"maas/control":                 {"maas", "maas/deploy"},
	"maas":                         {"maas/balance", "maas/protocol", "stellar/fn", "stellar/value"},
	"repl":                         {"stellar", "stellar/assist", "stellar/rules", "stellar/search", "stellar/fn", "stellar/diag", "stellar/value", "repl/display", "stellar/stream"},
	"repl/console":                 {"functions/match", "functions/useragent", "stellar", "stellar/assist", "stellar/rules", "stellar/search", "stellar/fn", "stellar/diag", "stellar/value"},
	"repl/console/models":          {"maas", "maas/control", "maas/deploy", "maas/monitor", "maas/protocol", "repl/console", "repl/display", "stellar/value"},
	"repl/display":                 {"stellar/fn", "stellar/value"},
	"repl/terminal":                {"stellar/stream"},
	"repl/library":                 {"stellar/table", "functions", "functions/enrich", "functions/geo", "functions/table", "functions/file", "functions/kafka", "functions/match", "functions/object", "functions/profile", "functions/rest", "functions/shell", "functions/system", "functions/useragent", "maas", "stellar", "stellar/rules", "stellar/fn", "stellar/value"},
	"repl/command":                 {"stellar/table", "stellar/table/spec", "functions/table", "functions/geo", "repl", "repl/library", "repl/terminal", "repl/console", "repl/console/models", "stellar", "stellar/assist", "stellar/rules", "stellar/rules/fleet", "stellar/search", "stellar/stream", "stellar/stream/kafka", "stellar/stream/kafka/metrics", "stellar/stream/dashboard", "stellar/stream/replay", "stellar/fn", "stellar/diag", "stellar/value", "stellar/profiler", "stellar/store", "stellar/binary", "functions/profile", "functions/enrich", "functions/file", "functions/kafka", "functions/object", "functions/rest", "functions/system", "functions/useragent", "functions/match", "maas", "maas/protocol", "maas/control", "maas/deploy", "maas/gateway", "maas/metrics", "maas/monitor", "maas/dashboard", "repl/display", "functions/shell", "maas/mlflow"},
	"repl/cmd":                     {"repl/command"},
	"examples":                     {"functions", "functions/profile", "stellar", "stellar/rules", "stellar/profiler", "stellar/store", "stellar/fn", "stellar/value", "maas"},

	// No family of functions imports another one.
	"functions/internal":   {"stellar/binary", "stellar/fn", "stellar/value"},
	"functions/text":       {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/conversion": {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/collection": {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/number":     {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/sketch":     {"functions/internal", "stellar/binary", "stellar/fn", "stellar/value"},
	"functions/stats":      {"functions/internal", "stellar/binary", "stellar/fn", "stellar/value"},
	"functions/network":    {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/encoding":   {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/date":       {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/digest":     {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/enrich":     {"stellar/fn", "stellar/value"},
	"functions/table":      {"stellar/fn", "stellar/value"},
	"functions/geo":        {"stellar/fn", "stellar/value"},
	"functions/file":       {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/rest":       {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/kafka":      {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/object":     {"functions/internal", "stellar/binary", "stellar/fn", "stellar/value"},
	"functions/profile":    {"functions/internal", "stellar/binary", "stellar/fn", "stellar/value"},
	"functions/state":      {"stellar/binary", "stellar/fn", "stellar/value"},
	"functions/system":     {"stellar/fn", "stellar/value"},
	"functions/shell":      {"stellar/fn", "stellar/value"},
	"functions/useragent":  {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/geohash":    {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/parse":      {"functions/internal", "stellar/fn", "stellar/value"},
	"functions/match":      {"stellar/fn", "stellar/value"},
	"functions/bytearray":  {"functions/internal", "stellar/fn", "stellar/value"},
	"functions": {
		"functions/text", "functions/conversion", "functions/collection", "functions/number", "functions/state", "functions/stats", "functions/sketch", "functions/network",
		"functions/date", "functions/encoding", "functions/digest", "functions/geohash", "functions/parse", "functions/bytearray",
		"stellar/fn", "stellar/value",
	},
	"functions/internal/reference": {"functions", "repl/library", "stellar/fn"},
}

// light are the packages that programs embed; third lists all that they may
// bring along.
var (
	light = []string{"grammar", "stellar/value", "stellar/binary", "stellar/diag", "stellar/internal/names", "stellar/fn", "stellar/internal/syntax", "stellar/internal/analysis", "stellar/internal/compile", "functions", "stellar"}
	third = []string{
		"github.com/antlr4-go/antlr/v4", "golang.org/x/exp", "github.com/go-json-experiment/json",
		"github.com/hashicorp/golang-lru/v2", "golang.org/x/net", "golang.org/x/text",
	}
)

func TestImportsPointDown(t *testing.T) {
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			ImportPath    string
			Imports, Deps []string
		}
		require.NoError(t, d.Decode(&p))
		path := strings.TrimPrefix(p.ImportPath, module)
		layer := layerOf(path)
		require.NotEmpty(t, layer, "%s is in no layer", path)
		seen[layer] = true
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			imported = strings.TrimPrefix(imported, module)
			require.True(t, layerOf(imported) == layer || slices.Contains(layers[layer], layerOf(imported)), "%s imports %s", path, imported)
		}
		if slices.Contains(light, layer) {
			for _, dependency := range p.Deps {
				first, _, _ := strings.Cut(dependency, "/")
				if strings.Contains(first, ".") && !strings.HasPrefix(dependency, module) {
					require.True(t, within(dependency, third), "%s, which must stay light, depends on %s", path, dependency)
				}
			}
		}
	}
	for layer := range layers {
		require.True(t, seen[layer], "no package in layer %s", layer)
	}
}

func TestANTLRStaysInSyntax(t *testing.T) {
	command := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Imports}}", "./...")
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		path, imports, _ := strings.Cut(line, " ")
		if strings.Contains(imports, "antlr") {
			require.Contains(t, []string{module + "grammar", module + "stellar/internal/syntax"}, path)
		}
	}
}

// TestGRPCIsForThoseWhoWantIt: only package maas/protocol/grpc, and the command, bring it.
func TestGRPCIsForThoseWhoWantIt(t *testing.T) {
	command := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Deps}}", "./...")
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		path, dependencies, _ := strings.Cut(line, " ")
		if strings.Contains(dependencies, "google.golang.org/grpc") {
			require.Contains(t, []string{module + "maas/protocol/grpc", module + "repl/command", module + "repl/cmd/stellar"}, path)
		}
	}
}

// layerOf returns the most precise layer of a package.
func layerOf(path string) string {
	best := ""
	for layer := range layers {
		if within(path, []string{layer}) && len(layer) > len(best) {
			best = layer
		}
	}
	return best
}

// within reports whether path is, or is below, one of the folders.
func within(path string, folders []string) bool {
	for _, folder := range folders {
		if path == folder || strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	return false
}
