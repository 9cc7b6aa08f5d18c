#!/bin/sh
# Generates the parser from Stellar.g4 with antlr-ng, which needs Node.js and
# npm. The version is pinned: its output must fit the runtime in go.mod
# (github.com/antlr4-go/antlr/v4 v4.13.1).
set -eu
cd "$(dirname "$0")"
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
npm install --silent --no-audit --no-fund --prefix "$tool" antlr-ng@1.0.10 >/dev/null
"$tool/node_modules/.bin/antlr-ng" -Dlanguage=Go -p grammar --generate-listener false -o "$tool/out" Stellar.g4
for file in lexer parser; do
	{
		echo '// Code generated from Stellar.g4 by antlr-ng. DO NOT EDIT.'
		echo
		if [ $file = parser ]; then
			echo '// Package grammar is the parser that ANTLR generates from Stellar.g4.'
		fi
		sed "/./,\$!d" "$tool/out/stellar_$file.go"
	} | gofmt >stellar_$file.go
done
