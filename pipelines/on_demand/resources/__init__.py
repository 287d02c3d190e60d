"""What assets are given in a run of the service: its store, and a warm renderer that tells how far the job is."""
