"""The page: what a person sees in a browser. Views stay thin; what they do is in `api.services` and `api.selectors`."""
