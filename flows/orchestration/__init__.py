"""The only place of Prefect and Dask: flows, deployments, schedules, the temporary server."""
