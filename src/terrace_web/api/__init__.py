"""The versioned API, its tokens and webhooks."""
