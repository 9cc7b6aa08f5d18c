package names

// Foreign is the table of names from elsewhere.
var Foreign = foreign
