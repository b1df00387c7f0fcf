"""The sandbox: student code behind a wall of Linux namespaces."""
