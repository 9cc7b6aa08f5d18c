package metrics

// The names of the metrics, for dashboards and alerts.
const (
	Messages     = "stellar_messages_total"
	MessageTime  = "stellar_message_seconds"
	Lag          = "stellar_lag_messages"
	LagTime      = "stellar_lag_seconds"
	Partitions   = "stellar_partitions_assigned"
	Rebalances   = "stellar_rebalances_total"
	Commits      = "stellar_commits_total"
	Transactions = "stellar_transactions_total"
	Reconnects   = "stellar_reconnects_total"
	Unreadable   = "stellar_unreadable_batches_total"
	Moved        = "stellar_loop_moved_timestamp_seconds"
	Buffered     = "stellar_buffered_records"
	BufferedSize = "stellar_buffered_bytes"
)
