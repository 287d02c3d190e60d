"""What operators and monitors ask: is it alive, is it ready, how much does it do; and a log line a request."""
