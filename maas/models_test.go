package maas_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// TestModelsPage reads the files of models that MODELS.md shows.
func TestModelsPage(t *testing.T) {
	page, err := os.ReadFile("MODELS.md")
	require.NoError(t, err)
	files := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(page, -1)
	require.Len(t, files, 3)
	for _, file := range files {
		registry, err := maas.FromFile(writeModels(t, string(file[1])))
		require.NoError(t, err)
		i, ok := maas.NewClient(registry, maas.Options{}).Pick("dga", "")
		require.True(t, ok)
		require.Contains(t, []string{"1.0", "1.1"}, i.Version)
	}
}
