package conversion

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var numberFunctions = []fn.Func{
	{
		Name:      "TO_INTEGER",
		Params:    conversionParams,
		Result:    fn.Int,
		ResultDoc: "the value as an int, null if it cannot be one",
		Doc: "Converts a value to an int, an integer of 32 bits. Fractions are dropped; true is 1; text may have a sign and digits, and blanks around. " +
			"A number that does not fit yields null, as do NaN and text that is not a whole number.",
		Examples: []fn.Example{
			{Expr: "TO_INTEGER('443')", Want: "443"},
			{Expr: "TO_INTEGER(1.9)", Want: "1"},
			{Expr: "TO_INTEGER('n/a')", Want: "null"},
		},
		Cost: textCost,
		Unary: conversion(
			func(v value.Value) (int64, bool) { return value.ToInteger(v, 32) },
			func(i int64) value.Value { return value.Int(int32(i)) },
		),
	},
	{
		Name:      "TO_LONG",
		Params:    conversionParams,
		Result:    fn.Long,
		ResultDoc: "the value as a long, null if it cannot be one",
		Doc:       "Converts a value to a long, an integer of 64 bits, by the rules of TO_INTEGER.",
		Examples: []fn.Example{
			{Expr: "TO_LONG('1700000000123')", Want: "1700000000123L"},
			{Expr: "TO_LONG('1.5')", Want: "null"},
			{Expr: "TO_LONG(1e30)", Want: "null"},
		},
		Cost: textCost,
		Unary: conversion(
			func(v value.Value) (int64, bool) { return value.ToInteger(v, 64) },
			value.Long,
		),
	},
	{
		Name:      "TO_DOUBLE",
		Params:    conversionParams,
		Result:    fn.Double,
		ResultDoc: "the value as a double, null if it cannot be one",
		Doc: "Converts a value to a double, a floating-point number of 64 bits. True is 1.0; text may be a number with fraction and exponent, " +
			"NaN or Infinity, with blanks around. Other text yields null.",
		Examples: []fn.Example{
			{Expr: "TO_DOUBLE('1.5e3')", Want: "1500.0"},
			{Expr: "TO_DOUBLE('1,500')", Want: "null"},
		},
		Cost:  textCost,
		Unary: conversion(value.ToDouble, value.Double),
	},
	{
		Name:      "TO_FLOAT",
		Params:    conversionParams,
		Result:    fn.Float,
		ResultDoc: "the value as a float, null if it cannot be one",
		Doc: "Converts a value to a float, a floating-point number of 32 bits, by the rules of TO_DOUBLE. " +
			"A number above the largest float yields null, text of such a number Infinity.",
		Examples: []fn.Example{
			{Expr: "TO_FLOAT('1.5')", Want: "1.5f"},
			{Expr: "TO_FLOAT('n/a')", Want: "null"},
		},
		Cost:  textCost,
		Unary: conversion(value.ToFloat, value.Float),
	},
	{
		Name:      "TO_BOOLEAN",
		Params:    conversionParams,
		Result:    fn.Bool,
		ResultDoc: "the value as a bool, null if it cannot be one",
		Doc:       "Converts a value to a bool: true, yes, y, on and 1 are true, and false, no, n, off and 0 are false, whatever their case. Anything else yields null. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "TO_BOOLEAN('Yes')", Want: "true"},
			{Expr: "TO_BOOLEAN(0)", Want: "false"},
			{Expr: "TO_BOOLEAN('maybe')", Want: "null"},
		},
		Cost:  textCost,
		Unary: conversion(truth, value.Bool),
	},
}

var conversionParams = []fn.Param{
	{Name: "value", Kinds: fn.Any, Null: fn.NullYieldsNull, Doc: "a number, bool or text; a list or set stands for its first item, other values yield null"},
}

// textCost is that of reading a long text as a number.
const textCost fn.Cost = 8

// conversion makes a body of a conversion: what it cannot convert yields null.
func conversion[T any](convert func(value.Value) (T, bool), wrap func(T) value.Value) fn.Unary {
	return func(v value.Value, _ fn.Budget) (value.Value, error) {
		converted, ok := convert(v)
		if !ok {
			return value.Null, nil
		}
		return wrap(converted), nil
	}
}

// truth is value.ToBool, for which a number of any kind counts by its value.
func truth(v value.Value) (b, ok bool) {
	if n, isNumber := v.Number(); isNumber {
		return n == 1, n == 0 || n == 1
	}
	return value.ToBool(v)
}
