"""The reading core against texts that nobody wrote: what must hold for any, seeds, and a coverage-guided fuzzer."""
