package dashboard_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/dashboard"
)

// TestGrafana: what Grafana asks of a dashboard that is imported.
func TestGrafana(t *testing.T) {
	text, err := dashboard.Grafana()
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, json.Unmarshal(text, &all))
	id, ok := all["id"]
	require.True(t, ok && id == nil)
	require.NotEmpty(t, all["uid"])
	require.NotEmpty(t, all["title"])
	require.Greater(t, all["schemaVersion"], 30.0)
	ids, titles := map[any]bool{}, map[any]bool{}
	taken := map[[2]int]bool{}
	for _, p := range all["panels"].([]any) {
		panel := p.(map[string]any)
		require.False(t, ids[panel["id"]] || titles[panel["title"]])
		ids[panel["id"]], titles[panel["title"]] = true, true
		require.NotEmpty(t, panel["description"])
		at := func(name string) int { return int(panel["gridPos"].(map[string]any)[name].(float64)) }
		require.LessOrEqual(t, at("x")+at("w"), 24)
		for x := range at("w") {
			for y := range at("h") {
				cell := [2]int{at("x") + x, at("y") + y}
				require.False(t, taken[cell], "%v lies on another panel", panel["title"])
				taken[cell] = true
			}
		}
		refs := map[any]bool{}
		for _, q := range panel["targets"].([]any) {
			target := q.(map[string]any)
			require.False(t, refs[target["refId"]])
			refs[target["refId"]] = true
			require.NotEmpty(t, target["legendFormat"])
		}
	}
	rows := len(taken) / 24
	require.Equal(t, rows*24, len(taken), "there is no gap")
}
