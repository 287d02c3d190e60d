"""Benchmarks: each prints ratios of things that were done side by side. None is a test."""
