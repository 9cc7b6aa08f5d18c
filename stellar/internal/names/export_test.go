package names

// Foreign and None are the tables of names from elsewhere.
var (
	Foreign = foreign
	None    = none
)
