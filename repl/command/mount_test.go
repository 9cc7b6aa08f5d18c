package command

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m     mount
		names map[string]string // what leads where, "" for names that are none of the mount
	}{
		{mount{"site:", "/tmp/x"}, map[string]string{"site:": "/tmp/x", "site:/a.yaml": "/tmp/x/a.yaml", "site:/b/c.yaml": "/tmp/x/b/c.yaml", "site:/../c.yaml": "", "a.yaml": "", "site": "", "sites:/a": "", "/a": ""}},
		{mount{"rules", "rules"}, map[string]string{"rules": "rules", "rules/a.yaml": "rules/a.yaml", "rules2/a.yaml": "", "../rules/a.yaml": "", "/rules/a.yaml": ""}},
		{mount{".", "."}, map[string]string{"a.yaml": "a.yaml", "b/a.yaml": "b/a.yaml", "../a.yaml": "", "/a.yaml": ""}},
		{mount{"../..", "../.."}, map[string]string{"../../a.yaml": "../../a.yaml", "../../../a.yaml": "", "../a.yaml": ""}},
	} {
		for name, where := range c.names {
			name, where = filepath.FromSlash(name), filepath.FromSlash(where)
			path, err := c.m.read(name)
			if where == "" {
				require.ErrorIs(t, err, errOutside, "%v %s", c.m, name)
				require.Equal(t, name, c.m.real(name))
				continue
			}
			require.NoError(t, err, "%v %s", c.m, name)
			require.Equal(t, where, path)
			require.Equal(t, name, c.m.shown(path))
		}
	}
	var none *mount
	path, err := none.read("../a.yaml")
	require.NoError(t, err)
	require.Equal(t, "../a.yaml", path)
	require.Equal(t, "/a", none.shown("/a"))
}
