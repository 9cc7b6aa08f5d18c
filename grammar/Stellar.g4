// The grammar of Stellar. One left-recursive rule carries all precedences, from
// the tightest binding down; a ladder of one rule per level costs the parser a
// pass through every level for each operand. What may stand beside an operator
// without parentheses is looser here than in the language; package syntax
// refuses the rest with messages of its own.
grammar Stellar;

program : expression EOF ;

expression
    : literal                                                        # LiteralExpression
    | IDENTIFIER '(' (expression (',' expression)*)? ')'             # CallExpression
    | name=(IDENTIFIER | QUOTED_NAME)                                # VariableExpression
    | EXISTS '(' name=(IDENTIFIER | QUOTED_NAME) ')'                 # ExistsExpression
    | NOT '(' expression ')'                                         # NotExpression
    | '(' expression ')'                                             # ParenthesizedExpression
    | '[' (expression (',' expression)*)? ']'                        # ListExpression
    | '{' (mapEntry (',' mapEntry)*)? '}'                            # MapExpression
    | MATCH '{' (matchClause ',')+ DEFAULT '=>' expression '}'       # MatchExpression
    | '-' expression                                                 # NegationExpression
    | expression '*' expression                                      # BinaryExpression
    | expression '/' expression                                      # BinaryExpression
    | expression ('+' | '-') expression                              # BinaryExpression
    | expression ('==' | '!=' | '<' | '<=' | '>' | '>=') expression  # BinaryExpression
    | <assoc = right> expression (IN | NOT_IN) expression            # BinaryExpression
    | <assoc = right> expression (AND | OR) expression               # BinaryExpression
    | <assoc = right> expression '?' expression ':' expression       # ConditionalExpression
    | IF expression THEN expression ELSE expression                  # ConditionalExpression
    | parameters '->' expression                                     # LambdaExpression
    ;

literal : INT | LONG | FLOAT | DOUBLE | STRING | TRUE | FALSE | NULL | NAN ;

mapEntry : expression ':' expression ;

matchClause : expression '=>' expression ;

parameters : IDENTIFIER | '(' (IDENTIFIER (',' IDENTIFIER)*)? ')' ;

LPAREN : '(' ;
RPAREN : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
LBRACE : '{' ;
RBRACE : '}' ;
COMMA : ',' ;
COLON : ':' ;
QUESTION : '?' ;
ARROW : '->' ;
BECOMES : '=>' ;
PLUS : '+' ;
MINUS : '-' ;
TIMES : '*' ;
DIVIDE : '/' ;
EQUAL : '==' ;
NOT_EQUAL : '!=' ;
LESS : '<' ;
LESS_OR_EQUAL : '<=' ;
GREATER : '>' ;
GREATER_OR_EQUAL : '>=' ;

// Keywords exist in lower and in upper case only. "not in" is one token with
// exactly one space.
NOT_IN : 'not in' | 'NOT IN' ;
IN : 'in' | 'IN' ;
AND : 'and' | 'AND' | '&&' ;
OR : 'or' | 'OR' | '||' ;
NOT : 'not' | 'NOT' ;
TRUE : 'true' | 'TRUE' ;
FALSE : 'false' | 'FALSE' ;
IF : 'if' | 'IF' ;
THEN : 'then' | 'THEN' ;
ELSE : 'else' | 'ELSE' ;
NULL : 'null' | 'NULL' ;
NAN : 'NaN' ;
MATCH : 'match' | 'MATCH' ;
DEFAULT : 'default' | 'DEFAULT' ;
EXISTS : 'exists' | 'EXISTS' ;

// A sign is never part of a number; package syntax joins it to a literal.
INT : '0' | [1-9] [0-9]* ;
LONG : INT [lL] ;
FLOAT : INT ('.' [0-9]*)? EXPONENT? [fF] | '.' [0-9]+ EXPONENT? [fF] ;
DOUBLE
    : INT '.' [0-9]* EXPONENT? [dD]?
    | '.' [0-9]+ EXPONENT? [dD]?
    | INT EXPONENT [dD]?
    | INT [dD]
    ;
fragment EXPONENT : [eE] [+-]? [0-9]+ ;

// Dots and colons belong to a name, but it may not end in a colon.
IDENTIFIER : [a-zA-Z_$] ([a-zA-Z0-9_.:]* [a-zA-Z0-9_.])? ;

// Any other name stands in backquotes, on one line.
QUOTED_NAME : '`' ~[`\r\n]+ '`' ;

STRING
    : '\'' (~['\\] | '\\' ['\\nrt])* '\''
    | '"' (~["\\] | '\\' ["\\nrt])* '"'
    ;

SPACE : [ \t\r\n\f]+ -> skip ;
COMMENT : '//' ~[\n]* -> skip ;

// What cannot be a token still becomes one, so that the message about it is
// made where all others are made.
BAD_STRING : '\'' (~['\\] | '\\' .)* '\\'? | '"' (~["\\] | '\\' .)* '\\'? ;
BAD_NAME : '`' ~[`\r\n]* '`'? ;
BAD_CHARACTER : . ;
