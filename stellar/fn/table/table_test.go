package table_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn/table"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		table table.Table
		want  string
	}{
		{table.Table{Headers: []string{"n"}, Rows: [][]string{{"1"}, {"22"}}},
			"╔═════════╗\n║ n       ║\n╠═════════╣\n║ 1       ║\n╟─────────╢\n║ 22      ║\n╚═════════╝\n"},
		{table.Table{Headers: []string{"a", "b"}, Rows: [][]string{{"one\n😀", "\n\nx\n\n"}}},
			"╔═════╤═══╗\n║ a   │ b ║\n╠═════╪═══╣\n║ one │   ║\n║ 😀  │   ║\n║     │ x ║\n╚═════╧═══╝\n"},
		{table.Table{Headers: []string{"Group", "Field"}},
			"╔═══════╤═══════╗\n║ Group │ Field ║\n╠═══════╧═══════╣\n║ (empty)       ║\n╚═══════════════╝\n"},
		{table.Table{Headers: []string{"n"}}, "╔═════════╗\n║ n       ║\n╠═════════╣\n║ (empty) ║\n╚═════════╝\n"},
	} {
		got := c.table.String()
		require.Equal(t, c.want, got)
		require.GreaterOrEqual(t, c.table.Size(), int64(len(got)))
	}
}
