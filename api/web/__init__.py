"""The page: what a person sees in a browser. Views stay thin: see `api.services`, `api.selectors`."""
