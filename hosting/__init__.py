"""Running the service on one machine: its processes and servers, who watches them, and what may be wrong there."""
