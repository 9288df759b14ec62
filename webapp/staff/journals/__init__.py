"""What happened: letters, jobs and their failures, the audit log."""
