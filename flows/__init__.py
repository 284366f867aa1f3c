"""What runs and when: Prefect flows, the deployments, the command line; no points and no law here."""
