// Package encoding has the functions that write bytes as text, such as BASE64, and
// read them back.
package encoding

import "github.com/stellarlang/stellar/stellar/fn"

// Library returns the family.
func Library() fn.Library {
	return fn.Library{
		Name:      "encoding",
		Doc:       "bytes as text: BASE64, BASE32, hexadecimal and binary digits",
		Functions: encodingFunctions,
	}
}
