"""Erasing what people wrote, what was made of it, and themselves, wherever it lies; and proving that it is gone.

`jobs`       a job, or no more than its prompt
`users`      a user with everything of theirs
`retention`  what is due because its time is over
`purging`    the files of a partition, asked for by a row of `purges`
`orphans`     files that belong to nothing any more
`search`     looks for what should be gone
`rows`       deletes rows with all that refers to them
"""
