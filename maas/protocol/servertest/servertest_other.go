//go:build !unix

// Package servertest runs real model servers for tests.
package servertest
