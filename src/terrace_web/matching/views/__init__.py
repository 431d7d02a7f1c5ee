"""The pages of the desk: each reads its input, calls the domain once and renders."""
