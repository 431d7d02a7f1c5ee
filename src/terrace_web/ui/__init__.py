"""Templates, components and assets that every app uses."""
