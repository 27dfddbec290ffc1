"""How choices are counted: one file for each way of voting. Knows no framework and no database.

Ballots go in (ballots.py), a Result comes out (results.py), and the same ballots always give the
same result: figures are whole numbers or exact fractions, and a tie that the rule leaves open is
settled by a lot that was drawn before anybody counted. docs/counting.md says each rule in words.
"""
