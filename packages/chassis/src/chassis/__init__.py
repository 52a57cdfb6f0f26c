"""What every service is built on: app factory, auth, problem details, logs, metrics, health."""
