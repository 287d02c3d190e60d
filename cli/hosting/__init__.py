"""Running the service on one machine: its processes, the servers of a small deployment, and who watches them."""
