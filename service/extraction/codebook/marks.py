"""What stands for a figure in a template: a private-use character for each kind of unit, as no text means one.

`TARGET` is the figure that a rule reads; `MARKS` are all of them, for the inside of a character class.
"""

COUNT, PEOPLE, MONEY, BARE, OTHER, ISSUES, TARGET = map(chr, range(0xE000, 0xE007))
MARKS = f"{COUNT}-{TARGET}"
