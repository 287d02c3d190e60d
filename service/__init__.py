"""What the API and the workers share: settings, the job ledger, the object store. Neither imports the other."""
