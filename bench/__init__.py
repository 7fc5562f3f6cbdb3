"""Speed and memory against floors, taken in one run: `make bench`. Not collected by the tests."""
