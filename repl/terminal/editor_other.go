//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package terminal

import "context"

// Editor reads texts in a terminal, where they are edited. There is none for this system.
type Editor struct{}

// NewEditor fails with ErrNoEditor.
func NewEditor(context.Context, EditorOptions) (*Editor, string, error) { return nil, "", ErrNoEditor }

// Read implements Input.
func (*Editor) Read() (string, error) { return "", ErrNoEditor }

// Drop implements Input.
func (*Editor) Drop() {}
