"""A stateful double of the part of Stripe's API that Priyom uses, in a process of its own.

It stands in for the provider in the demo and in the tests: the real client talks to it over HTTP.
It never imports the rest of the product, so that nothing it answers can be a copy of what we expect.
"""
