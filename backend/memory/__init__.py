"""Memory: how a step is cut up to need less of it, and what a job will need, known or estimated before it starts."""
