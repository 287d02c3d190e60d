"""What Dagster does with signals."""

# Keeps an interrupt until it is asked for, as long as the block lasts; then both signals have one handler.
from dagster._utils.interrupts import capture_interrupts as capture_interrupts

# Makes SIGTERM what SIGINT is.
from dagster._utils.interrupts import setup_interrupt_handlers as setup_interrupt_handlers
