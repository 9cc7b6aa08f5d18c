// Package kafkatest runs real Kafka brokers for tests. It needs the signals of Unix.
package kafkatest
