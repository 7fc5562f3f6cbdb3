"""Commands for developers, each run by a make target. The service imports none of them."""
