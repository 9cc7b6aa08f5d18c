package metrics

// The names of the metrics, for dashboards and alerts.
const (
	Calls             = "stellar_model_calls_total"
	CallDuration      = "stellar_model_call_duration_seconds"
	Attempts          = "stellar_model_attempts_total"
	AttemptDuration   = "stellar_model_attempt_duration_seconds"
	RequestBytes      = "stellar_model_request_bytes_total"
	ResponseBytes     = "stellar_model_response_bytes_total"
	ShadowComparisons = "stellar_model_shadow_comparisons_total"
	InFlight          = "stellar_model_in_flight"
	QueueLength       = "stellar_model_queue_length"
	Instances         = "stellar_model_instances"
	Info              = "stellar_model_info"
	Ejections         = "stellar_model_ejections_total"
	RegistryEvents    = "stellar_registry_events_total"
	Score             = "stellar_model_score"
	DriftRatio        = "stellar_model_drift_ratio"
	DriftLevel        = "stellar_model_drift_level"
	InputValues       = "stellar_model_input_values_total"
	InputNulls        = "stellar_model_input_nulls_total"
	InputInvalid      = "stellar_model_input_invalid_total"
	Dropped           = "stellar_monitor_dropped_total"
)
